import { afterEach, test } from 'vitest';
import type { Stage } from '../fixtures/app.ts';
import { deliverTwice, openTwo, stopAtRandom, stopUnderWay } from '../fixtures/two-apps.ts';

const STOPS = 12;

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});
const open = async (): Promise<Stage> => {
  const two = await openTwo();
  stage = two;
  return two;
};

test('two apps on one home: every event counts once although each is delivered twice, and every case runs once', async () => {
  await deliverTwice(await open());
});

test('an app that is stopped past its lease and continued appends nothing wrong; the other goes on meanwhile', async () => {
  await stopAtRandom(await open(), STOPS);
});

test('an app that is stopped while its order is under way finds the execution settled by the other and leaves it so', async () => {
  await stopUnderWay(await open());
});
