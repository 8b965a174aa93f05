import type { Store } from '../store.ts';
import type { StoreLog } from '../store-log.ts';
import { sqliteAudit } from './audit.ts';
import { createCommits } from './commits.ts';
import { BUSY_TIMEOUT_MS, openWriter } from './connection.ts';
import { openFault } from './faults.ts';
import { createForeignWatch } from './foreign.ts';
import { createLeases } from './leases.ts';
import { createLibrary } from './library.ts';
import { createLog } from './log.ts';
import { refreshIndex } from './word-index.ts';
import { checkWritable, createWritability } from './writability.ts';

export type SqliteStoreOptions = {
  /** Its folder is made where it is missing. Several processes of one machine may hold the file open. */
  file: string;
  /** Milliseconds since 1970: for leases and for when documents were stored. */
  now: () => number;
  log: StoreLog;
  /** The file's largest size, in pages of 8192 bytes; unbounded where it is left out. */
  pagesMax?: number;
  /** How often other processes' writes are looked for; half a second where it is left out. */
  foreignPollMs?: number;
};

export type SqliteStore = Store;

/** Opens the embedded store: one SQLite file for the log, the leases and the library. Throws where it cannot be used. */
export async function openSqliteStore({ file, now, log, pagesMax, foreignPollMs }: SqliteStoreOptions): Promise<SqliteStore> {
  const db = openWriter(file, pagesMax);
  try {
    checkWritable(db);
    const documents = refreshIndex(db);
    if (documents > 0) log.warn('the word index was written anew', { documents });
    // Until here another process may be at the same work; from now on waiting would block the event loop.
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  } catch (fault) {
    db.close();
    throw openFault(file, fault);
  }
  const writability = createWritability(db, log);
  const foreign = createForeignWatch(db, log, foreignPollMs);
  const { turn, create } = createLog(db, foreign, log);
  const commits = createCommits({ db, turn, writability });
  const { close: closeLibrary, ...library } = createLibrary(db, file, commits, now);

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    foreign.stop();
    await commits.close();
    await closeLibrary();
    db.close();
  };
  return {
    caseLog: { ...create(commits), ...createLeases(db, commits, now), healthy: commits.healthy },
    library,
    audit: sqliteAudit(file),
    onForeignChange: foreign.subscribe,
    close: () => (closing ??= close()),
  };
}
