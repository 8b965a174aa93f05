import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { SealedRow } from '../../../pipeline/chain.ts';
import type { AuditSource, AuditView, ReadersHead, StoreFault } from '../../audit/source.ts';
import { openReader } from './connection.ts';
import { query } from './rows.ts';

const CHUNK = 1_000;
/** Faults of one kind that are named; a destroyed file has enough with these. */
const NAMED_MAX = 1_000;

const Count = z.object({ entries: z.int(), last: z.int().nullable() });
const ListRow = z.object({ case_id: z.string() });

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
    // By the index through which every reader finds a log; the rows come from the table itself.
    heads: () => indexedHeads(db),
    ownFaults: async () => [...missingPlaces(db), ...listFaults(db)],
  };
}

/** Less than every place there can be. */
const BEFORE_ALL = -(2n ** 63n);

/**
 * In the order of writing, page by page. Numbers are read as reals and pages are bounded by big integers, because a
 * tampered number may be larger than what a plain one holds.
 */
async function* storedRows(db: DatabaseSync): AsyncGenerator<readonly SealedRow[]> {
  const page = db.prepare('SELECT max(place) AS last FROM (SELECT place FROM entries WHERE place > ? ORDER BY place LIMIT ?)');
  page.setReadBigInts(true);
  const rows = db.prepare(
    `SELECT case_id, CAST(seq AS REAL), entry_id, at, prev_hash, hash, body FROM entries NOT INDEXED
     WHERE place > ? AND place <= ? ORDER BY place`,
  );
  rows.setReturnArrays(true);
  let before = BEFORE_ALL;
  for (;;) {
    const last = page.get(before, CHUNK)?.last;
    if (typeof last !== 'bigint') return;
    yield rows.all(before, last).map((row: unknown) => sealedRow(Array.isArray(row) ? row : []));
    before = last;
  }
}

async function* indexedHeads(db: DatabaseSync): AsyncGenerator<readonly ReadersHead[]> {
  const heads = db.prepare(
    `SELECT case_id, CAST(max(seq) AS REAL) AS seq, CAST(count(*) AS REAL) AS entries FROM entries
     WHERE case_id > ? GROUP BY case_id ORDER BY case_id LIMIT ?`,
  );
  let found: ReadersHead[] = [];
  do {
    found = heads
      .all(found.at(-1)?.case_id ?? '', CHUNK)
      .map((head) => ({ case_id: text(head.case_id), seq: place(head.seq), entries: place(head.entries) }));
    yield found;
  } while (found.length === CHUNK);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
/** Where a row has no place any more: no chain has an entry here. */
const NO_PLACE = -1;
const place = (value: unknown): number => (typeof value === 'number' ? value : NO_PLACE);

/** Never fails: a column that is no text any more reads as empty, and the chain's hash then names the row. */
function sealedRow(columns: readonly unknown[]): SealedRow {
  return {
    case_id: text(columns[0]),
    seq: place(columns[1]),
    entry_id: text(columns[2]),
    at: text(columns[3]),
    prev_hash: text(columns[4]),
    hash: text(columns[5]),
    body: text(columns[6]),
  };
}

/** Entries are numbered through the whole file and never deleted, so their count is the last number. */
function missingPlaces(db: DatabaseSync): StoreFault[] {
  const found = query(db, 'SELECT count(*) AS entries, (SELECT max(place) FROM entries) AS last FROM entries', Count).get();
  const missing = (found?.last ?? 0) - (found?.entries ?? 0);
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
    sql: 'SELECT DISTINCT case_id FROM entries EXCEPT SELECT case_id FROM logs',
  },
] as const;

function listFaults(db: DatabaseSync): StoreFault[] {
  return LIST_FAULTS.flatMap(({ fault, detail, sql }) => {
    const found = query(db, `${sql} LIMIT ${NAMED_MAX}`, ListRow).all();
    return found.map(({ case_id }): StoreFault => ({ case_id, fault, detail }));
  });
}
