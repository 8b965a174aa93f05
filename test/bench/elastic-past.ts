import { join } from 'node:path';
import { casesOf, rateOf } from './case.ts';
import type { Print } from './elastic-figures.ts';
import { type ElasticStage, openElasticStage, type Where, withIndices } from './elastic-stage.ts';
import { storePastInCluster } from './elastic-story.ts';
import { figure, inRounds, roundsOr, withFolder } from './figures.ts';
import { madeUpLibrary } from './library.ts';
import { ACTION } from './stage.ts';

const ROUNDS = roundsOr(5);
const FEW = 100;
const MANY = 10_000;
const DOCUMENTS = 1_000;
const CASES = 60;
const WIDE = 4;
const WARM_UP = 150;
const FLAT = 1.15;

/** What a case costs with a long past in the log, against a short one. */
export async function benchPast(url: string, print: Print): Promise<void> {
  await withIndices(url, (short) => withIndices(url, (long) => withFolder((folder) => compare({ short, long }, folder, print))));
}

async function compare(where: { short: Where; long: Where }, folder: string, print: Print): Promise<void> {
  const open = async (name: 'short' | 'long', stored: number): Promise<ElasticStage> => {
    const library = madeUpLibrary(DOCUMENTS, ACTION);
    const stage = await openElasticStage({ ...where[name], folder: join(folder, name), library });
    await storePastInCluster(stage.elastic, stage.names, stored);
    await stage.governor.start();
    return stage;
  };
  const [few, many] = [await open('short', FEW), await open('long', MANY)];
  const runs = { few: casesOf(few, DOCUMENTS), many: casesOf(many, DOCUMENTS) };
  let number = 0;
  const next = (): number => ++number;
  for (const run of Object.values(runs)) await rateOf(run, WARM_UP, WIDE, next);
  const msPerCase = async (run: (typeof runs)['few']): Promise<number> => 1_000 / (await rateOf(run, CASES, WIDE, next));
  const values = await inRounds(ROUNDS, { few: () => msPerCase(runs.few), many: () => msPerCase(runs.many) });
  for (const stage of [few, many]) await stage.close();
  const metric = `a whole case with ${MANY} stored before it vs with ${FEW}`;
  print(figure({ id: 'E-4', metric, unit: 'ms', ours: values.many, peer: values.few, goal: { atMost: FLAT } }));
}
