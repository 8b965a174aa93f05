import { z } from 'zod';
import { EntryBody } from '../../contracts/entry.ts';
import { Id, Instant } from '../../contracts/words.ts';
import { canonicalJson } from '../../pipeline/canonical.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import type { AppendOptions } from '../../pipeline/ports.ts';

/** One entry holds one step's result; whatever is larger than this is no step's result. */
const ENTRY_CHARS_MAX = 16_000_000;

const Uuid = z.uuid();

/** An append that has been checked and written out; only its place in the chain is still open. */
export type Prepared = { caseId: string; seq: number; body: EntryBody; text: string; options: AppendOptions };

/**
 * An entry that could not be read back would end its case for good, and types do not bound a text's length: so the body
 * is parsed here, before anything is queued. A bad entry fails alone and touches nothing. What is stored is what the
 * parse gives, so that the answer, the row and every later reading are the same.
 */
export function prepareEntry(caseId: string, seq: number, given: EntryBody, options: AppendOptions): Prepared {
  const { entryId, at } = options;
  // An id is new with its first entry only: a later one finds its place by it, or conflicts.
  const fits = Number.isSafeInteger(seq) && seq >= 0 && (seq > 0 || isId(caseId)) && isUuid(entryId) && isInstant(at);
  if (!fits) throw invalidEntry(caseId, seq, 'its id, place, uuid or time is not valid');
  const parsed = EntryBody.safeParse(given);
  if (!parsed.success) throw invalidEntry(caseId, seq, z.prettifyError(parsed.error), parsed.error);
  const text = canonicalJson(parsed.data);
  if (text.length > ENTRY_CHARS_MAX)
    throw invalidEntry(caseId, seq, `it has ${text.length} characters, more than ${ENTRY_CHARS_MAX}`);
  return { caseId, seq, body: parsed.data, text, options };
}

const isId = (text: string): boolean => Id.safeParse(text).success;
const isUuid = (text: string): boolean => Uuid.safeParse(text).success;
const isInstant = (text: string): boolean => Instant.safeParse(text).success;

export const invalidEntry = (caseId: string, seq: number, why: string, cause?: unknown): GovernorError =>
  new GovernorError('entry_invalid', `the entry ${seq} of \`${caseId}\` cannot be stored: ${why}`, { cause });
