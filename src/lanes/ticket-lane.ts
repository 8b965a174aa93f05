import type { CaseState } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import type { Clock, Tickets } from '../../pipeline/ports.ts';
import { ticketDue } from '../../pipeline/showing.ts';
import { moved } from '../../pipeline/steps/step.ts';
import type { Lane } from '../worker/lane.ts';

type Parts = {
  cases: Cases;
  tickets: Tickets;
  clock: Clock;
  ticketText: (state: CaseState) => { description: string; comment: string };
};

/** The ticket follows the case: opened at the first decision, told every stage, closed by recovery alone. */
export function createTicketLane({ cases, tickets, clock, ticketText }: Parts): Lane {
  return {
    name: 'ticket',
    due: (state) => (ticketDue(state) === null ? null : { atMs: clock.now(), waits: false }),
    async run(state) {
      const due = ticketDue(state);
      if (due === null) return moved(null);
      if (due.act === 'open') {
        const { id, service, severity, summary } = state.incident;
        const ticket = await tickets.open({ caseId: id, service, severity, summary, text: ticketText(state).description });
        return written(state, { kind: 'ticket_opened', ...ticket });
      }
      const key = state.ticket?.key ?? '';
      if (due.act === 'comment') {
        const commentId = `${state.caseId}:${due.uptoSeq}`;
        await tickets.comment(key, commentId, ticketText(state).comment);
        return written(state, { kind: 'ticket_commented', key, comment_id: commentId, shows_seq: due.uptoSeq });
      }
      await tickets.close(key);
      return written(state, { kind: 'ticket_closed', key });
    },
  };

  /** What was done outside is recorded behind whatever the case has become meanwhile, unless another process has done so. */
  async function written(state: CaseState, body: Parameters<Cases['record']>[1]) {
    const done = await cases.change(state.caseId, (now) => ({ append: isTold(now, body) ? null : body, answer: null }));
    return moved(done?.state ?? null);
  }
}

function isTold({ ticket }: CaseState, body: Parameters<Cases['record']>[1]): boolean {
  if (ticket === null) return false;
  if (body.kind === 'ticket_closed') return ticket.closed;
  return body.kind === 'ticket_commented' ? ticket.showsSeq >= body.shows_seq : body.kind === 'ticket_opened';
}
