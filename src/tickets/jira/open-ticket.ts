import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { problemOf } from '../../../pipeline/errors.ts';
import type { Clock, TicketRequest } from '../../../pipeline/ports.ts';
import type { Log } from '../../log.ts';
import { isMissing, TicketFault, wasNotDone } from './fault.ts';
import type { Jira } from './jira.ts';
import type { Openings } from './openings.ts';
import type { Opening } from './shapes.ts';

type Parts = {
  jira: Jira;
  openings: Openings;
  clock: Clock;
  log: Log;
  settleMs: number;
  fieldsOf: (request: TicketRequest) => Record<string, unknown>;
};
type Ref = { id: string; key: string };

/** Waits up to this long are waited out here; for longer ones the worker comes back, and looks every few seconds. */
const WAIT_HERE_MS = 1_000;
const LOOK_AGAIN_MS = 5_000;
/** How long another attempt at the same time is given to give way, and when whoever gave way comes back. */
const RIVAL_ROUNDS = 4;
const RIVAL_ROUND_MS = 200;
const RIVAL_MS = 1_500;

/**
 * Others count from the time of a note, so a creation must not begin long after it: at most this share of the time in
 * which a creation settles.
 */
const LATE_SHARE = 0.15;
const LATE_MS_MIN = 250;
const FRESH_ROUNDS = 3;

/** What is known of the case's ticket; `waitMs` is how long one could still be there unseen. */
type Look = { found: Ref | null; waitMs: number; openings: readonly Opening[] };

/**
 * Finds the case's ticket or makes it. Invariant: a creation is begun only when no other one of this case can be under way
 * or still unseen. Each attempt notes itself first and reads the notes after that, so of two attempts at the same time at
 * least one sees the other and gives way; an older note counts until the search, asked after its time, would know its ticket.
 */
export function createOpenTicket({ jira, openings, clock, log, settleMs, fieldsOf }: Parts) {
  const lateMs = Math.max(LATE_MS_MIN, settleMs * LATE_SHARE);
  /** Notes of this process under which nothing was made, and which Jira did not let it take away. */
  const voided = new Set<string>();

  return async (request: TicketRequest): Promise<Ref> => {
    let looked = await look(request.caseId);
    while (looked.found === null && looked.waitMs > 0) {
      if (looked.waitMs > WAIT_HERE_MS) throw unsettled(request.caseId, looked.waitMs);
      await sleep(looked.waitMs);
      looked = await look(request.caseId);
    }
    return looked.found ?? make(request, looked.openings);
  };

  async function look(caseId: string): Promise<Look> {
    const noted = await openings.read(caseId);
    // Asked before the search is, so that time spent searching counts for nothing.
    const untilMs = noted.map(({ at, by }) => (voided.has(by) ? 0 : Date.parse(at) + settleMs));
    const waitMs = Math.max(0, Math.max(0, ...untilMs) - clock.now());
    return { found: await find(caseId, noted), waitMs, openings: noted };
  }

  async function find(caseId: string, noted: readonly Opening[]): Promise<Ref | null> {
    for (const { issue } of noted) {
      const known = issue === undefined ? null : await issueOf(issue, caseId);
      if (known !== null) return known;
    }
    // Should there be several, all who ask agree on the oldest.
    const [oldest] = await jira.issuesOf(caseId);
    return oldest ?? null;
  }

  async function issueOf(id: string, caseId: string): Promise<Ref | null> {
    try {
      const issue = await jira.issue(id);
      return issue.caseId === caseId ? issue : null;
    } catch (fault) {
      // Somebody has deleted it since.
      if (isMissing(fault)) return null;
      throw fault;
    }
  }

  async function make(request: TicketRequest, settled: readonly Opening[]): Promise<Ref> {
    const { caseId } = request;
    const mine: Opening = { at: new Date(clock.now()).toISOString(), by: randomUUID() };
    if (await isRivalled(caseId, mine, new Set(settled.map(({ by }) => by)))) {
      await openings.remove(caseId, mine.by);
      voided.delete(mine.by);
      throw unsettled(caseId, RIVAL_MS);
    }
    const fresh = await freshened(caseId, mine);
    const made = await created(request, fresh);
    await noteOf(caseId, 'made', async () => {
      await openings.write(caseId, { ...fresh, issue: made.id });
      for (const { by } of settled) {
        await openings.remove(caseId, by);
        voided.delete(by);
      }
    });
    return made;
  }

  /** A slow tracker is told anew when the creation begins, until the note is true; where that never comes, nothing is made. */
  async function freshened(caseId: string, first: Opening): Promise<Opening> {
    let mine = first;
    for (let round = 0; round < FRESH_ROUNDS; round += 1) {
      if (clock.now() - Date.parse(mine.at) <= lateMs) return mine;
      mine = { ...mine, at: new Date(clock.now()).toISOString() };
      await openings.write(caseId, mine);
    }
    await withdraw(caseId, mine.by);
    throw unsettled(caseId, RIVAL_MS);
  }

  /**
   * Notes this attempt and looks for others. Of several at the same time the one whose note is the least waits for the
   * others to give way; it may win.
   */
  async function isRivalled(caseId: string, mine: Opening, known: ReadonlySet<string>): Promise<boolean> {
    // Until this has ended well nothing is made, so a note that is left behind by a fault says nothing.
    voided.add(mine.by);
    await openings.write(caseId, mine);
    let rivals = await rivalsOf(caseId, mine, known);
    for (let round = 1; round < RIVAL_ROUNDS && rivals.length > 0; round += 1) {
      if (rivals.some(({ by }) => by < mine.by)) return true;
      await sleep(RIVAL_ROUND_MS);
      rivals = await rivalsOf(caseId, mine, known);
    }
    if (rivals.length > 0) return true;
    voided.delete(mine.by);
    return false;
  }

  async function rivalsOf(caseId: string, mine: Opening, known: ReadonlySet<string>): Promise<Opening[]> {
    return (await openings.read(caseId)).filter(({ by }) => by !== mine.by && !known.has(by));
  }

  async function created(request: TicketRequest, mine: Opening): Promise<Ref> {
    try {
      return await jira.create({ caseId: request.caseId, fields: fieldsOf(request) });
    } catch (fault) {
      // Certainly nothing was made, so the next try need not wait.
      if (wasNotDone(fault)) await withdraw(request.caseId, mine.by);
      throw fault;
    }
  }

  async function withdraw(caseId: string, by: string): Promise<void> {
    voided.add(by);
    await noteOf(caseId, 'withdrawn', async () => {
      await openings.remove(caseId, by);
      voided.delete(by);
    });
  }

  /** What was done or not done stands without the note; a note that is out of date only makes the next opening wait. */
  async function noteOf(caseId: string, what: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (fault) {
      log.warn('the note about the opening of a ticket is out of date', { case_id: caseId, what, problem: problemOf(fault) });
    }
  }
}

function unsettled(caseId: string, waitMs: number): TicketFault {
  const retryAfterMs = Math.min(waitMs, LOOK_AGAIN_MS);
  return new TicketFault('ticket_unsettled', `whether \`${caseId}\` has a ticket already is not known yet`, { retryAfterMs });
}
