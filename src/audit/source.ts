import { rowOf, type SealedRow } from '../../pipeline/chain.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { CaseLog } from '../../pipeline/ports.ts';

/** What a store finds wrong in its own bookkeeping; `case_id` is null where the fault is not one log's. */
export type StoreFault = {
  case_id: string | null;
  fault: 'entries_missing' | 'log_removed' | 'log_unlisted' | 'unreadable';
  detail: string;
};

/** Where a log ends for everybody who reads it, and how many entries they find. */
export type ReadersHead = { case_id: string; seq: number; entries: number };

export type AuditView = {
  /**
   * Every stored entry in chunks, as it is stored: nothing is believed, nothing is left out. Those of one log come in
   * the order in which they were stored.
   */
  rows(): AsyncIterable<readonly SealedRow[]>;
  heads(): AsyncIterable<readonly ReadersHead[]>;
  /** Asked after the rows: what else the store can say against itself. */
  ownFaults(): Promise<readonly StoreFault[]>;
};

/** Where the audit reads: all that one `read` sees is as of one moment, also while entries are appended. */
export type AuditSource = { read<T>(use: (view: AuditView) => Promise<T>): Promise<T> };

/** The audit of any log, by its port alone. Each log is read whole; one that cannot be read is a fault of its own. */
export function auditSourceOf(log: Pick<CaseLog, 'heads' | 'read'>): AuditSource {
  return {
    async read(use) {
      const heads = await log.heads();
      const faults: StoreFault[] = [];
      async function* rows(): AsyncGenerator<readonly SealedRow[]> {
        for (const head of heads) {
          try {
            const entries = await log.read(head.case_id);
            // What was appended since the heads were read belongs to the next audit.
            yield entries.slice(0, head.seq + 1).map(rowOf);
          } catch (fault) {
            faults.push({ case_id: head.case_id, fault: 'unreadable', detail: problemOf(fault) });
          }
        }
      }
      async function* ends(): AsyncGenerator<readonly ReadersHead[]> {
        const unread = new Set(faults.map((fault) => fault.case_id));
        const readable = heads.filter((head) => !unread.has(head.case_id));
        yield readable.map(({ case_id, seq }) => ({ case_id, seq, entries: seq + 1 }));
      }
      return use({ rows, heads: ends, ownFaults: async () => faults });
    },
  };
}
