import type { Catalogue } from '../../pipeline/catalogue.ts';
import { loadCatalogue } from '../config/catalogue-file.ts';
import type { Settings } from '../config.ts';
import { readConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { createLog, routeWarnings } from '../log.ts';
import type { SqliteStore } from '../stores/sqlite/store.ts';
import { openSqliteStore } from '../stores/sqlite/store.ts';
import { storeFileIn } from '../stores/sqlite/store-file.ts';

export type Opened = { settings: Settings; store: SqliteStore; catalogue: Catalogue; log: Log };

/** Runs a command on the store, also while the app runs on it, and lets the store go whatever happens. */
export async function withStore<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
  const settings = readConfig({ slack: 'unneeded' });
  const log = createLog({ ...settings, logLevel: 'warn' });
  routeWarnings(log);
  const catalogue = loadCatalogue(settings.paths.catalogue);
  const store = await openSqliteStore({ file: storeFileIn(settings.paths.home), now: Date.now, log });
  try {
    return await work({ settings, store, catalogue, log });
  } finally {
    await store.close();
  }
}
