import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Scenario } from '../../contracts/scenario.ts';
import { readScenario, scenarioNames } from '../../src/demo/scenarios.ts';
import { untilTold } from '../fixtures/acts.ts';
import { openStage, type Stage } from '../fixtures/app.ts';
import { ROOT } from '../fixtures/child.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import { playTold, serviceOf } from '../fixtures/told.ts';

const FOLDER = join(ROOT, 'data', 'scenarios');
const NAMES = scenarioNames(FOLDER);
const SCENARIOS = NAMES.map((name) => readScenario(join(FOLDER, `${name}.json`), NAMES));
const LIMIT_MS = 90_000;

let stage: Stage;
/** Examples about one service follow one another; services side by side, as on a bad day. */
const played = new Map<string, Promise<void>>();

beforeAll(async () => {
  stage = await openStage({ alone: true, fast: false });
  for (const examples of Map.groupBy(SCENARIOS, serviceOf).values()) {
    let before: Promise<unknown> = Promise.resolve();
    for (const scenario of examples) {
      const playing = before.then(() => playTold(stage, scenario));
      played.set(scenario.id, playing);
      // A failure is told by its own test, and must not keep the next example from being played.
      before = playing.catch(() => undefined);
    }
  }
}, LIMIT_MS);
afterAll(() => stage.close());

const told: [string, Scenario][] = SCENARIOS.map((scenario) => [scenario.title, scenario]);
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
    const wanted = SCENARIOS.reduce((sum, { ends }) => sum + ends.executions, 0);
    expect(await stage.control.effects()).toHaveLength(wanted);
  },
  LIMIT_MS,
);
