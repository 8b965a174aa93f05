import type { EntryBody } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import { forgetOldest } from '../../pipeline/forget-oldest.ts';
import type { Clock, Tickets } from '../../pipeline/ports.ts';
import { moved, type StepResult } from '../../pipeline/steps/step.ts';
import { type TicketDue, ticketDue } from '../../pipeline/ticketing.ts';
import { retryAfterOf, worthAnother } from '../worker/backoff.ts';
import type { Lane } from '../worker/lane.ts';
import type { TicketTexts } from './ticket-texts.ts';

const DEFINITE: ReadonlySet<string> = new Set([
  'ticket_refused',
  'ticket_misconfigured',
  'ticket_mismatch',
  'ticket_unauthorized',
]);
/** Tried again at the worker's own pace, for about a minute. */
const QUICK_TRIES = 8;
const FIRST_MS = 30_000;
const LONGEST_MS = 600_000;
/** Cases remembered; a forgotten one is at worst tried quickly once more. */
const KEPT_MAX = 5_000;

type Parts = { cases: Cases; tickets: Tickets; clock: Clock; texts: TicketTexts };

/** The ticket follows the case: opened at the first decision, told every stage, closed by recovery alone. */
export function createTicketLane({ cases, tickets, clock, texts }: Parts): Lane {
  /** How often in a row the tracker has said no, by case. */
  const refusals = new Map<string, number>();

  /** What was refused is mostly refused again, until somebody has changed something there; many cases must not ask for it all the time. */
  const slowed = (caseId: string, fault: unknown): unknown => {
    if (!(fault instanceof GovernorError && DEFINITE.has(fault.code)) || retryAfterOf(fault) !== null) return fault;
    const times = (refusals.get(caseId) ?? 0) + 1;
    refusals.set(caseId, times);
    forgetOldest(refusals, KEPT_MAX);
    return times <= QUICK_TRIES ? fault : worthAnother(fault, Math.min(LONGEST_MS, FIRST_MS * 2 ** (times - QUICK_TRIES - 1)));
  };

  return {
    name: 'ticket',
    due(state) {
      const due = ticketDue(state);
      // Attempts that are told together wait by design: a case that waits for that alone is at rest.
      return due === null ? null : { atMs: due.atMs, waits: due.act === 'comment' };
    },
    async run(state) {
      const due = ticketDue(state);
      if (due === null || due.atMs > clock.now()) return moved(null);
      try {
        const done = await follow(state, due);
        refusals.delete(state.caseId);
        return done;
      } catch (fault) {
        throw slowed(state.caseId, fault);
      }
    },
  };

  async function follow(state: CaseState, due: TicketDue): Promise<StepResult> {
    if (due.act === 'open') {
      const { id, service, severity } = state.incident;
      const ticket = await tickets.open({ caseId: id, service, severity, ...(await texts.opening(state, due)) });
      return written(state, { kind: 'ticket_opened', ...ticket, shows_seq: due.uptoSeq });
    }
    const key = state.ticket?.key ?? '';
    if (due.act === 'comment') {
      // Of the first entry that it tells: what joins them later makes no other comment of it.
      const commentId = `${state.caseId}:${due.fromSeq}`;
      await tickets.comment(key, commentId, await texts.comment(state, due));
      return written(state, { kind: 'ticket_commented', key, comment_id: commentId, shows_seq: due.uptoSeq });
    }
    await tickets.close(key);
    return written(state, { kind: 'ticket_closed', key });
  }

  /** What was done outside is recorded behind whatever the case has become meanwhile, unless another process has done so. */
  async function written(state: CaseState, body: EntryBody): Promise<StepResult> {
    const done = await cases.change(state.caseId, (now) => ({ append: isTold(now, body) ? null : body, answer: null }));
    return moved(done?.state ?? null);
  }
}

function isTold({ ticket }: CaseState, body: EntryBody): boolean {
  if (ticket === null) return false;
  if (body.kind === 'ticket_closed') return ticket.closed;
  return body.kind === 'ticket_commented' ? ticket.showsSeq >= body.shows_seq : body.kind === 'ticket_opened';
}
