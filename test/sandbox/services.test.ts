import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Fields, type Hosted, hostSandbox } from './host.ts';

let hosted: Hosted;
let nowMs = 0;
beforeEach(async () => {
  nowMs = Date.parse('2026-11-22T12:00:00.500Z');
  hosted = await hostSandbox({ now: () => nowMs });
});
afterEach(() => hosted.close());

const soon = (): string => new Date(nowMs + 5000).toISOString();
const request = (change: object = {}) => ({
  key: 'k1',
  action: 'scale_worker_pool',
  parameters: { service: 'billing-batch' },
  case_id: 'c1',
  not_after: soon(),
  ...change,
});
const run = (change: object = {}) => hosted.call('POST', '/executor/run', request(change));
const figures = async (service: string, seconds: number): Promise<Fields> => {
  const query = new URLSearchParams({
    service,
    from: new Date(nowMs - seconds * 1000).toISOString(),
    to: new Date(nowMs).toISOString(),
  });
  return (await hosted.call('GET', `/telemetry/figures?${query}`)).body;
};

const serviceNamed = async (name: string): Promise<unknown> => {
  const { services } = await hosted.look('world');
  return Array.isArray(services) ? services.find(({ service }) => service === name) : undefined;
};

test('the executor declares that it refuses late requests and knows its keys', async () => {
  expect((await hosted.call('GET', '/executor/declaration')).body).toEqual({
    name: 'sandbox ledger',
    refuses_late: true,
    idempotent_by_key: true,
  });
});

test('a run is recorded once, and the same key again gives the earlier answer', async () => {
  const first = await run();
  nowMs += 60_000;
  const second = await run({ not_after: request().not_after });
  expect(first.body).toMatchObject({ outcome: 'done', repeated: false });
  expect(second.body).toEqual({ ...first.body, repeated: true });
  expect(await hosted.list('executions')).toMatchObject([
    { key: 'k1', action: 'scale_worker_pool', parameters: { service: 'billing-batch' }, case_id: 'c1' },
  ]);
  expect((await hosted.call('GET', '/executor/status?key=k1')).body).toMatchObject({
    seen: true,
    outcome: 'done',
    at: first.body.at,
  });
});

test('a key that comes with other content is a conflict and changes nothing', async () => {
  await run();
  const other = await run({ parameters: { service: 'payments-api' } });
  expect(other.status).toBe(409);
  expect(await hosted.list('executions')).toHaveLength(1);
});

test('an order may name its service, which is recorded, acted on and part of its content', async () => {
  await hosted.act('world', { services: [{ service: 'cdn-edge', status: 'incident' }] });
  const order = { action: 'purge_cdn_cache', parameters: { scope: 'errors' } };
  expect((await run({ ...order, service: 'cdn-edge' })).body).toMatchObject({ outcome: 'done', repeated: false });
  expect((await run({ ...order, service: 'cdn-edge' })).body).toMatchObject({ repeated: true });
  expect((await run({ ...order, service: 'checkout-web' })).status).toBe(409);
  expect(await hosted.list('executions')).toMatchObject([{ service: 'cdn-edge', ...order }]);
  expect(await serviceNamed('cdn-edge')).toMatchObject({ status: 'healthy' });
});

test('what comes after its time is refused and never recorded', async () => {
  const late = await run({ not_after: new Date(nowMs - 1).toISOString() });
  expect(late).toMatchObject({ status: 200, body: { outcome: 'refused', detail: 'too late' } });
  expect((await hosted.call('GET', '/executor/status?key=k1')).body).toEqual({ seen: false });
  expect(await hosted.list('executions')).toEqual([]);
});

test.each(['applied_answer_lost', 'drop_before'])(
  'under the fault %s the caller loses the answer, and the ledger tells which it was',
  async (kind) => {
    await hosted.act('fault', { target: 'executor', method: 'run', kind });
    await expect(run()).rejects.toThrow();
    expect((await hosted.call('GET', '/executor/status?key=k1')).body.seen).toBe(kind === 'applied_answer_lost');
    expect((await run()).body.repeated).toBe(kind === 'applied_answer_lost');
  },
);

test('a request that is delayed past its time is refused when it arrives', async () => {
  await hosted.close();
  hosted = await hostSandbox();
  await hosted.act('fault', { target: 'executor', kind: 'delay', ms: 60 });
  const answer = await hosted.call('POST', '/executor/run', { ...request(), not_after: new Date(Date.now() + 20).toISOString() });
  expect(answer.body).toMatchObject({ outcome: 'refused' });
});

test('an incident raises the error rate of the last minutes, the right action ends it, and log lines can be fetched again', async () => {
  expect((await figures('billing-batch', 300)).error_rate).toBeCloseTo(0.002, 2);
  await hosted.act('command', { user: 'oncall', text: '/incident billing-batch medium queue grows' });
  const during = await figures('billing-batch', 300);
  expect(during).toMatchObject({ service: 'billing-batch', window_s: 300, requests: 7500, baseline: 0.002, partial: false });
  expect(during.error_rate).toBeCloseTo(0.18, 2);
  expect(during.top_errors).toMatchObject([
    { status: expect.any(Number), path: expect.stringContaining('/jobs/'), count: expect.any(Number) },
    {},
  ]);

  const [id] = Array.isArray(during.sample_ids) ? during.sample_ids : [];
  const line = (await hosted.call('GET', `/telemetry/log?id=${id}`)).body;
  expect(line).toMatchObject({ id, service: 'billing-batch', text: expect.stringContaining(String(line.path)) });
  expect(line.status).toBeGreaterThanOrEqual(400);

  await run();
  nowMs += 5000;
  expect((await figures('billing-batch', 5)).error_rate).toBeLessThan(0.02);
  expect(await serviceNamed('billing-batch')).toMatchObject({ status: 'healthy' });
});

test('a wrong action changes nothing and a harmful one makes it worse', async () => {
  await hosted.act('command', { user: 'oncall', text: '/incident payments-api high slow' });
  await run({ parameters: { service: 'payments-api' } });
  nowMs += 10_000;
  expect((await figures('payments-api', 10)).error_rate).toBeCloseTo(0.32, 1);
  await run({ key: 'k2', action: 'restart_api_pods', parameters: { service: 'payments-api' } });
  nowMs += 10_000;
  expect((await figures('payments-api', 10)).error_rate).toBeCloseTo(0.48, 1);
});

test('a change of the world is answered with the services that it changed', async () => {
  const answer = await hosted.call('POST', '/_control/world', { services: [{ service: 'search-index', error_rate: 0.05 }] });
  expect(answer.body).toMatchObject({ services: [{ service: 'search-index', error_rate: 0.05 }] });
  expect(answer.body.services).toHaveLength(1);
});

test('a service set by hand is not raised by an incident until a reset', async () => {
  await hosted.act('world', { services: [{ service: 'search-index', error_rate: 0.05 }] });
  await hosted.act('command', { user: 'oncall', text: '/incident search-index medium stale' });
  expect((await figures('search-index', 300)).error_rate).toBeCloseTo(0.05, 2);
  await hosted.act('reset', {});
  await hosted.act('command', { user: 'oncall', text: '/incident search-index medium stale' });
  expect((await figures('search-index', 300)).error_rate).toBeCloseTo(0.12, 2);
});

test('a service that the world does not know can be added by hand', async () => {
  await hosted.act('world', {
    services: [{ service: 'new-thing', error_rate: 0.5, right_actions: ['clear_stuck_jobs'], status: 'incident' }],
  });
  expect((await figures('new-thing', 60)).error_rate).toBeCloseTo(0.5, 2);
  await run({ action: 'clear_stuck_jobs', parameters: { service: 'new-thing' } });
  nowMs += 5000;
  expect((await figures('new-thing', 5)).error_rate).toBeLessThan(0.03);
});

test.each<[string, number, unknown]>([
  ['figures?service=nowhere&from=2026-11-22T11:00:00Z&to=2026-11-22T11:01:00Z', 404, 'unknown_service'],
  ['figures?service=cdn-edge&from=yesterday&to=2026-11-22T11:01:00Z', 400, expect.stringContaining('ISO')],
  ['figures?service=cdn-edge&from=2026-11-21T11:00:00Z&to=2026-11-22T11:00:00Z', 400, expect.stringContaining('longer')],
  ['log?id=log:cdn-edge:99999999999:1', 404, 'unknown_log'],
  ['log?id=ev-100', 404, 'unknown_log'],
])('telemetry refuses %s', async (path, status, error) => {
  expect(await hosted.call('GET', `/telemetry/${path}`)).toMatchObject({ status, body: { error } });
});

test('a case has one ticket, whose comments are kept once each', async () => {
  const open = { case_id: 'c1', service: 'cdn-edge', severity: 'low', summary: '<b>stale</b> pages', text: 'why' };
  const first = (await hosted.call('POST', '/tickets', open)).body;
  const second = (await hosted.call('POST', '/tickets', { ...open, summary: 'again' })).body;
  expect(first).toMatchObject({ key: 'SIM-1', created: true, url: `${hosted.url}/tickets/SIM-1/view` });
  expect(second).toMatchObject({ key: 'SIM-1', created: false, summary: '<b>stale</b> pages' });
  await hosted.call('POST', '/tickets/SIM-1/comments', { id: 'e1', text: 'blocked' });
  await hosted.call('POST', '/tickets/SIM-1/comments', { id: 'e1', text: 'blocked' });
  await hosted.call('POST', '/tickets/SIM-1/transition', { status: 'done' });
  expect((await hosted.call('GET', '/tickets?case_id=c1')).body).toMatchObject({
    tickets: [{ key: 'SIM-1', status: 'done', comments: [{ id: 'e1' }], moves: [{ status: 'done' }] }],
  });
  expect((await hosted.call('GET', '/tickets/SIM-2')).status).toBe(404);
  const page = await (await fetch(`${hosted.url}/tickets/SIM-1/view`)).text();
  expect(page).toContain('&lt;b&gt;stale&lt;/b&gt;');
  expect(page).toContain('simulated');
});
