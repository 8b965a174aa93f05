import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Severity } from '../../contracts/words.ts';
import { parseCommand } from '../../pipeline/intake/command.ts';
import { assessClusters, type ErrorGroup, proposedSeverity } from '../../src/telemetry/assess-clusters.ts';

const group: ErrorGroup = {
  service: 'payments-api',
  status: 503,
  path: '/v1/charges',
  count: 120,
  requests: 400,
  baseline: 0.004,
  usual_share: 0.002,
  first_seen: '2026-03-01T10:00:00.000Z',
  last_seen: '2026-03-01T10:14:00.000Z',
  sample_ids: ['log:payments-api:a'],
};

test.each<[string, Partial<ErrorGroup>, boolean]>([
  ['many of its requests, seldom before', {}, true],
  ['too few to be more than chance', { count: 4, requests: 8 }, false],
  ['just enough of them', { count: 5, requests: 20 }, true],
  ['a share that hardly anybody notices', { count: 7, requests: 400 }, false],
  ['just enough of the requests', { count: 8, requests: 400 }, true],
  ['what always fails as much', { usual_share: 0.29 }, false],
  ['less than three times as usual', { usual_share: 0.11 }, false],
  ['more than three times as usual', { usual_share: 0.09 }, true],
  ['what never failed before', { usual_share: 0 }, true],
  ['a service without requests', { requests: 0 }, false],
])('%s: stands out or not', (_claim, change, standsOut) => {
  expect(assessClusters([{ ...group, ...change }])).toHaveLength(standsOut ? 1 : 0);
});

test.each<[number, number, Severity]>([
  [503, 0.5, 'critical'],
  [503, 0.499, 'high'],
  [500, 0.2, 'high'],
  [504, 0.199, 'medium'],
  [504, 0.05, 'medium'],
  [504, 0.049, 'low'],
  [429, 0.5, 'critical'],
  [404, 0.5, 'high'],
  [404, 0.2, 'medium'],
  [400, 0.05, 'low'],
  [400, 0.02, 'low'],
])('status %i at a share of %d is proposed as %s', (status, share, severity) => {
  expect(proposedSeverity(status, share)).toBe(severity);
});

test('the most severe come first, among equals the larger', () => {
  const found = assessClusters([
    { ...group, path: '/low', count: 12 },
    { ...group, path: '/high', count: 100 },
    { ...group, path: '/higher', count: 101 },
    { ...group, path: '/critical', count: 300 },
  ]);
  expect(found.map(({ path }) => path)).toEqual(['/critical', '/higher', '/high', '/low']);
});

test('the line to type says what was seen', () => {
  const [found] = assessClusters([group]);
  expect(found?.command).toBe(
    '/incident payments-api high HTTP 503 on /v1/charges: 120 of 400 requests (30.0 %) since 2026-03-01T10:00Z, usually 0.4 % of its requests fail',
  );
});

test('the line to type opens an incident of just that service, whatever strangers asked for and whatever it is called', () => {
  const services = fc.constantFrom('payments-api', 'list', 'pause', 'override', 'help', 'show', 'high');
  fc.assert(
    fc.property(services, fc.string({ unit: 'grapheme', maxLength: 200 }), (service, path) => {
      const [found] = assessClusters([{ ...group, service, path }]);
      const typed = found?.command.replace(/^\/incident /, '') ?? '';
      expect(parseCommand(typed)).toMatchObject({ ok: true, does: 'open', service, severity: 'high' });
      expect(typed).not.toMatch(/[<>@#!*`\n]/);
    }),
  );
});
