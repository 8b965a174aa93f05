import type { Action } from '../../contracts/catalogue.ts';
import type { ExecutorsConfig } from '../../contracts/executors.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Clock, Executor } from '../../pipeline/ports.ts';
import type { Log } from '../log.ts';
import { createDryRunExecutor } from './dry-run.ts';
import { lazyExecutor } from './lazy-executor.ts';
import { createSandboxExecutor } from './sandbox.ts';

export type ExecutorsOptions = {
  /** SANDBOX_URL; null where there is no simulated world. */
  sandboxUrl: string | null;
  clock: Clock;
  log: Log;
  outside?: OutsideOptions;
};

/** What the executors outside the sandbox are made from. */
export type OutsideOptions = {
  config: ExecutorsConfig;
  /** Values of the variables that the config names, by variable. */
  secrets: Readonly<Record<string, string>>;
  kibana: { url: string; apiKey: string | null } | null;
  actions: ReadonlyMap<string, Action>;
  /** GOVERNOR_HOME. */
  home: string;
  /** Whether every process of this installation is on this machine, as it is with the embedded store. */
  oneMachine: boolean;
};

/** Every executor of this installation by the name that catalogue entries use. Packages are loaded when one is first asked. */
export async function createExecutors({
  sandboxUrl,
  clock,
  log,
  outside,
}: ExecutorsOptions): Promise<ReadonlyMap<string, Executor>> {
  const executors = [createDryRunExecutor({ clock, log })];
  if (sandboxUrl !== null) executors.push(await createSandboxExecutor({ baseUrl: sandboxUrl, clock }));
  if (outside !== undefined) executors.push(...outsideExecutors(outside, clock));
  return new Map(executors.map((executor) => [executor.name, executor]));
}

function outsideExecutors(options: OutsideOptions, clock: Clock): Executor[] {
  const { config } = options;
  const made = Object.keys(config.webhooks).map((name) => webhook(name, options, clock));
  if (config.kibana_workflow.enabled) made.push(kibanaWorkflow(options, clock));
  if (config.kubernetes.enabled) made.push(kubernetes(options, clock));
  if (config.command.enabled) made.push(command(options, clock));
  return made;
}

function webhook(short: string, { config, secrets }: OutsideOptions, clock: Clock): Executor {
  const own = config.webhooks[short];
  const secret = own === undefined ? undefined : secrets[own.secret_env];
  if (own === undefined || secret === undefined)
    throw new GovernorError('executor_unconfigured', `the webhook \`${short}\` has no secret`);
  const token = own.token_env === undefined ? null : (secrets[own.token_env] ?? null);
  const name = `webhook-${short}`;
  const promises = { refusesLate: own.refuses_late, idempotentByKey: own.idempotent_by_key };
  return lazyExecutor(name, promises, async () => {
    const { createWebhookExecutor } = await import('./webhook/webhook.ts');
    return createWebhookExecutor({ name, config: own, secret, token, clock });
  });
}

function kibanaWorkflow({ config, kibana }: OutsideOptions, clock: Clock): Executor {
  if (kibana === null || kibana.apiKey === null)
    throw new GovernorError('executor_unconfigured', 'the executor `kibana-workflow` needs KIBANA_URL and KIBANA_API_KEY');
  const access = { url: kibana.url, apiKey: kibana.apiKey };
  const own = config.kibana_workflow;
  const promises = { refusesLate: own.workflows_refuse_late, idempotentByKey: false };
  return lazyExecutor('kibana-workflow', promises, async () => {
    const { createKibanaWorkflowExecutor } = await import('./kibana-workflow/kibana-workflow.ts');
    return createKibanaWorkflowExecutor({ config: own, kibana: access, clock });
  });
}

function kubernetes({ config, actions }: OutsideOptions, clock: Clock): Executor {
  return lazyExecutor('kubernetes', { refusesLate: false, idempotentByKey: true }, async () => {
    const { openCluster } = await import('./kubernetes/cluster.ts');
    const { createKubernetesExecutor } = await import('./kubernetes/kubernetes.ts');
    return createKubernetesExecutor({ cluster: await openCluster(config.kubernetes), config: config.kubernetes, actions, clock });
  });
}

function command({ config, actions, home, oneMachine }: OutsideOptions, clock: Clock): Executor {
  return lazyExecutor('command', { refusesLate: oneMachine, idempotentByKey: oneMachine }, async () => {
    const { createCommandExecutor } = await import('./command/command.ts');
    return createCommandExecutor({ config: config.command, actions, home, oneMachine, clock });
  });
}

/** Executors that the catalogue names and this installation lacks, sorted: their actions could be approved and never run. */
export function missingExecutors(actions: Iterable<Action>, executors: ReadonlyMap<string, Executor>): string[] {
  const named = [...actions].map((action) => action.executor);
  return [...new Set(named)].filter((name) => !executors.has(name)).sort();
}
