import type { ElasticsearchConfig } from '../../contracts/elasticsearch.ts';
import type { Telemetry, Tickets } from '../../pipeline/ports.ts';
import type { Settings } from '../config/settings.ts';
import type { KnownSecrets } from '../log/known-secrets.ts';
import type { Log } from '../log.ts';
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

type Ticketing = { settings: Settings; hide: KnownSecrets; hosts: readonly string[]; log: Log };

/** The simulated tracker wherever the world is simulated: a made-up case must not file real tickets. */
export async function ticketsOf({ settings, hide, hosts, log }: Ticketing): Promise<Tickets | null> {
  const { sandboxUrl, jira, config } = settings;
  if (sandboxUrl !== null) return createSandboxTickets({ baseUrl: sandboxUrl, clock });
  if (jira === null) return null;
  const { createJiraTickets } = await import('../tickets/jira/jira-tickets.ts');
  return createJiraTickets({ jira, config: config.jira, clock, log, hide: hide.redact, hosts });
}
