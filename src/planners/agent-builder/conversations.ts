import { forgetOldest } from '../../../pipeline/forget-oldest.ts';

/** What is kept of a case's conversation: where it goes on, and what its tools have returned so far. */
export type Conversation = { id: string | null; retrieved: Set<string> };

export type Conversations = {
  of(caseId: string): Conversation;
  forget(caseId: string): void;
};

const KEPT_MAX = 1_000;

/** One conversation a case, remembered by this process alone: one that is lost is begun anew, with everything said again. */
export function createConversations(): Conversations {
  const kept = new Map<string, Conversation>();
  return {
    of(caseId) {
      const known = kept.get(caseId) ?? { id: null, retrieved: new Set() };
      // Put at the end, so that the cases that are talked about are not the ones forgotten.
      kept.delete(caseId);
      kept.set(caseId, known);
      forgetOldest(kept, KEPT_MAX);
      return known;
    },
    forget: (caseId) => void kept.delete(caseId),
  };
}
