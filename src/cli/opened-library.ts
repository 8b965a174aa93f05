import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { Library } from '../../pipeline/ports.ts';
import { loadCatalogue } from '../config/catalogue-file.ts';
import type { Settings } from '../config.ts';
import { readConfig } from '../config.ts';
import { createLog, routeWarnings } from '../log.ts';
import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import type { IndexNames } from '../stores/elasticsearch/names.ts';
import { withStore } from './opened.ts';

export type OpenedLibrary = {
  settings: Settings;
  catalogue: Catalogue;
  library: Library;
  elastic: Elastic | null;
  names: IndexNames;
};

/** Runs a command on the library alone. On a cluster nothing is made by that, while opening the whole store may make indices. */
export async function withLibraryOnly<T>(work: (opened: OpenedLibrary) => Promise<T>): Promise<T> {
  const settings = readConfig({ slack: 'unneeded' });
  if (settings.elasticsearch === null) return withStore(({ store, ...opened }) => work({ ...opened, library: store.library }));
  const log = createLog({ ...settings, logLevel: 'warn' });
  routeWarnings(log);
  const catalogue = loadCatalogue(settings.paths.catalogue);
  const [{ withCluster }, { withLibrary }] = await Promise.all([
    import('../operations/with-cluster.ts'),
    import('../operations/with-library.ts'),
  ]);
  return withCluster(settings, (cluster) =>
    withLibrary(settings, cluster, log, (library) => work({ settings, catalogue, library, ...cluster })),
  );
}
