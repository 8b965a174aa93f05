import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { CaseHead, CaseLog, Head } from '../../../pipeline/ports.ts';
import { createAppendListeners } from '../listeners.ts';
import { prepareEntry } from '../prepare-entry.ts';
import type { StoreLog } from '../store-log.ts';
import type { Commits, Turn } from './commits.ts';
import { createEnds } from './ends.ts';
import { createEntries } from './entries.ts';
import type { ForeignWatch } from './foreign.ts';
import { query } from './rows.ts';

/** Heads are read in pages of this many logs, with a turn of the event loop between. */
const HEADS_PAGE = 500;

const OpenRow = z.object({ case_id: z.string() });
const HeadRow = z.object({ case_id: z.string(), seq: z.int(), hash: z.string() });
const CaseHeadRow = HeadRow.extend({ open: z.literal([0, 1]).transform((open) => open === 1) });

type CaseLogParts = Pick<CaseLog, 'append' | 'read' | 'openCases' | 'list' | 'heads' | 'onAppend'>;

/**
 * The log on one file. `turn` is for the commits: it keeps what is remembered of the ends of logs in step with the
 * transactions, and tells listeners of entries only once they are committed.
 */
export function createLog(db: DatabaseSync, foreign: ForeignWatch, storeLog: StoreLog) {
  const ends = createEnds(db);
  const entries = createEntries(db, ends);
  const { tell, subscribe: onAppend } = createAppendListeners(storeLog);
  let version = foreign.version();

  const turn: Turn = {
    begun() {
      const now = foreign.version();
      if (now !== version) ends.forget();
      version = now;
      entries.lastPlace();
    },
    undone() {
      ends.forget();
      entries.lastPlace();
    },
    committed: () => foreign.passOwn(version, entries.lastPlace()),
  };

  const reads = createReads(db);
  const create = (commits: Commits): CaseLogParts => ({
    async append(caseId, seq, body, options) {
      const prepared = prepareEntry(caseId, seq, body, options);
      const appended = await commits.write(() => entries.append(prepared));
      if (appended.ok) tell(appended.entry);
      return appended;
    },
    read: async (caseId, fromSeq = 0) => entries.read(caseId, fromSeq),
    ...reads,
    onAppend,
  });
  return { turn, create };
}

/** Ids that begin with `~` are reserved; they sort into one range, which lists leave out. */
const NOT_RESERVED = `(case_id < '~' OR case_id >= '\u007f')`;

/** No id is greater: its one character is the greatest of all. */
const LAST_ID = '\u{10ffff}';

function createReads(db: DatabaseSync): Pick<CaseLog, 'openCases' | 'list' | 'heads'> {
  const open = query(db, `SELECT case_id FROM logs WHERE open = 1 AND ${NOT_RESERVED} ORDER BY case_id`, OpenRow);
  const older = query(
    db,
    `SELECT l.case_id, e.seq, e.hash, l.open FROM
      (SELECT case_id, open FROM logs WHERE ${NOT_RESERVED} AND case_id < ? ORDER BY case_id DESC LIMIT ?) l
      JOIN entries e ON e.case_id = l.case_id AND e.seq = (SELECT max(seq) FROM entries WHERE case_id = l.case_id)
      ORDER BY l.case_id DESC`,
    CaseHeadRow,
  );
  // With `max` SQLite takes the other columns from the row that holds the maximum.
  const page = query(
    db,
    'SELECT case_id, max(seq) AS seq, hash FROM entries WHERE case_id > ? GROUP BY case_id ORDER BY case_id LIMIT ?',
    HeadRow,
  );
  return {
    openCases: async () => open.all().map((row) => row.case_id),
    list: async (limit, before = LAST_ID): Promise<CaseHead[]> => older.all(before, limit),
    async heads(): Promise<Head[]> {
      const heads: Head[] = [];
      for (;;) {
        const found = page.all(heads.at(-1)?.case_id ?? '', HEADS_PAGE);
        heads.push(...found);
        if (found.length < HEADS_PAGE) return heads;
        await nextTurn();
      }
    },
  };
}
