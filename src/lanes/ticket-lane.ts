import type { EntryBody } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { Clock, Tickets } from '../../pipeline/ports.ts';
import { moved, type StepResult } from '../../pipeline/steps/step.ts';
import { type TicketDue, ticketDue } from '../../pipeline/ticketing.ts';
import type { Lane } from '../worker/lane.ts';
import { createStandstills } from './ticket-standstill.ts';
import type { TicketTexts } from './ticket-texts.ts';

const PROBLEM_CHARS = 1_000;

type Parts = {
  cases: Cases;
  tickets: Tickets;
  clock: Clock;
  texts: TicketTexts;
  /** Takes out of a tracker's words what must not be repeated. */
  hide: (text: string) => string;
};

/** The ticket follows the case: opened at the first decision, told every stage, closed by recovery alone. */
export function createTicketLane({ cases, tickets, clock, texts, hide }: Parts): Lane {
  const standstills = createStandstills();

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
      const beganMs = clock.now();
      try {
        const done = await follow(state, due);
        standstills.over(state.caseId);
        return done;
      } catch (fault) {
        const standstill = standstills.count(state.caseId, fault, { beganMs, nowMs: clock.now() });
        if (standstill.isLong) await failed(state, due.act, fault);
        throw standstill.fault;
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

  /** Once a standstill: what is on record already, and what another process has done meanwhile, needs no telling. */
  async function failed({ caseId }: CaseState, act: TicketDue['act'], fault: unknown): Promise<void> {
    const problem = hide(problemOf(fault)).slice(0, PROBLEM_CHARS).toWellFormed();
    await cases.change(caseId, (now) => {
      const isOver = now.ticketFailed || ticketDue(now)?.act !== act;
      return { append: isOver ? null : { kind: 'ticket_failed', act, key: now.ticket?.key ?? null, problem }, answer: null };
    });
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
