import { afterAll, expect, test } from 'vitest';
import { type Killed, killAt } from '../fixtures/executor-kills.ts';
import { KILL_POINTS } from '../fixtures/kill-points.ts';
import { shareOf } from '../fixtures/outside-judge.ts';
import { note } from '../fixtures/wait.ts';

/** Each under one case of every kind of target. */
const ROUNDS = 6;
const KILLS_MIN = 40;
const RESUMED_MS_MAX = 5_000;
const RESUMED_SHARE = 0.9;

const all: Killed[] = [];

test.concurrent.for(KILL_POINTS)('killed where $name: one effect, known wherever it can be known', async (point) => {
  const killed = await killAt(point, ROUNDS);
  all.push(killed);
  note(`${point.name}: ${killed.kills} kills, ${killed.unknown} outcomes for people`);
});

afterAll(() => {
  const resumed = all.flatMap(({ resumedMs }) => resumedMs).sort((one, other) => one - other);
  const kills = all.reduce((sum, killed) => sum + killed.kills, 0);
  note(`${kills} kills of the governor, cases went on after ${shareOf(resumed, 0.5)}/${shareOf(resumed, 0.99)} ms (p50/p99)`);
  expect(kills).toBeGreaterThanOrEqual(KILLS_MIN);
  // Of most of them: a few may have fallen into a moment in which the machine did something else.
  expect(shareOf(resumed, RESUMED_SHARE)).toBeLessThan(RESUMED_MS_MAX);
});
