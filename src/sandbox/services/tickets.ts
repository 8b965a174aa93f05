import { z } from 'zod';
import type { Changes } from '../changes.ts';
import type { Database, Row } from '../store/database.ts';

export const TicketRequest = z.strictObject({
  case_id: z.string().min(1).max(200),
  service: z.string().max(200),
  severity: z.string().max(40),
  summary: z.string().min(1).max(500),
  text: z.string().max(50_000),
});
export const CommentRequest = z.strictObject({ id: z.string().min(1).max(200), text: z.string().min(1).max(50_000) });
export const TransitionRequest = z.strictObject({ status: z.enum(['open', 'in_progress', 'done']) });

const Comment = CommentRequest.extend({ at: z.string() });
const Move = TransitionRequest.extend({ at: z.string() });
export const Ticket = TicketRequest.extend({
  key: z.string(),
  status: TransitionRequest.shape.status,
  created_at: z.string(),
  updated_at: z.string(),
  comments: z.array(Comment),
  /** Every change of its status, in order; a home of an earlier version kept none. */
  moves: z.array(Move).default([]),
});
export type Ticket = z.infer<typeof Ticket>;

export type Tickets = {
  /** One ticket a case: a second call returns the first. */
  create(request: z.infer<typeof TicketRequest>): { ticket: Ticket; created: boolean };
  find(key: string): Ticket | undefined;
  ofCase(caseId: string): Ticket | undefined;
  list(): Ticket[];
  /** Idempotent by the comment's id. */
  comment(ticket: Ticket, comment: z.infer<typeof CommentRequest>): Ticket;
  move(ticket: Ticket, status: Ticket['status']): Ticket;
};

const PREFIX = 'SIM-';
const BodyRow = z.object({ body: z.string() });

/** A small ticket tracker, simulated and labelled so. */
export function createTickets({ database, changes, now }: { database: Database; changes: Changes; now: () => number }): Tickets {
  const parsed = (row: Row): Ticket => Ticket.parse(JSON.parse(BodyRow.parse(row).body));
  const optional = (row: Row | undefined): Ticket | undefined => (row === undefined ? undefined : parsed(row));
  const ofCase = (caseId: string): Ticket | undefined =>
    optional(database.first('SELECT body FROM tickets WHERE case_id = ?', caseId));
  const at = (): string => new Date(now()).toISOString();
  const keep = (ticket: Ticket): Ticket => {
    database.run('UPDATE tickets SET body = ? WHERE case_id = ?', JSON.stringify(ticket), ticket.case_id);
    changes.publish('ticket', { ticket });
    return ticket;
  };
  const nextNumber = (): number =>
    z.object({ next: z.number() }).parse(database.first('SELECT COALESCE(MAX(number), 0) + 1 AS next FROM tickets')).next;

  return {
    ofCase,
    find: (key) =>
      key.startsWith(PREFIX)
        ? optional(database.first('SELECT body FROM tickets WHERE number = ?', Number(key.slice(PREFIX.length)) || 0))
        : undefined,
    list: () => database.all('SELECT body FROM tickets ORDER BY number').map(parsed),
    create(request) {
      const first = ofCase(request.case_id);
      if (first !== undefined) return { ticket: first, created: false };
      const number = nextNumber();
      const ticket: Ticket = {
        ...request,
        key: `${PREFIX}${number}`,
        status: 'open',
        created_at: at(),
        updated_at: at(),
        comments: [],
        moves: [],
      };
      database.run(
        'INSERT INTO tickets (number, case_id, body) VALUES (?, ?, ?)',
        number,
        ticket.case_id,
        JSON.stringify(ticket),
      );
      changes.publish('ticket', { ticket });
      return { ticket, created: true };
    },
    comment(ticket, comment) {
      if (ticket.comments.some(({ id }) => id === comment.id)) return ticket;
      return keep({ ...ticket, comments: [...ticket.comments, { ...comment, at: at() }], updated_at: at() });
    },
    move(ticket, status) {
      if (ticket.status === status) return ticket;
      return keep({ ...ticket, status, moves: [...ticket.moves, { status, at: at() }], updated_at: at() });
    },
  };
}
