import type { GovernorConfig } from '../../contracts/config.ts';
import { isWellFormed, placesIn } from '../../contracts/template.ts';
import { isUnencrypted } from '../outward/unencrypted.ts';
import { OUTSIDE_VARIABLES, OWN_VARIABLES, SECRET_VARIABLES, type Variables } from './environment.ts';
import type { KeyProblem } from './issues.ts';
import { ENVIRONMENT, type SettingProblem } from './problems.ts';

const OURS: ReadonlySet<string> = new Set([...SECRET_VARIABLES, ...OUTSIDE_VARIABLES, ...OWN_VARIABLES]);

type Named = { key: string; variable: string };

/** The variables that the config names for its webhooks, and where. */
export const executorVariables = ({ executors }: GovernorConfig): Named[] =>
  Object.entries(executors.webhooks).flatMap(([name, { secret_env, token_env }]) => [
    { key: `executors.webhooks.${name}.secret_env`, variable: secret_env },
    ...(token_env === undefined ? [] : [{ key: `executors.webhooks.${name}.token_env`, variable: token_env }]),
  ]);

/** Executors whose settings contradict one another. */
export function executorProblems(config: GovernorConfig): KeyProblem[] {
  const { command, kubernetes } = config.executors;
  // Somebody who can write the config must not be able to have Slack's token sent to an address of theirs.
  const ours = executorVariables(config)
    .filter(({ variable }) => OURS.has(variable.replace(/_FILE$/, '')))
    .map(({ key, variable }) => ({
      key,
      reason: `\`${variable}\` is a variable of the governor itself; give a webhook one of its own`,
    }));
  const idle = [
    ...(command.enabled && command.programs.length === 0
      ? [{ key: 'executors.command.programs', reason: 'is empty: no command could ever run; list the programs that may' }]
      : []),
    ...(kubernetes.enabled && kubernetes.namespaces.length === 0 && !kubernetes.nodes
      ? [{ key: 'executors.kubernetes.namespaces', reason: 'is empty, and nodes are off: nothing could ever be changed' }]
      : []),
    ...(kubernetes.context !== undefined && kubernetes.kubeconfig === undefined
      ? [
          {
            key: 'executors.kubernetes.context',
            reason: 'is a context of a kubeconfig: give executors.kubernetes.kubeconfig too',
          },
        ]
      : []),
  ];
  return [...addressProblems(config), ...pathProblems(config), ...ours, ...idle];
}

/** The places that an address may have, and those without which it could not say what it is asked about. */
type Places = { known: readonly string[]; needed: readonly string[] };

const PLACES: Readonly<Record<'url' | 'status_url', Places>> = {
  url: { known: ['key', 'target'], needed: [] },
  status_url: { known: ['key', 'target'], needed: ['key'] },
};

function addressProblems({ executors }: GovernorConfig): KeyProblem[] {
  return Object.entries(executors.webhooks).flatMap(([name, hook]) =>
    (['url', 'status_url'] as const).flatMap((field) => {
      const address = hook[field];
      const reason = address === undefined ? null : addressProblem(address, PLACES[field]);
      return reason === null ? [] : [{ key: `executors.webhooks.${name}.${field}`, reason }];
    }),
  );
}

const addressProblem = (address: string, places: Places): string | null =>
  isAddress(address) ? placeProblem(address, places) : 'is no http or https address, or holds a password';

/** A route without its place would run, or ask about, the same whatever the order says. */
function pathProblems({ executors: { kibana_workflow } }: GovernorConfig): KeyProblem[] {
  return ROUTES.flatMap(([field, place]) => {
    const reason = placeProblem(kibana_workflow[field], { known: [place], needed: [place] });
    return reason === null ? [] : [{ key: `executors.kibana_workflow.${field}`, reason }];
  });
}

const ROUTES = [
  ['run_path', 'id'],
  ['executions_path', 'id'],
  ['execution_path', 'execution'],
] as const;

function placeProblem(text: string, { known, needed }: Places): string | null {
  if (!isWellFormed(text)) return 'has a brace that belongs to no place';
  const places = placesIn(text);
  const strange = places.find((place) => !known.includes(place));
  if (strange !== undefined) return `has no place \`{${strange}}\`; it may have ${known.map((one) => `{${one}}`).join(' and ')}`;
  const absent = needed.find((place) => !places.includes(place));
  return absent === undefined ? null : `has to have the place \`{${absent}}\``;
}

/** Places stand in a path or a query, never where they would choose the host. */
function isAddress(template: string): boolean {
  const url = URL.parse(template);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false;
  return url.username === '' && url.password === '' && !/[{}]|%7b/i.test(url.host);
}

/** An order over an open line can be read, though not changed. */
export const executorWarnings = ({ executors }: GovernorConfig): string[] =>
  Object.entries(executors.webhooks)
    .flatMap(([name, { url, status_url }]) => [
      ...(isUnencrypted(url) ? [`executors.webhooks.${name}.url`] : []),
      ...(status_url !== undefined && isUnencrypted(status_url) ? [`executors.webhooks.${name}.status_url`] : []),
    ])
    .map((key) => `${key} is not https: orders and tokens can be read on their way`);

/** What an executor that the config turns on could never be asked without. */
export function unconfiguredExecutors(
  config: GovernorConfig,
  values: Variables,
  named: Readonly<Record<string, string>>,
): SettingProblem[] {
  const missing = (key: string, by: string): SettingProblem => ({
    file: ENVIRONMENT,
    key,
    reason: `is missing, and ${by} needs it`,
  });
  const secrets = executorVariables(config).filter(({ variable }) => named[variable] === undefined);
  const kibana = (['KIBANA_URL', 'KIBANA_API_KEY'] as const).filter((name) => values[name] === undefined);
  return [
    ...secrets.map(({ key, variable }) => missing(variable, key)),
    ...(config.executors.kibana_workflow.enabled ? kibana.map((name) => missing(name, 'executors.kibana_workflow')) : []),
  ];
}
