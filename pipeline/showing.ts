import type { CaseState } from './case-state.ts';
import { currentNumber, currentRevision, isClosed, isToBeKept } from './case-state.ts';
import { escalationsDue, type Ladder, NO_LADDER } from './escalation.ts';
import { ticketDue } from './ticketing.ts';

/**
 * What Slack does not show yet. There is no outbox: what is due to be posted is folded from the log, and a delivered
 * post is an entry. `decision` says that this update shows the gate's decision for the first time.
 */
export type ShowDue =
  | { act: 'post_card'; revision: number }
  | { act: 'update_card'; revision: number; decision: boolean }
  | { act: 'supersede_card'; revision: number }
  | { act: 'post_note'; revision: number; note: Note };

/** A short message in the thread of a card about one entry; its key makes it go out once. */
export type Note = { seq: number; key: string };

export function showDue(state: CaseState): ShowDue | null {
  const revision = currentNumber(state);
  const card = state.cards[revision];
  if (card === undefined) return { act: 'post_card', revision };
  const old = Object.entries(state.cards).find(([number, one]) => Number(number) !== revision && !one.superseded);
  const decided = currentRevision(state)?.gated ?? null;
  // The new card comes first: people must never be left without one that they can act on.
  if (decided !== null && card.decisionShown === null) return { act: 'update_card', revision, decision: true };
  if (old !== undefined) return { act: 'supersede_card', revision: Number(old[0]) };
  if (card.showsSeq < Math.max(state.materialSeq, card.picture?.seq ?? 0))
    return { act: 'update_card', revision, decision: false };
  return noteDue(state);
}

/** The oldest entry that its thread does not tell yet. A card that never showed a decision has no thread to tell it in. */
function noteDue(state: CaseState): ShowDue | null {
  for (const { seq, revision } of state.noted) {
    const card = state.cards[revision];
    const key = `note:${seq}`;
    if (card?.decisionShown && card.threadPosts[key] === undefined) return { act: 'post_note', revision, note: { seq, key } };
  }
  return null;
}

/** Whether the case still waits for something: a step, a person, its card, somebody to be told or, where there are tickets, its ticket. */
export const isOpen = (state: CaseState, ticketed: boolean, ladder: Ladder = NO_LADDER): boolean =>
  !isClosed(state) ||
  isToBeKept(state) ||
  showDue(state) !== null ||
  (ticketed && ticketDue(state) !== null) ||
  escalationsDue(state, ladder).length > 0;
