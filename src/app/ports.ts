import type { ElasticsearchConfig } from '../../contracts/elasticsearch.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { Executor, Telemetry, Tickets } from '../../pipeline/ports.ts';
import type { Settings } from '../config/settings.ts';
import { createExecutors, missingExecutors } from '../executors/executors.ts';
import { outsideOf, unlistedPrograms } from '../executors/outside.ts';
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

type Executing = { settings: Settings; catalogue: Catalogue; log: Log };

/** Every executor of this installation; what the catalogue wants and the config does not give is told to operators. */
export async function executorsOf({ settings, catalogue, log }: Executing): Promise<ReadonlyMap<string, Executor>> {
  const { sandboxUrl, config } = settings;
  const executors = await createExecutors({ sandboxUrl, clock, log, outside: outsideOf(settings, catalogue) });
  for (const action of unlistedPrograms(catalogue.actions.values(), config.executors))
    log.warn('the config does not list the program of an action', { action });
  for (const name of missingExecutors(catalogue.actions.values(), executors))
    log.warn('the catalogue names an executor that is not configured', { executor: name });
  return executors;
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
