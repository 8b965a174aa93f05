import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { problemOf } from '../../../pipeline/errors.ts';
import { createForeignListeners } from '../listeners.ts';
import type { StoreLog } from '../store-log.ts';
import { integerQuery, query } from './rows.ts';

/** How often the file is asked whether another process has written: one pragma of a microsecond. */
export const ASK_EVERY_MS = 500;

const CaseId = z.object({ case_id: z.string() });

export type ForeignWatch = ReturnType<typeof createForeignWatch>;

/**
 * Notices what other processes write: SQLite changes `data_version` for every other connection's commit and never for
 * our own. Which logs grew is then read from the entries behind the last place that was known.
 */
export function createForeignWatch(db: DatabaseSync, log: StoreLog, everyMs = ASK_EVERY_MS) {
  const versionNow = integerQuery(db, 'PRAGMA data_version', 'data_version');
  const lastNow = integerQuery(db, 'SELECT max(place) AS place FROM entries', 'place');
  const grown = query(db, 'SELECT DISTINCT case_id FROM entries WHERE place > ? ORDER BY case_id', CaseId);
  const listeners = createForeignListeners(log);
  let asked = versionNow();
  let place = lastNow();

  const ask = (): void => {
    const now = versionNow();
    if (now === asked) return;
    const upTo = lastNow();
    const found = grown.all(place).map((row) => row.case_id);
    asked = now;
    place = upTo;
    if (found.length > 0) listeners.tell(found);
  };

  const askSafely = (): void => {
    try {
      ask();
    } catch (fault) {
      // The next round asks again; nothing was passed over, because `place` only moves on after a whole answer.
      log.warn('other processes could not be watched', { problem: problemOf(fault) });
    }
  };

  const timer = setInterval(askSafely, everyMs);
  // Watching alone is no reason for a process to live on.
  timer.unref();

  return {
    /** Another number whenever another connection has committed; inside a transaction it stands still. */
    version: versionNow,
    /**
     * After a commit of ours, with the version inside it and the last place it gave: our own entries need no telling,
     * and what others wrote before it is told at once.
     */
    passOwn(versionInside: number, upTo: number | null): void {
      if (versionInside !== asked) askSafely();
      else if (upTo !== null) place = upTo;
    },
    subscribe: listeners.subscribe,
    stop: (): void => clearInterval(timer),
  };
}
