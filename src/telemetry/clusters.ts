import type { Window } from '../../pipeline/ports.ts';
import type { Cluster } from './assess-clusters.ts';
import { assessClusters } from './assess-clusters.ts';
import { groupsOf, groupsSearch } from './elasticsearch/error-groups.ts';
import { openLogs } from './elasticsearch/logs.ts';
import { settled } from './elasticsearch/settled.ts';
import type { ElasticTelemetryOptions } from './elasticsearch.ts';

/** Looks over all mapped services at once. */
export type Clusters = {
  /** The groups of failed requests in the window that may become incidents; throws where the logs are not whole. */
  find(window: Window): Promise<Cluster[]>;
};

export function createClusters({ elastic, names, config, clock }: ElasticTelemetryOptions): Clusters {
  const logs = openLogs({ elastic, index: names.logs });
  return {
    async find(asked) {
      if (Object.keys(config.services).length === 0) return [];
      const window = settled(asked, clock.now(), config.late_s);
      const question = { services: config.services, window, baselineS: config.baseline_s };
      const { aggregations } = await logs.search('clusters', (fields) => groupsSearch(question, fields));
      return assessClusters(groupsOf(aggregations));
    },
  };
}
