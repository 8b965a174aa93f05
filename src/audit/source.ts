import type { SealedRow } from '../../pipeline/chain.ts';

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
