import { isAbsolute, resolve } from 'node:path';
import { readText } from './json-file.ts';
import { ENVIRONMENT, type SettingProblem } from './problems.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that hold secrets, and those about services outside; each may be given as a file by `NAME_FILE`. */
export const SECRET_VARIABLES = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'ELASTICSEARCH_API_KEY',
  'KIBANA_API_KEY',
  'JIRA_API_TOKEN',
  'MCP_TOKEN',
  'WEBHOOK_TOKEN',
  'MODEL_API_KEY',
  'ESCALATION_WEBHOOK_URL',
  'ESCALATION_WEBHOOK_SECRET',
] as const;

export const OUTSIDE_VARIABLES = [
  'SLACK_API_URL',
  'SLACK_CHANNEL_LABEL',
  'SANDBOX_URL',
  'ELASTICSEARCH_URL',
  'KIBANA_URL',
  'AGENT_ID',
  'KIBANA_WORKFLOW_ID',
  'JIRA_BASE_URL',
  'JIRA_EMAIL',
  'JIRA_PROJECT_KEY',
  'ESCALATION_CONTACT',
  'MODEL_PROVIDER',
  'MODEL_BASE_URL',
  'MODEL_NAME',
  'SCORES_DDFT_URL',
  'SCORES_CDCT_URL',
  'SCORES_EECT_URL',
] as const;

/** Variables about this process; they are small and open, so none of them has a `_FILE` form. */
export const OWN_VARIABLES = ['GOVERNOR_CONFIG', 'GOVERNOR_HOME', 'HOST', 'LOG_LEVEL', 'NODE_ENV', 'PORT'] as const;

export type Variable = (typeof SECRET_VARIABLES)[number] | (typeof OUTSIDE_VARIABLES)[number];
export type Variables = Readonly<Partial<Record<Variable, string>>>;

const SECRET_BYTES_MAX = 65_536;

/** The variables with their values, from themselves or from their files. An empty variable counts as absent, as in a compose file. */
export function readVariables(env: Environment, cwd: string): { values: Variables; problems: SettingProblem[] } {
  const values: Partial<Record<Variable, string>> = {};
  const problems: SettingProblem[] = [];
  for (const name of [...SECRET_VARIABLES, ...OUTSIDE_VARIABLES]) {
    const read = readVariable(env, cwd, name);
    if (typeof read === 'object') problems.push(read);
    else if (read !== undefined) values[name] = read;
  }
  return { values, problems };
}

/** Variables whose names stand in the config file; each may be given as a file too. Absent ones are left out. */
export function readNamed(
  env: Environment,
  cwd: string,
  names: Iterable<string>,
): { values: Record<string, string>; problems: SettingProblem[] } {
  const values: Record<string, string> = {};
  const problems: SettingProblem[] = [];
  for (const name of new Set(names)) {
    const read = readVariable(env, cwd, name);
    if (typeof read === 'object') problems.push(read);
    else if (read !== undefined) values[name] = read;
  }
  return { values, problems };
}

function readVariable(env: Environment, cwd: string, name: string): string | undefined | SettingProblem {
  const plain = env[name]?.trim();
  const fileKey = `${name}_FILE`;
  const named = env[fileKey]?.trim();
  if (!named) return plain ? oneLine(ENVIRONMENT, name, plain) : undefined;
  if (plain) return { file: ENVIRONMENT, key: name, reason: `is given, and ${fileKey} too; keep one of them` };
  const file = isAbsolute(named) ? named : resolve(cwd, named);
  const text = readText(file, SECRET_BYTES_MAX);
  if (!text.ok) return { file, key: fileKey, reason: text.problems.map((problem) => problem.reason).join('; ') };
  const value = text.value.trim();
  return value === '' ? { file, key: fileKey, reason: 'is empty' } : oneLine(file, fileKey, value);
}

/** All of these travel in headers, addresses or lookups, where a line break means that something else was pasted along. */
function oneLine(file: string, key: string, value: string): string | SettingProblem {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return /[\u0000-\u001f\u007f]/.test(value) ? { file, key, reason: 'has a line break or a control character inside' } : value;
}
