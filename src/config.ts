import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GovernorConfig } from '../contracts/config.ts';
import { configProblems, configWarnings } from './config/config-checks.ts';
import { type Connections, connectionProblems, connectionsOf, slackOf } from './config/connections.ts';
import { type Environment, readNamed, readVariables, SECRET_VARIABLES, type Variables } from './config/environment.ts';
import { executorVariables, unconfiguredExecutors } from './config/executor-checks.ts';
import { readJson } from './config/json-file.ts';
import { readOwn } from './config/own-variables.ts';
import { configFileOf, type Places, pathsOf } from './config/places.ts';
import { unconfiguredPlanners } from './config/planner-checks.ts';
import { ENVIRONMENT, refuseFor, type SettingProblem } from './config/problems.ts';
import type { Mode, Settings } from './config/settings.ts';

export type { Settings } from './config/settings.ts';

const CONFIG_BYTES_MAX = 1_048_576;
const TOKEN_CHARS_ADVISED = 16;
const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '');

export type ConfigRequest = {
  env?: Environment;
  /** Where a person stands: relative paths they type start here. */
  cwd?: string;
  /** The project's own folder, in which the sample data lies. */
  root?: string;
  /** Whether Slack is wanted. Commands that only read the store go without it; then its absence is no problem. */
  slack?: 'wanted' | 'unneeded';
};

/**
 * Reads the environment and the config file, and gives settings that are whole. Throws GovernorError
 * `config_refused` with every problem found: file, key and reason. No other module reads `process.env`.
 */
export function readConfig({
  env = process.env,
  cwd = process.cwd(),
  root = PROJECT_ROOT,
  slack = 'wanted',
}: ConfigRequest = {}): Settings {
  const places = { root, cwd };
  const own = readOwn(env);
  const { values, problems: unread } = readVariables(env, cwd);
  const problems = [...own.problems, ...unread, ...connectionProblems(values)];
  const mode = modeOf(values, own.production);
  if (mode === 'offline' && slack === 'wanted') problems.push(NO_SLACK);
  const simulated = mode === 'sandbox' || values.SANDBOX_URL !== undefined;
  const configFile = configFileOf(env, places, simulated);
  const read = readConfigFile(configFile, env.GOVERNOR_CONFIG ? 'GOVERNOR_CONFIG' : '');
  if (!read.ok) problems.push(...read.problems);
  // Commands that only read the store plan nothing, and need not be given the planners' secrets.
  else if (slack === 'wanted') problems.push(...unconfiguredPlanners(read.value, values));
  const named = namedSecrets(env, cwd, read);
  if (read.ok && slack === 'wanted') problems.push(...named.problems, ...unconfiguredExecutors(read.value, values, named.values));
  if (problems.length > 0 || !read.ok)
    return refuseFor('config_refused', 'the configuration is refused, nothing was started:', problems);
  const settled = settle({ env, places, values, config: read.value, configFile });
  const secrets = [...settled.secrets, ...Object.values(named.values)];
  return { ...settled, secrets, executorSecrets: named.values, mode, simulated, ...own.settings };
}

const namedSecrets = (env: Environment, cwd: string, read: ConfigRead) =>
  readNamed(env, cwd, read.ok ? executorVariables(read.value).map(({ variable }) => variable) : []);

const NO_SLACK: SettingProblem = {
  file: ENVIRONMENT,
  key: 'SLACK_BOT_TOKEN',
  reason: "is missing, and NODE_ENV is production, where no sandbox is started; give Slack's values, or leave NODE_ENV out",
};

/** No token at all means the sandbox, except in production: there a forgotten secret must not turn into a simulation. */
function modeOf(values: Variables, production: boolean): Mode {
  if (slackOf(values) !== null) return 'slack';
  return production ? 'offline' : 'sandbox';
}

type ConfigRead = { ok: true; value: GovernorConfig } | { ok: false; problems: SettingProblem[] };

/** `named` is the variable that named the file, told where there is no such file. */
function readConfigFile(file: string | null, named: string): ConfigRead {
  if (file === null) return { ok: true, value: GovernorConfig.parse({}) };
  const read = readJson(file, GovernorConfig, CONFIG_BYTES_MAX);
  if (!read.ok)
    return {
      ok: false,
      problems: existsSync(file) ? read.problems : read.problems.map((problem) => ({ ...problem, key: named })),
    };
  const problems = configProblems(read.value).map((problem) => ({ file, ...problem }));
  return problems.length === 0 ? read : { ok: false, problems };
}

type Parts = { env: Environment; places: Places; values: Variables; config: GovernorConfig; configFile: string | null };

function settle({
  env,
  places,
  values,
  config,
  configFile,
}: Parts): Omit<Settings, 'mode' | 'simulated' | 'production' | 'http' | 'logLevel' | 'executorSecrets'> {
  const warnings = [...configWarnings(config), ...tokenWarnings(values), ...idleWarnings(values)];
  return {
    ...connectionsOf(values),
    config,
    configFile,
    paths: pathsOf(config, env, places),
    secrets: secretsOf(values),
    warnings,
  };
}

/** Services that are read and checked already, and that no part of this version talks to. */
const IDLE = ['WEBHOOK_TOKEN'] as const;

/** Whoever gives one of these believes that it is used; that it is not must not stay unsaid. */
const idleWarnings = (values: Variables): string[] =>
  IDLE.filter((name) => values[name] !== undefined).map((name) => `${name} is given, and this version does not use it yet`);

function tokenWarnings(values: Variables): string[] {
  const tokens = ['MCP_TOKEN', 'WEBHOOK_TOKEN'] as const;
  const short = tokens.filter((name) => (values[name]?.length ?? TOKEN_CHARS_ADVISED) < TOKEN_CHARS_ADVISED);
  return short.map((name) => `${name} has fewer than ${TOKEN_CHARS_ADVISED} characters and could be guessed`);
}

/** Secret values, and the passwords inside addresses. */
function secretsOf(values: Variables): string[] {
  const secrets = SECRET_VARIABLES.flatMap((name) => values[name] ?? []);
  const passwords = Object.values(values).flatMap((value) =>
    value.split(',').flatMap((part) => URL.parse(part.trim())?.password || []),
  );
  return [...new Set([...secrets, ...passwords, ...passwords.map(decoded)])];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: the password was written as it is, and the written form is already in the list.
    return text;
  }
}

/** The same settings with the values that a sandbox started inside this process gave itself. */
export function withSandbox(settings: Settings, given: Environment): Settings {
  const { values, problems } = readVariables(given, settings.paths.root);
  const all = [...problems, ...connectionProblems(values)];
  if (all.length > 0) return refuseFor('config_refused', 'the sandbox gave values that are refused:', all);
  const added: Connections = connectionsOf(values);
  const secrets = [...new Set([...settings.secrets, ...secretsOf(values)])];
  return { ...settings, slack: added.slack, sandboxUrl: added.sandboxUrl, simulated: true, secrets };
}
