import type { ElasticsearchConfig } from '../../contracts/elasticsearch.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Settings } from '../config/settings.ts';
import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import { type IndexNames, indexNamesOf } from '../stores/elasticsearch/names.ts';

export type OnCluster = { elastic: Elastic; names: IndexNames; config: ElasticsearchConfig };

/** Connects to the configured cluster for one piece of work, without opening any store on it. */
export async function withCluster<T>(
  { elasticsearch, config }: Pick<Settings, 'elasticsearch' | 'config'>,
  work: (cluster: OnCluster) => Promise<T>,
): Promise<T> {
  if (elasticsearch === null) throw noCluster('this');
  // Loaded only here, so that commands on the embedded store do not pay for the client.
  const { connectElastic } = await import('../stores/elasticsearch/elastic.ts');
  const elastic = await connectElastic({ ...elasticsearch, timeoutMs: config.elasticsearch.timeout_s * 1_000 });
  try {
    return await work({ elastic, names: indexNamesOf(config.elasticsearch), config: config.elasticsearch });
  } finally {
    await elastic.close();
  }
}

/** The refusal of what only a cluster can do. */
export const noCluster = (what: string): GovernorError =>
  new GovernorError('usage', `${what} needs a cluster: give ELASTICSEARCH_URL`);
