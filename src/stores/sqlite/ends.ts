import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { GENESIS } from '../../../pipeline/chain.ts';
import { query } from './rows.ts';

/** The end of one log: `seq` -1 and the genesis hash where it has no entry yet; `open` is null where it was not asked. */
export type End = { seq: number; hash: string; open: boolean | null };
export type Ends = ReturnType<typeof createEnds>;

const KEPT_MAX = 10_000;
const EndRow = z.object({ seq: z.int(), hash: z.string() });

/**
 * The ends of logs as this process last wrote them. They hold as long as no other connection has committed anything,
 * which is asked inside every transaction; the entries themselves are asked otherwise.
 */
export function createEnds(db: DatabaseSync) {
  const lastEntry = query(db, 'SELECT seq, hash FROM entries WHERE case_id = ? ORDER BY seq DESC LIMIT 1', EndRow);
  const kept = new Map<string, End>();
  return {
    of: (caseId: string): End => kept.get(caseId) ?? { ...(lastEntry.get(caseId) ?? { seq: -1, hash: GENESIS }), open: null },
    keep(caseId: string, end: End): void {
      if (kept.size >= KEPT_MAX && !kept.has(caseId)) kept.clear();
      kept.set(caseId, end);
    },
    forget: (): void => kept.clear(),
  };
}
