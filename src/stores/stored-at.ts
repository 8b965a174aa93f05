import type { LibraryDocument } from '../../contracts/documents.ts';

/** What a store has under an id so far; `hash` is the document's own, of what it says. */
export type EarlierForm = { hash: string; storedAt(): string | undefined };

/**
 * The document with the time of storing: the one it brings, else the one at which this very content was first stored,
 * else now. Evidence supports only what was proposed after it was stored, so putting the same again must not renew it.
 */
export function withStoredAt(
  document: LibraryDocument,
  hash: string,
  before: EarlierForm | undefined,
  nowMs: number,
): LibraryDocument {
  const known = before?.hash === hash ? before.storedAt() : undefined;
  return { ...document, stored_at: document.stored_at ?? known ?? new Date(nowMs).toISOString() };
}
