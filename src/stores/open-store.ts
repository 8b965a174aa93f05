import type { ElasticsearchUse } from '../../contracts/elasticsearch.ts';
import type { Settings } from '../config/settings.ts';
import type { Elastic } from './elasticsearch/elastic.ts';
import { type IndexNames, indexNamesOf } from './elasticsearch/names.ts';
import { openSqliteStore } from './sqlite/store.ts';
import { storeFileIn } from './sqlite/store-file.ts';
import type { Store } from './store.ts';
import type { StoreLog } from './store-log.ts';

export type OpenedStore = {
  store: Store;
  /** The cluster, where one is configured; whoever opened the store closes it with `close`. */
  elastic: Elastic | null;
  names: IndexNames;
  /** Lets go of the store, then of the cluster. */
  close(): Promise<void>;
};

type Wanted = Pick<Settings, 'config' | 'elasticsearch' | 'paths'>;
type Parts = { now: () => number; log: StoreLog };

/**
 * Opens what holds the log and the library: the embedded file, the cluster, or one of the two for each, as
 * `elasticsearch.use` says. Throws where a store cannot be used; nothing is left open then.
 */
export async function openStore(settings: Wanted, { now, log }: Parts): Promise<OpenedStore> {
  const { config, elasticsearch, paths } = settings;
  const names = indexNamesOf(config.elasticsearch);
  const embedded = () => openSqliteStore({ file: storeFileIn(paths.home), now, log });
  if (elasticsearch === null) {
    const store = await embedded();
    return { store, elastic: null, names, close: store.close };
  }
  const { connectElastic } = await import('./elasticsearch/elastic.ts');
  const elastic = await connectElastic({ ...elasticsearch, timeoutMs: config.elasticsearch.timeout_s * 1_000 });
  try {
    const store = await openOnCluster({ use: config.elasticsearch.use, elastic, names, now, log }, embedded);
    const close = async (): Promise<void> => {
      await store.close();
      await elastic.close();
    };
    return { store, elastic, names, close };
  } catch (fault) {
    await elastic.close();
    throw fault;
  }
}

type OnCluster = Parts & { use: readonly ElasticsearchUse[]; elastic: Elastic; names: IndexNames };

async function openOnCluster({ use, ...cluster }: OnCluster, embedded: () => Promise<Store>): Promise<Store> {
  if (!use.includes('log') && !use.includes('library')) return embedded();
  // Loaded only here: a start on the embedded store does not pay for it.
  const { readyIndices } = await import('./elasticsearch/ready.ts');
  await readyIndices({ ...cluster, use });
  const [{ openElasticStore }, { createElasticLibrary }] = await Promise.all([
    import('./elasticsearch/store.ts'),
    import('./elasticsearch/library.ts'),
  ]);
  const inCluster = use.includes('library') ? createElasticLibrary(cluster) : null;
  if (use.includes('log') && inCluster !== null) return openElasticStore({ ...cluster, library: inCluster });
  const file = await embedded();
  if (inCluster !== null) return { ...file, library: inCluster };
  const store = await openElasticStore({ ...cluster, library: file.library });
  return { ...store, close: () => Promise.all([store.close(), file.close()]).then(() => undefined) };
}
