import type { GovernorConfig } from '../../contracts/config.ts';
import { PlannerName } from '../../contracts/planners.ts';
import type { Variable, Variables } from './environment.ts';
import type { KeyProblem } from './issues.ts';
import { nearest } from './nearest.ts';
import { ENVIRONMENT, type SettingProblem } from './problems.ts';

const NAMES: readonly string[] = PlannerName.options;

/** Where in the config a planner is named. */
type Named = { key: string; name: string };

function plannersNamed({ planner, services }: GovernorConfig): Named[] {
  const inOrder = (key: string, names: readonly string[]): Named[] =>
    names.map((name, index) => ({ key: `${key}[${index}]`, name }));
  const own = Object.entries(services).flatMap(([service, settings]) => [
    ...(settings.planner === undefined ? [] : [{ key: `services.${service}.planner`, name: settings.planner }]),
    ...inOrder(`services.${service}.fallback`, settings.fallback ?? []),
  ]);
  return [{ key: 'planner.use', name: planner.use }, ...inOrder('planner.fallback', planner.fallback), ...own];
}

/** Planners that are none, and one whose file is not named. */
export function plannerProblems(config: GovernorConfig): KeyProblem[] {
  const named = plannersNamed(config);
  const unknown = named
    .filter(({ name }) => !NAMES.includes(name))
    .map(({ key, name }) => ({
      key,
      reason: `\`${name}\` is no planner; did you mean \`${nearest(name, NAMES) ?? NAMES.join(', ')}\`?`,
    }));
  if (config.planner.recorded !== undefined || !named.some(({ name }) => name === 'recorded')) return unknown;
  return [...unknown, { key: 'planner.recorded', reason: 'is missing: the recorded planner needs the file of its answers' }];
}

/** What each planner outside cannot be asked without. */
const NEEDS: Readonly<Partial<Record<PlannerName, (values: Variables) => readonly Variable[]>>> = {
  'agent-builder': () => ['KIBANA_URL', 'KIBANA_API_KEY', 'AGENT_ID'],
  // Every other provider has an address of its own.
  model: ({ MODEL_PROVIDER: provider = COMPATIBLE }) =>
    provider === COMPATIBLE ? ['MODEL_NAME', 'MODEL_BASE_URL'] : ['MODEL_NAME'],
};
const COMPATIBLE = 'openai-compatible';

/** A planner that the config names and that could never be asked: better told at the start than at the first incident. */
export function unconfiguredPlanners(config: GovernorConfig, values: Variables): SettingProblem[] {
  const named = plannersNamed(config);
  return Object.entries(NEEDS).flatMap(([planner, needs]) => {
    const by = named.find(({ name }) => name === planner);
    if (by === undefined) return [];
    const missing = needs(values).filter((variable) => values[variable] === undefined);
    return missing.map((key) => ({
      file: ENVIRONMENT,
      key,
      reason: `is missing, and ${by.key} names the planner \`${planner}\``,
    }));
  });
}
