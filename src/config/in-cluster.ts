import type { ElasticsearchUse } from '../../contracts/elasticsearch.ts';
import type { Settings } from './settings.ts';

/** Whether the log, the library or the telemetry is in a cluster here; else the embedded store or the sandbox has it. */
export const isInCluster = (
  { elasticsearch, config }: Pick<Settings, 'elasticsearch' | 'config'>,
  part: ElasticsearchUse,
): boolean => elasticsearch !== null && config.elasticsearch.use.includes(part);
