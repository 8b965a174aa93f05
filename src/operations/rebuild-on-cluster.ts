import { type Rebuilt, rebuildCopies } from '../stores/elasticsearch/rebuild.ts';
import { planSetup } from '../stores/elasticsearch/setup.ts';
import type { StoreLog } from '../stores/store-log.ts';
import { prepareIndices, sayObstacle } from './prepare-indices.ts';
import type { Steps } from './steps.ts';
import type { OnCluster } from './with-cluster.ts';

type Parts = OnCluster & { log: StoreLog; steps: Steps };
export type RebuiltOnCluster =
  | ({ ok: true; created: string[] } & Rebuilt)
  | { ok: false; refusal: 'no_log' | 'mapping_conflict'; problem: string };

/**
 * Draws the copies anew. Indices of copies that are gone are made first, because a write to a missing index would make
 * one with guessed types. Without a log there is nothing to draw from, and what copies there are stay as they are.
 */
export async function rebuildOnCluster({ elastic, names, log, steps }: Parts): Promise<RebuiltOnCluster> {
  const [logPlan] = await planSetup(elastic, names, ['log']);
  if (logPlan?.state === 'absent')
    return { ok: false, refusal: 'no_log', problem: `there is no log \`${names.log}\` to draw the copies from` };
  const prepared = await prepareIndices(elastic, names, {
    roles: ['log', 'cases', 'executions'],
    addFields: false,
    dryRun: false,
  });
  if (!prepared.ok) {
    const problem = ['the indices do not fit:', ...prepared.obstacles.map((one) => `  ${sayObstacle(one)}`)].join('\n');
    return { ok: false, refusal: prepared.refusal, problem };
  }
  const onProgress = progressIn(steps);
  return { ok: true, created: prepared.created, ...(await rebuildCopies({ elastic, names, log, onProgress })) };
}

/** The core tells how many cases are done so far; a stage is told what was done since. */
function progressIn(steps: Steps): (done: { cases: number; of: number }) => void {
  let step: ((more: number) => void) | null = null;
  let told = 0;
  return ({ cases, of }) => {
    step ??= steps('cases', of);
    step(cases - told);
    told = cases;
  };
}
