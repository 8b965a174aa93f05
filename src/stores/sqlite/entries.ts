import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { Entry, EntryBody } from '../../../contracts/entry.ts';
import { Id, Instant } from '../../../contracts/words.ts';
import { canonicalJson } from '../../../pipeline/canonical.ts';
import { seal } from '../../../pipeline/chain.ts';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';
import type { Appended, AppendOptions } from '../../../pipeline/ports.ts';
import type { End, Ends } from './ends.ts';
import { query } from './rows.ts';

/** One entry holds one step's result; whatever is larger than this is no step's result. */
const ENTRY_CHARS_MAX = 16_000_000;

const Row = z.object({
  case_id: z.string(),
  seq: z.int(),
  entry_id: z.string(),
  at: z.string(),
  prev_hash: z.string(),
  hash: z.string(),
  body: z.string(),
});
type Row = z.infer<typeof Row>;

const COLUMNS = 'case_id, seq, entry_id, at, prev_hash, hash, body';
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
  if (!fits) throw invalid(caseId, seq, 'its id, place, uuid or time is not valid');
  const parsed = EntryBody.safeParse(given);
  if (!parsed.success) throw invalid(caseId, seq, z.prettifyError(parsed.error), parsed.error);
  const text = canonicalJson(parsed.data);
  if (text.length > ENTRY_CHARS_MAX) throw invalid(caseId, seq, `it has ${text.length} characters, more than ${ENTRY_CHARS_MAX}`);
  return { caseId, seq, body: parsed.data, text, options };
}

const isId = (text: string): boolean => Id.safeParse(text).success;
const isUuid = (text: string): boolean => Uuid.safeParse(text).success;
const isInstant = (text: string): boolean => Instant.safeParse(text).success;

const invalid = (caseId: string, seq: number, why: string, cause?: unknown): GovernorError =>
  new GovernorError('entry_invalid', `the entry ${seq} of \`${caseId}\` cannot be stored: ${why}`, { cause });

/** The statements on `entries` and `logs`. `append` runs inside a transaction. */
export function createEntries(db: DatabaseSync, ends: Ends) {
  const insert = db.prepare(`INSERT INTO entries (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const setOpen = db.prepare('INSERT INTO logs VALUES (?, ?) ON CONFLICT (case_id) DO UPDATE SET open = excluded.open');
  const one = query(db, `SELECT ${COLUMNS} FROM entries WHERE case_id = ? AND seq = ?`, Row);
  const from = query(db, `SELECT ${COLUMNS} FROM entries WHERE case_id = ? AND seq >= ? ORDER BY seq`, Row);

  let place: number | null = null;

  const write = ({ caseId, seq, body, text, options }: Prepared, end: End): Entry => {
    const { entryId: entry_id, at, open } = options;
    const entry = seal({ case_id: caseId, entry_id, at, body }, seq, end.hash, text);
    const { lastInsertRowid } = insert.run(caseId, seq, entry_id, at, entry.prev_hash, entry.hash, text);
    place = Number(lastInsertRowid);
    if (open !== end.open) setOpen.run(caseId, open ? 1 : 0);
    ends.keep(caseId, { seq, hash: entry.hash, open });
    return entry;
  };

  return {
    /**
     * Compare-and-set. Where the place is taken by this very entry, an answer to an earlier try was lost: the entry is
     * acknowledged as it stands, and not written twice.
     */
    append(prepared: Prepared): Appended {
      const { caseId, seq } = prepared;
      const end = ends.of(caseId);
      if (end.seq + 1 === seq) return { ok: true, entry: write(prepared, end) };
      const there = one.get(caseId, seq);
      if (there?.entry_id !== prepared.options.entryId) return { ok: false, refusal: 'conflict' };
      return { ok: true, entry: parseEntry(there) };
    },
    /** The place of the last entry written since this was asked before; null where there is none. */
    lastPlace(): number | null {
      const last = place;
      place = null;
      return last;
    },
    read: (caseId: string, fromSeq: number): Entry[] => from.all(caseId, fromSeq).map(parseEntry),
  };
}

function parseEntry(row: Row): Entry {
  try {
    return Entry.parse({ ...row, body: JSON.parse(row.body) });
  } catch (fault) {
    throw new GovernorError('log_broken', `\`${row.case_id}\` at seq ${row.seq} cannot be read: ${problemOf(fault)}`, {
      cause: fault,
    });
  }
}
