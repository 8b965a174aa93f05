import { hash } from 'node:crypto';
import type { LibraryDocument } from '../contracts/documents.ts';
import type { LogLine } from '../contracts/telemetry.ts';
import { canonicalJson } from './canonical.ts';

/** SHA-256 in lower-case hex. */
export const sha256 = (text: string): string => hash('sha256', text, 'hex');

export const hashOf = (value: unknown): string => sha256(canonicalJson(value));

// Only for documents that are frozen, as stores give them: of those it is certain that they still say the same.
const hashes = new WeakMap<LibraryDocument | LogLine, string>();

/**
 * The hash of what a document says. Bookkeeping (when it was stored, how often its action failed) is left out: it can
 * change without the document saying anything else.
 */
export function documentHash(document: LibraryDocument | LogLine): string {
  const known = hashes.get(document);
  if (known !== undefined) return known;
  const { stored_at: _stored, failures: _failures, ...content } = { stored_at: undefined, failures: undefined, ...document };
  const made = hashOf(content);
  if (Object.isFrozen(document)) hashes.set(document, made);
  return made;
}
