import type { ElasticsearchConfig, LogMap } from '../../contracts/elasticsearch.ts';
import type { Clock, Telemetry } from '../../pipeline/ports.ts';
import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import type { IndexNames } from '../stores/elasticsearch/names.ts';
import { figuresOf, figuresSearch } from './elasticsearch/figures.ts';
import { parseLogId } from './elasticsearch/log-ids.ts';
import { lineOf, lineSearch } from './elasticsearch/log-lines.ts';
import { openLogs } from './elasticsearch/logs.ts';
import { settled } from './elasticsearch/settled.ts';

export type ElasticTelemetryOptions = {
  elastic: Elastic;
  names: Pick<IndexNames, 'logs'>;
  config: Pick<ElasticsearchConfig, 'services' | 'baseline_s' | 'late_s'>;
  clock: Clock;
};

/** Access logs in Elasticsearch as telemetry. Which lines are a service's own is told by the config's map alone. */
export function createElasticTelemetry({ elastic, names, config, clock }: ElasticTelemetryOptions): Telemetry {
  const logs = openLogs({ elastic, index: names.logs });
  const mapOf = (service: string): LogMap | undefined =>
    Object.hasOwn(config.services, service) ? config.services[service] : undefined;

  return {
    async figures(service, asked) {
      const map = mapOf(service);
      if (map === undefined) return null;
      const window = settled(asked, clock.now(), config.late_s);
      const question = { service, map, window, baselineS: config.baseline_s };
      return figuresOf(question, await logs.search('figures', (fields) => figuresSearch(question, fields)));
    },
    async services() {
      // A map without logs behind it measures nothing, so the logs are asked whether they are there.
      await logs.search('whether there are logs', () => ({ size: 0, terminate_after: 1, track_total_hits: false }));
      return Object.keys(config.services).sort();
    },
    async logLine(id) {
      const ref = parseLogId(id);
      const map = ref === undefined ? undefined : mapOf(ref.service);
      if (ref === undefined || map === undefined) return null;
      return lineOf(id, ref, await logs.search('a log line', (fields) => lineSearch(ref, map, fields)));
    },
  };
}
