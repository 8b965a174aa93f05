import type { CaseLog, Library } from '../../pipeline/ports.ts';
import type { AuditSource } from '../audit/source.ts';

/** Gets the ids of the logs that grew by another process's entries; our own may be among them. */
export type ForeignListener = (caseIds: readonly string[]) => void;

/** What a store gives, whichever it is. */
export type Store = {
  caseLog: CaseLog;
  library: Library;
  audit: AuditSource;
  /** Calls back with the ids of logs to which another process has appended; returns the way to stop. */
  onForeignChange(listener: ForeignListener): () => void;
  /** Writes what is queued, then lets go. */
  close(): Promise<void>;
};
