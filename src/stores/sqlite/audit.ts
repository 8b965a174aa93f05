import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { SealedRow } from '../../../pipeline/chain.ts';
import type { AuditSource, AuditView, StoreFault } from '../../audit/source.ts';
import { openReader } from './connection.ts';
import { query } from './rows.ts';

const CHUNK = 1_000;
/** Faults of one kind that are named; a destroyed file has enough with these. */
const NAMED_MAX = 1_000;

const Damage = z.object({ integrity_check: z.string() });
const ListRow = z.object({ case_id: z.string() });
const Count = z.object({ entries: z.int(), last: z.int().nullable() });

/** The file as the audit reads it: a read connection of its own, everything as of one moment. */
export function sqliteAudit(file: string): AuditSource {
  return {
    async read(use) {
      const db = openReader(file);
      try {
        db.exec('BEGIN');
        return await use(viewOf(db));
      } finally {
        db.close();
      }
    },
  };
}

function viewOf(db: DatabaseSync): AuditView {
  return {
    rows: () => storedRows(db),
    async ownFaults() {
      return [...damage(db), ...missingPlaces(db), ...listFaults(db)];
    },
  };
}

/** Numbers are read as reals: a place in the log that was tampered with may be larger than any integer here. */
async function* storedRows(db: DatabaseSync): AsyncGenerator<readonly SealedRow[]> {
  const rows = db.prepare(
    'SELECT case_id, CAST(seq AS REAL) AS seq, entry_id, at, prev_hash, hash, body FROM entries ORDER BY case_id, seq',
  );
  let chunk: SealedRow[] = [];
  for (const row of rows.iterate()) {
    chunk.push(sealedRow(row));
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  yield chunk;
}

/** Where a row has no place any more: no chain has an entry here. */
const NO_PLACE = -1;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Never fails: a column that is no text any more reads as empty, and the chain's hash then names the row. */
const sealedRow = (row: Record<string, unknown>): SealedRow => ({
  case_id: text(row.case_id),
  seq: typeof row.seq === 'number' ? row.seq : NO_PLACE,
  entry_id: text(row.entry_id),
  at: text(row.at),
  prev_hash: text(row.prev_hash),
  hash: text(row.hash),
  body: text(row.body),
});

/** The log's two tables and their indexes; the library proves nothing and is left out. */
function damage(db: DatabaseSync): StoreFault[] {
  const found = ['entries', 'logs'].flatMap((table) => query(db, `PRAGMA integrity_check(${table})`, Damage).all());
  return found
    .filter(({ integrity_check }) => integrity_check !== 'ok')
    .map(({ integrity_check }) => ({ case_id: null, fault: 'store_damaged', detail: integrity_check }));
}

/** Entries are numbered through the whole file and never deleted, so their count is the last number. */
function missingPlaces(db: DatabaseSync): StoreFault[] {
  const { entries, last } = query(db, 'SELECT count(*) AS entries, max(place) AS last FROM entries', Count).get() ?? {
    entries: 0,
    last: 0,
  };
  const missing = (last ?? 0) - entries;
  if (missing === 0) return [];
  return [{ case_id: null, fault: 'entries_missing', detail: `the file once held ${missing} entries more` }];
}

const LIST_FAULTS = [
  {
    fault: 'log_removed',
    detail: 'the log is listed and its entries are gone',
    sql: 'SELECT case_id FROM logs l WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.case_id = l.case_id)',
  },
  {
    fault: 'log_unlisted',
    detail: 'its entries are there and the list of logs does not name it',
    sql: 'SELECT DISTINCT case_id FROM entries e WHERE NOT EXISTS (SELECT 1 FROM logs l WHERE l.case_id = e.case_id)',
  },
] as const;

function listFaults(db: DatabaseSync): StoreFault[] {
  return LIST_FAULTS.flatMap(({ fault, detail, sql }) => {
    const found = query(db, `${sql} LIMIT ${NAMED_MAX}`, ListRow).all();
    return found.map(({ case_id }): StoreFault => ({ case_id, fault, detail }));
  });
}
