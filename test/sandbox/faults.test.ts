import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFaults, FaultRequest } from '../../src/sandbox/faults.ts';
import { eventually, type Hosted, hostSandbox, type RunningApp, startBolt } from './host.ts';

let hosted: Hosted;
let running: RunningApp | undefined;
beforeEach(async () => {
  hosted = await hostSandbox();
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await hosted.close();
});

test('a fault strikes as often as it was told to, and only its method', () => {
  const faults = createFaults(() => 0);
  faults.add(FaultRequest.parse({ target: 'slack', method: 'chat.update', kind: 429, times: 2 }));
  const struck = (method: string): boolean => faults.take('slack', method) !== undefined;
  expect([struck('chat.postMessage'), struck('chat.update'), struck('chat.update'), struck('chat.update')]).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test('a fault that lasts strikes every call until its time is over', () => {
  let nowMs = 0;
  const faults = createFaults(() => nowMs);
  faults.add(FaultRequest.parse({ target: 'telemetry', kind: '500', for_ms: 1000 }));
  expect([1, 2, 3].map(() => faults.take('telemetry', 'figures')?.kind)).toEqual(['500', '500', '500']);
  nowMs = 1000;
  expect(faults.take('telemetry', 'figures')).toBeUndefined();
});

test('a fault of one target leaves the others alone, and calls and envelopes are struck apart', () => {
  const faults = createFaults(() => 0);
  faults.add(FaultRequest.parse({ target: 'slack', kind: 'duplicate' }));
  faults.add(FaultRequest.parse({ target: 'slack', method: 'connection', kind: 'delay', ms: 5 }));
  expect(faults.take('executor', 'run')).toBeUndefined();
  expect(faults.take('slack', 'chat.postMessage')).toBeUndefined();
  expect([faults.takeEnvelope()?.kind, faults.takeEnvelope()?.kind, faults.takeEnvelope()]).toEqual([
    'duplicate',
    'delay',
    undefined,
  ]);
});

test('figures can be made to say that they are incomplete, or not to come', async () => {
  const query = 'service=cdn-edge&from=2026-11-22T11:00:00Z&to=2026-11-22T11:01:00Z';
  await hosted.act('fault', { target: 'telemetry', method: 'figures', kind: 'error:partial' });
  expect((await hosted.call('GET', `/telemetry/figures?${query}`)).body).toMatchObject({ partial: true, service: 'cdn-edge' });
  await hosted.act('fault', { target: 'telemetry', kind: 'error:no_index' });
  expect(await hosted.call('GET', `/telemetry/figures?${query}`)).toMatchObject({ status: 422, body: { error: 'no_index' } });
});

test('a ticket whose answer is lost is there once, however often it is asked for', async () => {
  const ticket = { case_id: 'c', service: 's', severity: 'low', summary: 'sum', text: 't' };
  await hosted.act('fault', { target: 'tickets', method: 'create', kind: 'applied_answer_lost' });
  await expect(hosted.call('POST', '/tickets', ticket)).rejects.toThrow();
  expect((await hosted.call('POST', '/tickets', ticket)).body).toMatchObject({ key: 'SIM-1', created: false });
  await hosted.act('fault', { target: 'tickets', method: 'create', kind: 'duplicate' });
  expect((await hosted.call('POST', '/tickets', { ...ticket, case_id: 'd' })).body).toMatchObject({ key: 'SIM-2' });
  expect(await hosted.list('tickets')).toHaveLength(2);
});

test('an outage cuts the lines, refuses new ones for its time, and ends', async () => {
  running = await startBolt(hosted, (app) => app.command('/incident', async ({ ack }) => ack()));
  const startMs = performance.now();
  await hosted.act('fault', { target: 'slack', kind: 'disconnect', ms: 400 });
  expect((await hosted.look('workspace')).connections).toBe(0);
  await eventually(
    () => hosted.look('workspace'),
    ({ connections }) => connections === 1,
    10_000,
  );
  expect(performance.now() - startMs).toBeGreaterThan(390);
  expect(await hosted.act('command', { user: 'oncall', text: '/incident a' })).toMatchObject({ ok: true });
});

test('a request that hangs for a time is cut in the end, and nothing was applied', async () => {
  await hosted.act('fault', { target: 'slack', method: 'chat.postMessage', kind: 'hang', ms: 50 });
  await expect(hosted.api('chat.postMessage', { channel: 'incidents', text: 'a' })).rejects.toThrow();
  expect(await hosted.messages()).toEqual([]);
});

test.each([
  ['mentions the bot', 'message', { user: 'oncall', text: '@governor search-index medium stale' }],
  ['types the command', 'command', { user: 'oncall', text: '/incident search-index medium stale' }],
])('an incident begins in the world when a person %s', async (_claim, call, body) => {
  await hosted.act(call, body);
  expect(JSON.stringify(await hosted.look('world'))).toContain('"status":"incident"');
});

test.each([
  ['a message without a mention', 'message', { user: 'oncall', text: 'search-index medium stale' }],
  ['a command about something else', 'command', { user: 'oncall', text: '/incident who search-index' }],
])('%s begins no incident', async (_claim, call, body) => {
  await hosted.act(call, body);
  expect(JSON.stringify(await hosted.look('world'))).not.toContain('"status":"incident"');
});
