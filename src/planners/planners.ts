import type { GovernorConfig } from '../../contracts/config.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Clock, Library, Planner } from '../../pipeline/ports.ts';
import { createPlaybook, PLAYBOOK } from './playbook.ts';
import { type Answer, createRecorded, RECORDED } from './recorded.ts';

type Parts = {
  config: Pick<GovernorConfig, 'planner' | 'services'>;
  library: Library;
  catalogue: Catalogue;
  clock: Clock;
  /** What the recorded planner repeats; empty where none is configured. */
  answers: readonly Answer[];
};

/** The planner of each service: its own where the config names one, else the one that all use. */
export function createPlanners({ config, library, catalogue, clock, answers }: Parts): (service: string) => Planner {
  const playbook = createPlaybook({ library, catalogue, clock });
  const known = new Map<string, Planner>([
    [PLAYBOOK, playbook],
    [RECORDED, createRecorded({ answers, fallback: playbook })],
  ]);
  return (service) => {
    const own = Object.hasOwn(config.services, service) ? config.services[service]?.planner : undefined;
    const name = own ?? config.planner.use;
    const planner = known.get(name);
    if (planner === undefined)
      throw new GovernorError('no_planner', `no planner \`${name}\` is known; known: ${[...known.keys()].join(', ')}`);
    return planner;
  };
}
