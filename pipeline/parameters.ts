import type { Action, ParameterSpec, Parameters, ParameterValue } from '../contracts/catalogue.ts';
import type { Severity } from '../contracts/words.ts';
import { looksSecret } from './looks-secret.ts';

/** The incident: what defaults may be taken from, and the one service that may be acted on. */
export type Subject = { service: string; severity: Severity };
export type ResolvedParameters = { parameters: Parameters; problems: string[] };

/**
 * The parameters an action runs with: what the plan gives, else the catalogue's default, else a field of the incident.
 * Whatever does not fit its spec, or names another service than the incident's, is left out and is a problem; a value that
 * looks like a secret is never repeated.
 */
export function resolveParameters(action: Pick<Action, 'parameters'>, given: Parameters, subject: Subject): ResolvedParameters {
  const specs = Object.entries(action.parameters);
  const known = new Set(specs.map(([name]) => name));
  const problems = Object.keys(given)
    .filter((name) => !known.has(name))
    .map((name) => `\`${name}\` is no parameter of this action`);
  const resolved: [string, ParameterValue][] = [];
  for (const [name, spec] of specs) {
    const value = Object.hasOwn(given, name) ? given[name] : defaultOf(spec, subject);
    const problem =
      value === undefined ? absenceProblem(spec) : (valueProblem(spec, value) ?? elsewhereProblem(spec, value, subject));
    if (problem !== null) problems.push(`\`${name}\` ${problem}`);
    else if (value !== undefined) resolved.push([name, value]);
  }
  return { parameters: Object.fromEntries(resolved), problems };
}

const defaultOf = (spec: ParameterSpec, subject: Subject): ParameterValue | undefined =>
  spec.default ?? (spec.from === undefined ? undefined : SOURCES[spec.from](subject));

const SOURCES: Record<NonNullable<ParameterSpec['from']>, (subject: Subject) => string> = {
  'incident.service': ({ service }) => service,
  'incident.severity': ({ severity }) => severity,
};

const absenceProblem = (spec: ParameterSpec): string | null => (spec.required ? 'is missing and has no default' : null);

/** Whether a parameter says which service is acted on. */
export const isServiceName = (spec: ParameterSpec): boolean =>
  spec.from === 'incident.service' || (spec.type === 'name' && spec.names === 'service');

/**
 * Policies, approvers' rights, freezes, the lock and the cooldown are asked for the incident's service alone, so nothing
 * else may be acted on, whoever gave the value.
 */
function elsewhereProblem(spec: ParameterSpec, value: ParameterValue, { service }: Subject): string | null {
  if (!isServiceName(spec) || value === service) return null;
  return `must be the incident's own service: to act on \`${value}\`, open an incident for that service`;
}

function valueProblem(spec: ParameterSpec, value: ParameterValue): string | null {
  if (typeof value === 'string') return looksSecret(value) ? 'looks like a secret' : textProblem(spec, value);
  if (spec.type === 'boolean') return typeof value === 'boolean' ? null : 'must be true or false';
  return typeof value === 'number' ? figureProblem(spec, value) : wrongKind(spec);
}

const wrongKind = (spec: ParameterSpec): string => KINDS[spec.type];
const KINDS: Record<ParameterSpec['type'], string> = {
  integer: 'must be a whole number',
  number: 'must be a finite number',
  boolean: 'must be true or false',
  choice: 'must be one of the options',
  name: 'must be a name',
};

function textProblem(spec: ParameterSpec, value: string): string | null {
  if (spec.type === 'choice') return spec.options.includes(value) ? null : `must be one of ${spec.options.join(', ')}`;
  if (spec.type !== 'name') return wrongKind(spec);
  return isWhole(spec.pattern, value) ? null : `must match ${spec.pattern}`;
}

function figureProblem(spec: ParameterSpec, value: number): string | null {
  if (spec.type !== 'integer' && spec.type !== 'number') return wrongKind(spec);
  if (spec.type === 'integer' ? !Number.isSafeInteger(value) : !Number.isFinite(value)) return wrongKind(spec);
  return value >= spec.min && value <= spec.max ? null : `must lie between ${spec.min} and ${spec.max}`;
}

/** The whole value must match, whether or not the pattern says so: `^` and `$` are easily forgotten. */
const isWhole = (pattern: string, value: string): boolean => new RegExp(`^(?:${pattern})$`, 'u').test(value);

/** What is wrong with a spec by itself: nothing of a catalogue is used where one default does not fit its own rule. */
export function parameterSpecProblems(spec: ParameterSpec): string[] {
  const own = specProblem(spec);
  if (own !== null) return [own];
  const problem = spec.default === undefined ? null : valueProblem(spec, spec.default);
  return problem === null ? [] : [`default ${problem}`];
}

function specProblem(spec: ParameterSpec): string | null {
  if (spec.type === 'integer' || spec.type === 'number') return spec.min <= spec.max ? null : 'min is above max';
  if (spec.type === 'choice') return new Set(spec.options).size === spec.options.length ? null : 'options repeat themselves';
  if (spec.type === 'name') return patternProblem(spec.pattern);
  return null;
}

function patternProblem(pattern: string): string | null {
  try {
    new RegExp(`^(?:${pattern})$`, 'u');
    return null;
  } catch (cause) {
    return `pattern is no regular expression: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
