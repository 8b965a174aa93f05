import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countFigures } from '../../../src/sandbox/world/figures.ts';
import { rateAt, rateSegments } from '../../../src/sandbox/world/rates.ts';
import { logText, parseLogId, requestAt } from '../../../src/sandbox/world/requests.ts';
import { readWorldFile, type WorldService } from '../../../src/sandbox/world/world-file.ts';

const services = readWorldFile(join(import.meta.dirname, '../../../data/world.json'));
const [payments] = services;
const service: WorldService = payments!;
const START = Date.parse('2026-11-22T12:00:00.000Z');
const count = (rate: number, fromMs: number, toMs: number, nowMs = toMs) =>
  countFigures(service, [{ fromMs: 0, errorRate: rate }], { fromMs, toMs, nowMs });

test.each<[string, [number, number][], number, number]>([
  ['no history means no errors', [], 100, 0],
  [
    'the last change before a moment holds',
    [
      [0, 0.1],
      [50, 0.2],
    ],
    60,
    0.2,
  ],
  [
    'a change holds from its own moment on',
    [
      [0, 0.1],
      [50, 0.2],
    ],
    50,
    0.2,
  ],
  [
    'before a change the earlier rate holds',
    [
      [0, 0.1],
      [50, 0.2],
    ],
    49,
    0.1,
  ],
  [
    'a back-dated change overrides what was recorded before it',
    [
      [0, 0.1],
      [50, 0.2],
      [40, 0.3],
    ],
    60,
    0.3,
  ],
  [
    'and leaves what came before its moment',
    [
      [0, 0.1],
      [50, 0.2],
      [40, 0.3],
    ],
    39,
    0.1,
  ],
])('%s', (_claim, changes, atMs, rate) => {
  expect(rateAt(rateSegments(changes.map(([fromMs, errorRate]) => ({ fromMs, errorRate }))), atMs)).toBe(rate);
});

test('the world has the services that the stories are about, each with its own rates', () => {
  expect(services.map(({ service: name }) => name)).toEqual([
    'payments-api',
    'billing-batch',
    'elastic-downloads',
    'checkout-web',
    'search-index',
    'auth-gateway',
    'cdn-edge',
    'notifications',
    'inventory-db',
    'reports-worker',
  ]);
  for (const { baseline, incident_error_rate: rate } of services) expect(rate).toBeGreaterThan(baseline * 10);
});

test('any window shows its error rate within two requests, so no check swings by chance', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10 ** 8 }),
      fc.integer({ min: 1000, max: 60_000 }),
      fc.double({ min: 0, max: 0.95, noNaN: true }),
      (offset, length, rate) => {
        const { requests, errors } = count(rate, START + offset, START + offset + length);
        expect(Math.abs(errors - rate * requests)).toBeLessThan(4);
      },
    ),
    { numRuns: 200 },
  );
});

test('windows that meet count every request once', () => {
  const [whole, left, right] = [
    count(0.3, START, START + 9000),
    count(0.3, START, START + 4321),
    count(0.3, START + 4321, START + 9000),
  ];
  expect(left.requests + right.requests).toBe(whole.requests);
  expect(left.errors + right.errors).toBe(whole.errors);
});

test('the parts of the figures agree with each other and with their log lines', () => {
  const { requests, errors, status_counts: statuses, top_errors: top, sample_ids: samples } = count(0.3, START, START + 60_000);
  expect(Object.values(statuses).reduce((sum, one) => sum + one, 0)).toBe(requests);
  expect(top.reduce((sum, one) => sum + one.count, 0)).toBe(errors);
  expect(samples).toHaveLength(5);
  for (const id of samples) {
    const { second, n } = parseLogId(id)!;
    const request = requestAt(service, [{ fromMs: 0, errorRate: 0.3 }], second, n)!;
    expect(request).toMatchObject({ id, isError: true });
    expect(logText(request)).toContain(`" ${request.status} `);
  }
});

test('a moment that has not come has no requests', () => {
  expect(count(0.3, START, START + 60_000, START + 30_000).requests).toBe(30 * service.requests_per_s);
  expect(count(0.3, START, START + 60_000, START - 1)).toMatchObject({ requests: 0, error_rate: 0, status_counts: {} });
});
