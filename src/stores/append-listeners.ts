import type { Entry } from '../../contracts/entry.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { CaseLog } from '../../pipeline/ports.ts';
import type { StoreLog } from './store-log.ts';

export type AppendListeners = Pick<CaseLog, 'onAppend'> & {
  /** To be called with every acknowledged entry, once it can be read. */
  tell(entry: Entry): void;
};

/** Those who hear of the entries that this process appends. */
export function createAppendListeners(storeLog: StoreLog): AppendListeners {
  const listeners = new Set<(entry: Entry) => void>();
  return {
    tell(entry) {
      for (const listener of listeners) {
        try {
          listener(entry);
        } catch (fault) {
          // The entry is durable whatever a listener thinks of it; the other listeners still have to hear of it.
          storeLog.error('a listener of the log failed', {
            case_id: entry.case_id,
            seq: entry.seq,
            problem: problemOf(fault),
          });
        }
      }
    },
    onAppend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
