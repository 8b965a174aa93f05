import { z } from 'zod';
import { type Entry, isReservedLog } from '../../../contracts/entry.ts';
import type { SealedRow } from '../../../pipeline/chain.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import { parseEntry } from '../parse-entry.ts';
import type { Got } from './gets.ts';

/**
 * An entry as it was found or written. `open`: what its writer said of the log behind it. `term`: under which primary it
 * was written. `chars`: how long its body is.
 */
export type Stored = { entry: Entry; open: boolean; term: number; chars: number };

/** Elasticsearch takes no longer ids. */
export const ID_BYTES_MAX = 512;

export const LogDocument = z.object({
  case_id: z.string(),
  seq: z.int(),
  entry_id: z.string(),
  at: z.string(),
  open: z.boolean(),
  prev_hash: z.string(),
  hash: z.string(),
  body: z.string(),
});
export type LogDocument = z.infer<typeof LogDocument>;

/** The one place of an entry: a second document of this name cannot be created. */
export const entryName = (caseId: string, seq: number): string => `${caseId}:${seq}`;

/** The log that an entry's name belongs to, and its place there; null where the name is no entry's. */
export function parseEntryName(name: string): { caseId: string; seq: number } | null {
  const at = name.lastIndexOf(':');
  const seq = name.slice(at + 1);
  return at > 0 && /^\d{1,15}$/.test(seq) ? { caseId: name.slice(0, at), seq: Number(seq) } : null;
}

/** The body stays the text that was hashed: what is proven is what is stored. */
export const logDocument = (entry: Entry, text: string, open: boolean): Record<string, unknown> => ({
  case_id: entry.case_id,
  seq: entry.seq,
  entry_id: entry.entry_id,
  at: entry.at,
  kind: entry.body.kind,
  open,
  reserved: isReservedLog(entry.case_id),
  prev_hash: entry.prev_hash,
  hash: entry.hash,
  body: text,
});

/** The row of a stored document, with nothing believed but its shape. */
export const rowOfDocument = ({ open: _, ...row }: LogDocument): SealedRow => row;

/** The entry found under its name; a document that says it is another one, or nothing readable, is a fault. */
export function storedEntry(caseId: string, seq: number, { source, at }: NonNullable<Got>): Stored {
  const document = LogDocument.safeParse(source);
  const isIt = document.success && document.data.case_id === caseId && document.data.seq === seq;
  if (!isIt) throw new GovernorError('log_broken', `\`${caseId}\` at seq ${seq} is no entry of it: ${why(document)}`);
  const { open, body } = document.data;
  return { entry: parseEntry(rowOfDocument(document.data)), open, term: at.term, chars: body.length };
}

const why = (document: z.ZodSafeParseResult<LogDocument>): string =>
  document.success ? 'it stands under another name' : z.prettifyError(document.error).slice(0, 300);
