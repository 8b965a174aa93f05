import { join } from 'node:path';
import type { Print } from './elastic-figures.ts';
import { openElasticStage, withIndices } from './elastic-stage.ts';
import { quantile, roundsOr, withFolder } from './figures.ts';
import { createSummaries, madeUpLibrary, serviceOf } from './library.ts';
import { ACTION, openStage, REPORTER, type Stage, watchFor } from './stage.ts';

const DOCUMENTS = 1_000;
const ROUNDS = roundsOr(3);
const CASES = 60;
const WARM_UP = 60;
const MEDIAN = 0.5;
const SLOWEST = 0.99;

/** Milliseconds from an accepted incident to its decision in the log, one case after the other. */
function decisionsOf({ store, intake }: Stage): (count: number) => Promise<number[]> {
  const gated = watchFor(store, 'gated');
  const shown = watchFor(store, 'decision_shown');
  const summary = createSummaries(DOCUMENTS);
  let number = 0;
  const one = async (): Promise<number> => {
    number += 1;
    const opened = await intake.open({
      service: serviceOf(number),
      severity: 'medium',
      summary: summary(number),
      symptoms: [],
      source: 'slash_command',
      openedBy: REPORTER,
      channel: 'C0INCIDENTS',
      intakeKey: `latency:${number}`,
      atMs: null,
      anyway: false,
    });
    if (!opened.ok) throw new Error(`a case was refused: ${opened.refusal}`);
    const from = performance.now();
    await gated(opened.state.caseId);
    const ms = performance.now() - from;
    // The next case begins when this one is shown: else it would wait for this one's card.
    await shown(opened.state.caseId);
    return ms;
  };
  return async (count) => {
    const times: number[] = [];
    while (times.length < count) times.push(await one());
    return times;
  };
}

/** How long a decision takes on the cluster, beside the same cases on the embedded store in the same rounds. */
export async function benchLatency(url: string, print: Print): Promise<void> {
  await withIndices(url, (where) =>
    withFolder(async (folder) => {
      const library = madeUpLibrary(DOCUMENTS, ACTION);
      const embedded = await openStage({ folder: join(folder, 'embedded'), library });
      const cluster = await openElasticStage({ ...where, folder: join(folder, 'cluster'), library });
      const sides = { embedded: decisionsOf(embedded), cluster: decisionsOf(cluster) };
      for (const stage of [embedded, cluster]) await stage.governor.start();
      for (const run of Object.values(sides)) await run(WARM_UP);
      const times: { embedded: number[]; cluster: number[] } = { embedded: [], cluster: [] };
      for (let round = 0; round < ROUNDS; round += 1) {
        times.embedded.push(...(await sides.embedded(CASES)));
        times.cluster.push(...(await sides.cluster(CASES)));
      }
      for (const [name, share] of [
        ['p50', MEDIAN],
        ['p99', SLOWEST],
      ] as const)
        print({
          id: 'E-3',
          metric: `accepted to decided, ${name}, on the cluster (ours) and on the embedded store (peer)`,
          unit: 'ms',
          ours: quantile(times.cluster, share),
          peer: quantile(times.embedded, share),
        });
      for (const stage of [embedded, cluster]) await stage.close();
    }),
  );
}
