import { expect, test } from 'vitest';
import { judgeClock } from '../../src/operations/check-clock.ts';
import { judgeHealth } from '../../src/operations/check-health.ts';
import { judgeLogs, judgeServices } from '../../src/operations/check-logs.ts';
import type { Finding } from '../../src/operations/finding.ts';

function verdict({ ok, fix }: Finding): 'good' | 'tip' | 'bad' {
  if (!ok) return 'bad';
  return fix === null ? 'good' : 'tip';
}

const SKEW_MS = 2_000;

test.each<[string, number, string]>([
  ['in step', 0, 'good'],
  ['as far ahead as is allowed', SKEW_MS, 'good'],
  ['further ahead', SKEW_MS + 1, 'bad'],
  ['as far behind as is allowed', -SKEW_MS, 'good'],
  ['further behind', -SKEW_MS - 1, 'bad'],
  ['unknown', Number.NaN, 'bad'],
])('a clock that is %s', (_claim, offsetMs, expected) => {
  expect(verdict(judgeClock(offsetMs, SKEW_MS))).toBe(expected);
});

test('whoever is behind is told so', () => {
  expect(judgeClock(5_000, SKEW_MS).found).toContain('5.00 s behind');
  expect(judgeClock(-5_000, SKEW_MS).found).toContain('5.00 s ahead of');
});

const own = (status: string, nodes: number, indices: Record<string, string> = {}) => ({
  status,
  number_of_data_nodes: nodes,
  indices: Object.fromEntries(Object.entries(indices).map(([name, of]) => [name, { status: of, number_of_replicas: 1 }])),
});

test.each<[string, string, ReturnType<typeof own>, string, RegExp]>([
  ['all green', 'green', own('green', 3, { a: 'green' }), 'good', /^green, 3 data nodes$/],
  ['a primary of ours is lost', 'red', own('red', 3, { a: 'red', b: 'green' }), 'bad', /without a primary: a$/],
  ['a primary of others is lost', 'red', own('green', 3, { a: 'green' }), 'tip', /all of ours/],
  ['copies that one node cannot hold', 'yellow', own('yellow', 1, { a: 'yellow' }), 'tip', /without all copies: a/],
  ['copies that are being made', 'yellow', own('yellow', 3, { a: 'yellow' }), 'tip', /without all copies: a/],
  ['copies of others alone', 'yellow', own('green', 1, { a: 'green' }), 'good', /one data node/],
])('health: %s', (_claim, cluster, indices, expected, found) => {
  const finding = judgeHealth(cluster, indices);
  expect(verdict(finding)).toBe(expected);
  expect(finding.found).toMatch(found);
});

test('one node and several get different advice for missing copies', () => {
  expect(judgeHealth('yellow', own('yellow', 1, { a: 'yellow' })).fix).toContain('number_of_replicas');
  expect(judgeHealth('yellow', own('yellow', 3, { a: 'yellow' })).fix).toContain('allocation');
});

test.each<[string, Parameters<typeof judgeLogs>[1], string]>([
  ['lines in the window', { newestMs: Date.now(), recent: 4 }, 'good'],
  ['old lines alone', { newestMs: 0, recent: 0 }, 'tip'],
  ['no line at all', { newestMs: null, recent: 0 }, 'tip'],
])('telemetry: %s', (_claim, seen, expected) => {
  expect(verdict(judgeLogs('logs', seen, 300))).toBe(expected);
});

test('a map without services is advice, because plans then wait for people', () => {
  expect([judgeServices(0), judgeServices(1)].map(verdict)).toEqual(['tip', 'good']);
});
