import type { Catalogue } from '../../pipeline/catalogue.ts';
import { loadCatalogue } from '../config/catalogue-file.ts';
import type { Settings } from '../config.ts';
import { readConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { createLog, routeWarnings } from '../log.ts';
import { type OpenedStore, openStore } from '../stores/open-store.ts';

export type Opened = { settings: Settings; catalogue: Catalogue; log: Log } & Omit<OpenedStore, 'close'>;

/** Runs a command on the store, also while the app runs on it, and lets the store go whatever happens. */
export async function withStore<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
  const settings = readConfig({ slack: 'unneeded' });
  const log = createLog({ ...settings, logLevel: 'warn' });
  routeWarnings(log);
  const catalogue = loadCatalogue(settings.paths.catalogue);
  const { close, ...opened } = await openStore(settings, { now: Date.now, log });
  try {
    return await work({ settings, catalogue, log, ...opened });
  } finally {
    await close();
  }
}
