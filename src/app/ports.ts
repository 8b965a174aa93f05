import type { ElasticsearchConfig } from '../../contracts/elasticsearch.ts';
import type { Telemetry, Tickets } from '../../pipeline/ports.ts';
import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import type { IndexNames } from '../stores/elasticsearch/names.ts';
import { createNoTelemetry } from '../telemetry/none.ts';
import { createSandboxTelemetry } from '../telemetry/sandbox.ts';
import { createSandboxTickets } from '../tickets/sandbox.ts';
import { systemClock as clock } from './core.ts';

type Sources = { sandboxUrl: string | null; elastic: Elastic | null; names: IndexNames; config: ElasticsearchConfig };

/**
 * Where figures come from: the access logs in the cluster as soon as the config maps services to them, else the
 * simulated world. Without a source every service is unmapped, which the gate takes as unknown and blocks.
 */
export async function telemetryOf({ sandboxUrl, elastic, names, config }: Sources): Promise<Telemetry> {
  const isMapped = config.use.includes('telemetry') && Object.keys(config.services).length > 0;
  if (elastic !== null && isMapped) {
    const { createElasticTelemetry } = await import('../telemetry/elasticsearch.ts');
    return createElasticTelemetry({ elastic, names, config, clock });
  }
  return sandboxUrl === null ? createNoTelemetry() : createSandboxTelemetry({ baseUrl: sandboxUrl, clock });
}

export const ticketsOf = (sandboxUrl: string | null): Tickets | null =>
  sandboxUrl === null ? null : createSandboxTickets({ baseUrl: sandboxUrl, clock });
