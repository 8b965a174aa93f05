import { join } from 'node:path';
import { type Child, scriptPath, startChild } from './children.ts';
import type { Print } from './elastic-figures.ts';
import { openElasticStage, withIndices } from './elastic-stage.ts';
import { median, perSecond, roundsOr, withFolder } from './figures.ts';
import { madeUpLibrary } from './library.ts';
import { ACTION } from './stage.ts';

const DOCUMENTS = 1_000;
const REPLICAS = [1, 2, 4] as const;
const ROUNDS = roundsOr(3);
/** Of all replicas together: the same work, shared by more or fewer. */
const CASES = 200;
const WIDE = 16;

/** Whole cases a second, from report to the decision in Slack, with so many processes over one node. */
export async function benchReplicas(url: string, print: Print): Promise<void> {
  await withIndices(url, (where) =>
    withFolder(async (folder) => {
      const loaded = await openElasticStage({ ...where, folder, library: madeUpLibrary(DOCUMENTS, ACTION) });
      await loaded.close();
      let next = 1;
      for (const count of REPLICAS) {
        const replicas: Child[] = [];
        // One after the other: several starts at once on few cores would be too slow for what a start may take.
        for (let at = 0; at < count; at += 1) {
          const home = join(folder, `r${count}-${at}`);
          replicas.push(await startChild(scriptPath('elastic-replica.ts'), [where.url, where.prefix, home, `${DOCUMENTS}`]));
        }
        const rates: number[] = [];
        // The first round warms up.
        for (let round = 0; round <= ROUNDS; round += 1) {
          const rate = await share(replicas, next);
          next += CASES;
          if (round > 0) rates.push(rate);
        }
        for (const replica of replicas) await replica.stop();
        const metric = `whole cases with ${count} ${count === 1 ? 'process' : 'processes'} over one node`;
        print({ id: 'E-2', metric, unit: 'cases/s', ours: median(rates) });
      }
    }),
  );
}

async function share(replicas: readonly Child[], from: number): Promise<number> {
  const each = Math.floor(CASES / replicas.length);
  const wide = Math.max(1, Math.floor(WIDE / replicas.length));
  const begun = performance.now();
  await Promise.all(replicas.map((replica, at) => replica.ask(`${from + at * each} ${each} ${wide}`)));
  return perSecond(each * replicas.length, performance.now() - begun);
}
