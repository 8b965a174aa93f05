import type { Entry } from '../../contracts/entry.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { StoreLog } from './store-log.ts';

export type Listeners<T> = {
  tell(news: T): void;
  /** Returns the way to stop. */
  subscribe(listener: (news: T) => void): () => void;
  /** Whether anybody listens. */
  any(): boolean;
  clear(): void;
};

/** Those who hear of the entries that this process appends: tell them of each that is acknowledged, once it can be read. */
export const createAppendListeners = (log: StoreLog): Listeners<Entry> =>
  createListeners((fault, { case_id, seq }) =>
    // The entry is durable whatever a listener thinks of it.
    log.error('a listener of the log failed', { case_id, seq, problem: problemOf(fault) }),
  );

/** Those who hear which logs grew by other processes' entries. */
export const createForeignListeners = (log: StoreLog): Listeners<readonly string[]> =>
  createListeners((fault) => log.error('a listener for other processes failed', { problem: problemOf(fault) }));

/** One that throws keeps the others from nothing. */
function createListeners<T>(failed: (fault: unknown, news: T) => void): Listeners<T> {
  const listeners = new Set<(news: T) => void>();
  return {
    tell(news) {
      for (const listener of listeners) {
        try {
          listener(news);
        } catch (fault) {
          failed(fault, news);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    any: () => listeners.size > 0,
    clear: () => listeners.clear(),
  };
}
