import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Entry } from '../../../contracts/entry.ts';
import { seal } from '../../../pipeline/chain.ts';
import type { Appended } from '../../../pipeline/ports.ts';
import { parseEntry } from '../parse-entry.ts';
import type { Prepared } from '../prepare-entry.ts';
import type { End, Ends } from './ends.ts';
import { query } from './rows.ts';

const Row = z.object({
  case_id: z.string(),
  seq: z.int(),
  entry_id: z.string(),
  at: z.string(),
  prev_hash: z.string(),
  hash: z.string(),
  body: z.string(),
});

const COLUMNS = 'case_id, seq, entry_id, at, prev_hash, hash, body';
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
