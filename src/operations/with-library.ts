import type { Library } from '../../pipeline/ports.ts';
import type { Settings } from '../config/settings.ts';
import type { StoreLog } from '../stores/store-log.ts';
import type { OnCluster } from './with-cluster.ts';

/**
 * This installation's library for one piece of work, without the log of the cases: indices may be missing while they are
 * being made, and a store that keeps its log there could not be opened.
 */
export async function withLibrary<T>(
  { paths }: Pick<Settings, 'paths'>,
  { elastic, names, config }: OnCluster,
  log: StoreLog,
  work: (library: Library) => Promise<T>,
): Promise<T> {
  if (config.use.includes('library')) {
    const { createElasticLibrary } = await import('../stores/elasticsearch/library.ts');
    return work(createElasticLibrary({ elastic, names, now: Date.now, log }));
  }
  const [{ openSqliteStore }, { storeFileIn }] = await Promise.all([
    import('../stores/sqlite/store.ts'),
    import('../stores/sqlite/store-file.ts'),
  ]);
  const store = await openSqliteStore({ file: storeFileIn(paths.home), now: Date.now, log });
  try {
    return await work(store.library);
  } finally {
    await store.close();
  }
}
