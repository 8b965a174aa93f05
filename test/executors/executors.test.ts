import { afterAll, beforeAll, expect, test } from 'vitest';
import { Action } from '../../contracts/catalogue.ts';
import { createExecutors, missingExecutors } from '../../src/executors/executors.ts';
import { silentLog } from '../outward/silent-log.ts';
import { type Hosted, hostSandbox } from '../sandbox/host.ts';

const clock = { now: Date.now };
let hosted: Hosted;
beforeAll(async () => {
  hosted = await hostSandbox();
});
afterAll(() => hosted.close());

const action = (id: string, executor: string): Action =>
  Action.parse({
    id,
    title: id,
    description: id,
    executor,
    risk: 'low',
    recovery: { settle_s: 1, window_s: 5, error_rate_max: 0.02 },
  });

test('without a simulated world there is only the executor that does nothing', async () => {
  expect([...(await createExecutors({ sandboxUrl: null, clock, log: silentLog })).keys()]).toEqual(['dry-run']);
});

test('executors are found by the names that the catalogue uses', async () => {
  const executors = await createExecutors({ sandboxUrl: hosted.url, clock, log: silentLog });
  expect([...executors].map(([name, executor]) => [name, executor.name])).toEqual([
    ['dry-run', 'dry-run'],
    ['sandbox', 'sandbox'],
  ]);
});

test('executors that the catalogue names and nobody provides are named at the start, once each', async () => {
  const executors = await createExecutors({ sandboxUrl: null, clock, log: silentLog });
  const actions = [
    action('one_action', 'sandbox'),
    action('two_action', 'kubernetes'),
    action('three_action', 'sandbox'),
    action('four_action', 'dry-run'),
  ];
  expect(missingExecutors(actions, executors)).toEqual(['kubernetes', 'sandbox']);
});
