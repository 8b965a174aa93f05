import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Fields, type Hosted, hostSandbox } from '../host.ts';

let hosted: Hosted;
let nowMs = 0;
beforeEach(async () => {
  nowMs = Date.parse('2026-11-22T12:00:00.500Z');
  hosted = await hostSandbox({ now: () => nowMs });
});
afterEach(() => hosted.close());

const soon = (): string => new Date(nowMs + 5000).toISOString();
const run = (change: object = {}) =>
  hosted.call('POST', '/executor/run', {
    key: 'k1',
    action: 'scale_worker_pool',
    parameters: {},
    case_id: 'c1',
    not_after: soon(),
    ...change,
  });
const figures = async (service: string, seconds: number): Promise<Fields> => {
  const from = new Date(nowMs - seconds * 1000).toISOString();
  const query = new URLSearchParams({ service, from, to: new Date(nowMs).toISOString() });
  return (await hosted.call('GET', `/telemetry/figures?${query}`)).body;
};
const serviceNamed = async (name: string): Promise<unknown> => {
  const { services } = await hosted.look('world');
  return Array.isArray(services) ? services.find(({ service }) => service === name) : undefined;
};

const COURSE = [
  { after_s: 0, error_rate: 0.01 },
  { after_s: 10, error_rate: 0.5 },
  { after_s: 20, error_rate: null },
  { after_s: 30, error_rate: 0 },
];

test('an action has the course that the service gives it: well, ill again, silent, well', async () => {
  await hosted.act('world', { services: [{ service: 'cdn-edge', status: 'incident', courses: { scale_worker_pool: COURSE } }] });
  await run({ parameters: { service: 'cdn-edge' } });
  const stretches: Fields[] = [];
  for (let step = 0; step < COURSE.length; step += 1) {
    nowMs += 10_000;
    stretches.push(await figures('cdn-edge', 10));
  }
  expect(stretches).toMatchObject([
    { requests: 400, error_rate: expect.closeTo(0.01, 2) },
    { requests: 400, error_rate: expect.closeTo(0.5, 2) },
    { requests: 0, error_rate: 0 },
    { requests: 400, errors: 0 },
  ]);
  expect(await serviceNamed('cdn-edge')).toMatchObject({ status: 'healthy', error_rate: 0 });
});

test('a silent service shows no rate, and no log line of its silence', async () => {
  await hosted.act('world', { services: [{ service: 'cdn-edge', error_rate: null }] });
  expect(await serviceNamed('cdn-edge')).toMatchObject({ error_rate: null });
  expect(await figures('cdn-edge', 60)).toMatchObject({ requests: 0, sample_ids: [] });
  const second = Math.floor(nowMs / 1_000) - 5;
  expect((await hosted.call('GET', `/telemetry/log?id=log:cdn-edge:${second}:1`)).status).toBe(404);
});

test('what a later action does overrides what the course of an earlier one still had to come', async () => {
  const courses = { scale_worker_pool: COURSE, clear_stuck_jobs: [{ after_s: 0, error_rate: 0.2 }] };
  await hosted.act('world', { services: [{ service: 'cdn-edge', status: 'incident', courses }] });
  await run({ parameters: { service: 'cdn-edge' } });
  nowMs += 5_000;
  await run({ key: 'k2', action: 'clear_stuck_jobs', parameters: { service: 'cdn-edge' }, not_after: soon() });
  nowMs += 40_000;
  expect((await figures('cdn-edge', 30)).error_rate).toBeCloseTo(0.2, 2);
});

test.each([
  ['a step before the one ahead of it', [COURSE[1], COURSE[0]]],
  ['no step at all', []],
  ['a rate above one', [{ after_s: 0, error_rate: 1.1 }]],
])('a course with %s is refused', async (_claim, course) => {
  const answer = await hosted.call('POST', '/_control/world', {
    services: [{ service: 'cdn-edge', courses: { scale_worker_pool: course } }],
  });
  expect(answer.status).toBe(400);
});

test('telemetry can be away for one service while it answers about the others', async () => {
  await hosted.act('fault', { target: 'telemetry', service: 'cdn-edge', kind: '500', for_ms: 60_000 });
  const about = (service: string) =>
    hosted.call('GET', `/telemetry/figures?service=${service}&from=2026-11-22T11:00:00Z&to=2026-11-22T11:01:00Z`);
  expect((await about('search-index')).status).toBe(200);
  expect((await about('cdn-edge')).status).toBe(500);
  expect((await hosted.call('POST', '/_control/fault', { target: 'slack', service: 'cdn-edge', kind: '500' })).status).toBe(400);
});

test('an outage of telemetry can begin with the next action on the service, and lasts from there', async () => {
  const fault = { target: 'telemetry', service: 'cdn-edge', begins: 'with_effect', kind: '500', for_ms: 60_000 };
  await hosted.act('fault', fault);
  const about = async (service: string) =>
    (await hosted.call('GET', `/telemetry/figures?service=${service}&from=2026-11-22T11:00:00Z&to=2026-11-22T11:01:00Z`)).status;
  nowMs += 120_000;
  await run({ parameters: { service: 'search-index' }, not_after: soon() });
  expect(await about('cdn-edge')).toBe(200);
  await run({ key: 'k2', parameters: { service: 'cdn-edge' }, not_after: soon() });
  expect([await about('cdn-edge'), await about('search-index')]).toEqual([500, 200]);
  nowMs += 60_000;
  expect(await about('cdn-edge')).toBe(200);
  const nobodys = { target: 'telemetry', begins: 'with_effect', kind: '500' };
  expect((await hosted.call('POST', '/_control/fault', nobodys)).status).toBe(400);
});
