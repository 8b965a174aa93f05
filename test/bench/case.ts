import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openFloor } from './case-floor.ts';
import { type Emit, figure, inRounds, perSecond, printFigure, roundsOr, withFolder } from './figures.ts';
import { createSummaries, madeUpLibrary, serviceOf } from './library.ts';
import { storePast } from './pending.ts';
import { ACTION, openStage, REPORTER, type Stage, watchFor } from './stage.ts';

const ROUNDS = roundsOr(5);
const DOCUMENTS = 10_000;
const WIDE = 16;
const WARM_UP = 600;
const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

type RunCase = (number: number) => Promise<void>;

/**
 * A case from its report to the decision in Slack: plan, stress, gate, card, thread, each step durable before the next.
 * `shown` resolves once a case's decision is shown, whichever process shows it.
 */
export function casesOf({ store, intake }: Stage, documents: number, shown = watchFor(store, 'decision_shown')): RunCase {
  const summary = createSummaries(documents);
  return async (number) => {
    const opened = await intake.open({
      service: serviceOf(number),
      severity: SEVERITIES[number % SEVERITIES.length] ?? 'low',
      summary: summary(number),
      symptoms: [],
      source: 'slash_command',
      openedBy: REPORTER,
      channel: 'C0INCIDENTS',
      intakeKey: `bench:${number}`,
      atMs: null,
      anyway: false,
    });
    if (!opened.ok) throw new Error(`case ${number} was refused: ${opened.refusal}`);
    await shown(opened.state.caseId);
  };
}

/** Cases a second, this many at a time. */
export async function rateOf(run: RunCase, count: number, wide: number, from: () => number): Promise<number> {
  const begun = performance.now();
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await run(from());
    }
  };
  await Promise.all(Array.from({ length: wide }, lane));
  return perSecond(count, performance.now() - begun);
}

function counter(): () => number {
  let next = 0;
  return () => {
    next += 1;
    return next;
  };
}

/** P-I1: whole cases a second against the least that such a case can cost. */
async function benchWhole(emit: Emit, folder: string): Promise<void> {
  const stage = await openStage({ folder, library: madeUpLibrary(DOCUMENTS, ACTION) });
  await stage.governor.start();
  const floor = openFloor(folder, DOCUMENTS);
  const ours = casesOf(stage, DOCUMENTS);
  const next = counter();
  await rateOf(ours, WARM_UP, WIDE, next);
  await rateOf(floor.grouped, WARM_UP, WIDE, next);
  const values = await inRounds(ROUNDS, {
    floorOne: () => rateOf(floor.oneByOne, 200, 1, next),
    one: () => rateOf(ours, 200, 1, next),
    floorWide: () => rateOf(floor.grouped, 800, WIDE, next),
    wide: () => rateOf(ours, 800, WIDE, next),
  });
  floor.close();
  await stage.close();
  const against = (how: string, rates: number[], peer: number[]) =>
    figure({
      id: 'P-I1',
      metric: `whole case, ${how}, vs its floor`,
      unit: 'cases/s',
      ours: rates,
      peer,
      goal: { atLeast: 0.5 },
    });
  emit(against('one at a time', values.one, values.floorOne));
  emit(against('16 at once', values.wide, values.floorWide));
}

const FEW = 100;
const MANY = 100_000;
const GROWN_DOCUMENTS = 1_000;

/** P-I4: what a case costs with a long past in the log, against a short one. */
async function benchGrown(emit: Emit, folder: string): Promise<void> {
  const open = async (name: string, stored: number): Promise<Stage> => {
    const stage = await openStage({ folder: join(folder, name), library: madeUpLibrary(GROWN_DOCUMENTS, ACTION) });
    await storePast(stage.store, stored);
    await stage.governor.start();
    return stage;
  };
  const [few, many] = [await open('few', FEW), await open('many', MANY)];
  const runs = { few: casesOf(few, GROWN_DOCUMENTS), many: casesOf(many, GROWN_DOCUMENTS) };
  const next = counter();
  const msPerCase = async (run: RunCase): Promise<number> => 1_000 / (await rateOf(run, 200, 4, next));
  for (const run of Object.values(runs)) await rateOf(run, WARM_UP, WIDE, next);
  const values = await inRounds(ROUNDS, { few: () => msPerCase(runs.few), many: () => msPerCase(runs.many) });
  await few.close();
  await many.close();
  const metric = `a whole case with ${MANY} stored before it vs with ${FEW}`;
  emit(figure({ id: 'P-I4', metric, unit: 'ms', ours: values.many, peer: values.few, goal: { atMost: 1.15 } }));
}

export async function benchCase(emit: Emit): Promise<void> {
  await withFolder((folder) => benchWhole(emit, folder));
  await withFolder((folder) => benchGrown(emit, folder));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await benchCase(printFigure);
  process.exit(0);
}
