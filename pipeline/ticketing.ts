import type { BodyOf, Entry, EntryBody, EntryKind } from '../contracts/entry.ts';
import type { CaseState, Untold } from './case-state.ts';
import { isClosed } from './case-state.ts';

/** Entries of a case that its ticket tells, each in a comment of its own. */
const STAGES: ReadonlySet<EntryKind> = new Set([
  'replan_asked',
  'gated',
  'approved',
  'rejected',
  'held',
  'released',
  'expired',
  'voided',
  'execution_started',
  'execution_recorded',
  'verified',
  'learned',
  'learning_skipped',
  'learning_decided',
  'failed',
]);
/** From the first of these on there is something that people outside of the thread should find in their tracker. */
const OPENS: ReadonlySet<EntryKind> = new Set(['gated', 'failed']);

/**
 * Refused attempts are told together, so that nobody who keeps trying fills a ticket: the first at once, then those of ten
 * seconds in one comment, of twenty, of forty and so on. The last comment that a case gets stands for almost three hours.
 */
export const REFUSAL_COMMENTS_MAX = 12;
const FIRST_WAIT_MS = 10_000;
const waitMs = (before: number): number => (before === 0 ? 0 : FIRST_WAIT_MS * 2 ** (before - 1));

/** The card is mostly there before the decision; a ticket that links to it is worth this short a wait, and no longer one. */
const CARD_WAIT_MS = 10_000;

type Telling = Pick<CaseState, 'untold' | 'refusalComments'>;

/**
 * What the ticket does not say yet, one entry further. Which entries a comment tells is read off the log alone, so that
 * after a lost answer or a restart the same comment is made again, and found.
 */
export function tellingAfter(state: CaseState, { at, seq, body }: Entry): Telling {
  const { untold, refusalComments } = state;
  if (state.ticket?.closed) return { untold, refusalComments };
  if (body.kind === 'ticket_opened' || body.kind === 'ticket_commented')
    return { untold: behind(untold, body.shows_seq ?? seq), refusalComments };
  if (body.kind === 'refused') return refusedAfter({ untold, refusalComments }, seq, Date.parse(at));
  if (!isStage(body)) return { untold, refusalComments };
  const kind = OPENS.has(body.kind) ? 'decision' : 'stage';
  return { untold: [...untold, { kind, from: seq, upto: seq, notBeforeMs: Date.parse(at), last: false }], refusalComments };
}

const isStage = (body: EntryBody): boolean =>
  STAGES.has(body.kind) || (body.kind === 'waiting' && body.for === 'recovered_meanwhile');

/** A comment that was told while one more attempt joined it leaves that one to the next. */
const behind = (untold: readonly Untold[], showsSeq: number): Untold[] =>
  untold.filter(({ upto }) => upto > showsSeq).map((one) => ({ ...one, from: Math.max(one.from, showsSeq + 1) }));

function refusedAfter({ untold, refusalComments }: Telling, seq: number, atMs: number): Telling {
  const open = untold.at(-1);
  if (open?.kind === 'refusals' && atMs < open.notBeforeMs)
    return { untold: [...untold.slice(0, -1), { ...open, upto: seq }], refusalComments };
  if (refusalComments >= REFUSAL_COMMENTS_MAX) return { untold, refusalComments };
  const last = refusalComments === REFUSAL_COMMENTS_MAX - 1;
  const batch: Untold = { kind: 'refusals', from: seq, upto: seq, notBeforeMs: atMs + waitMs(refusalComments), last };
  return { untold: [...untold, batch], refusalComments: refusalComments + 1 };
}

/** `atMs` is when, in milliseconds; 0 where it is due now. `last`: no later refusal of this case will be told. */
export type TicketDue =
  | { act: 'open'; uptoSeq: number; atMs: number }
  | { act: 'comment'; fromSeq: number; uptoSeq: number; atMs: number; last: boolean }
  | { act: 'close'; atMs: number };

/** What the ticket does not say yet. It is opened when people are needed or something runs, and closed only by recovery. */
export function ticketDue(state: CaseState): TicketDue | null {
  const { ticket, untold, status } = state;
  if (ticket === null) return openingDue(state);
  if (ticket.closed) return null;
  const [next] = untold;
  if (next === undefined) return status === 'resolved' ? { act: 'close', atMs: 0 } : null;
  // Attempts before a stage are told before it, and nothing more can join them once the case is over.
  const isComplete = next.kind !== 'refusals' || untold.length > 1 || isClosed(state);
  return {
    act: 'comment',
    fromSeq: next.from,
    uptoSeq: next.upto,
    atMs: isComplete ? 0 : next.notBeforeMs,
    last: next.last,
  };
}

/** The ticket's own text tells the case up to its first decision; whatever came after that is told in comments. */
function openingDue({ untold, cards }: CaseState): TicketDue | null {
  const decision = untold.find(({ kind }) => kind === 'decision');
  if (decision === undefined) return null;
  const isOnCard = Object.keys(cards).length > 0;
  return { act: 'open', uptoSeq: decision.upto, atMs: isOnCard ? 0 : decision.notBeforeMs + CARD_WAIT_MS };
}

/** Those of these entries that the comment about `fromSeq` to `uptoSeq` is made of. */
export function refusedIn(entries: readonly Entry[], uptoSeq: number): BodyOf<'refused'>[] {
  return entries.flatMap(({ seq, body }) => (seq <= uptoSeq && body.kind === 'refused' ? [body] : []));
}
