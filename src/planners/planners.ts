import type { GovernorConfig } from '../../contracts/config.ts';
import type { PlannerName } from '../../contracts/planners.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Clock, Library, Planner } from '../../pipeline/ports.ts';
import type { PlannerFor } from '../../pipeline/steps/planner-turn.ts';
import { createPlaybook, PLAYBOOK } from './playbook.ts';
import { type Answer, createRecorded, RECORDED } from './recorded.ts';

/** Planners that are only there where they are configured. */
export type Outside = Readonly<Partial<Record<Exclude<PlannerName, typeof PLAYBOOK | typeof RECORDED>, Planner>>>;

type Parts = {
  config: Pick<GovernorConfig, 'planner' | 'services'>;
  library: Library;
  /** The library as one of our planners searches it for one case; the same for all where it is left out. */
  searchedBy?: (planner: string, caseId: string) => Library;
  catalogue: Catalogue;
  clock: Clock;
  /** What the recorded planner repeats; empty where none is configured. */
  answers: readonly Answer[];
  outside?: Outside;
};

/**
 * The planner of each service: its own where the config names one, else the one that all use; for a later turn the next
 * of its fallbacks. Beyond the last one it is the last one again, by which the asker knows that there is no other.
 */
export function createPlanners({ config, library, catalogue, clock, answers, outside = {}, ...parts }: Parts): PlannerFor {
  const { searchedBy = () => library } = parts;
  const playbook = perCase(PLAYBOOK, (caseId) => createPlaybook({ library: searchedBy(PLAYBOOK, caseId), catalogue, clock }));
  const known = new Map<string, Planner>([
    [PLAYBOOK, playbook],
    [RECORDED, createRecorded({ answers, fallback: playbook })],
    ...Object.entries(outside),
  ]);
  const orders = new Map<string, readonly [string, ...string[]]>();
  return (service, turn = 0) => {
    const order = orders.get(service) ?? orderOf(config, service);
    if (Object.hasOwn(config.services, service)) orders.set(service, order);
    const name = order[Math.min(turn, order.length - 1)] ?? order[0];
    const planner = known.get(name);
    if (planner === undefined)
      throw new GovernorError('no_planner', `no planner \`${name}\` is known; known: ${[...known.keys()].join(', ')}`);
    return planner;
  };
}

/** Each planner once: one that has failed is not asked again in place of itself. */
function orderOf({ planner, services }: Parts['config'], service: string): readonly [string, ...string[]] {
  const own = Object.hasOwn(services, service) ? services[service] : undefined;
  const first = own?.planner ?? planner.use;
  const rest = new Set<string>(own?.fallback ?? planner.fallback);
  rest.delete(first);
  return [first, ...rest];
}

/** A planner that is made anew for each question, because only the question says which case it is about. */
function perCase(name: string, make: (caseId: string) => Planner): Planner {
  return {
    name,
    plan: (request, signal) => make(request.incident.id).plan(request, signal),
    stress: (request, plan, signal) => make(request.incident.id).stress(request, plan, signal),
    summarise: (resolution, signal) => make(resolution.incident.id).summarise(resolution, signal),
    explain: (request, signal) => make(request.incident.id).explain(request, signal),
  };
}
