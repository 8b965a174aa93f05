import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Scenario } from '../../contracts/scenario.ts';
import { untilTold } from '../fixtures/acts.ts';
import { openStage, type Stage } from '../fixtures/app.ts';
import { bundleProblems } from '../fixtures/bundle-oracle.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import { playAllTold, TOLD } from '../fixtures/told.ts';

const LIMIT_MS = 90_000;

let stage: Stage;
let played: ReadonlyMap<string, Promise<void>>;

beforeAll(async () => {
  stage = await openStage({ alone: true, fast: false });
  played = playAllTold(stage);
}, LIMIT_MS);
afterAll(() => stage.close());

const told: [string, Scenario][] = TOLD.map((scenario) => [scenario.title, scenario]);
test.each(told)(
  '%s: ends in the app as it is told',
  async (_title, { id }) => {
    await played.get(id);
  },
  LIMIT_MS,
);

test(
  'and nothing ran that should not have',
  async () => {
    await Promise.allSettled(played.values());
    await untilTold(stage);
    expect(await problemsOf(stage)).toEqual([]);
    const wanted = TOLD.reduce((sum, { ends }) => sum + ends.executions, 0);
    expect(await stage.control.effects()).toHaveLength(wanted);
  },
  LIMIT_MS,
);

test(
  'and every case is a bundle that holds by itself',
  async () => {
    await Promise.allSettled(played.values());
    await untilTold(stage);
    expect(await bundleProblems(stage)).toEqual([]);
  },
  LIMIT_MS,
);
