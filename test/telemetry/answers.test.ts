import { afterEach, beforeEach, expect, test } from 'vitest';
import { createNoTelemetry } from '../../src/telemetry/none.ts';
import { createSandboxTelemetry } from '../../src/telemetry/sandbox.ts';
import { json, openStub, type StubServer } from '../outward/stub-server.ts';

const window = { from: '2026-03-01T10:00:00.000Z', to: '2026-03-01T10:01:00.000Z' };
const figures = {
  window_s: 60,
  requests: 100,
  errors: 40,
  error_rate: 0.4,
  baseline: 0.01,
  top_errors: [],
  sample_ids: ['log:a:1:1'],
};
const answer = { service: 'billing-batch', ...window, ...figures, status_counts: { 200: 60, 503: 40 }, partial: false };

let stub: StubServer;
beforeEach(async () => {
  stub = await openStub();
});
afterEach(() => stub.close());

const ask = () =>
  createSandboxTelemetry({ baseUrl: stub.url, clock: { now: Date.now }, timeoutMs: 500 }).figures('billing-batch', window);

test('figures are passed on without what the contract does not know', async () => {
  stub.respond(json(200, answer));
  expect(await ask()).toEqual(figures);
});

test.each([
  ['of another service', { service: 'payments-api' }, 'telemetry_mismatch'],
  ['of an earlier beginning', { from: '2026-03-01T09:00:00.000Z' }, 'telemetry_mismatch'],
  ['of a later end', { to: '2026-03-01T10:01:00.001Z' }, 'telemetry_mismatch'],
  ['that are incomplete', { partial: true }, 'telemetry_partial'],
  ['that do not say whether they are complete', { partial: undefined }, 'answer_lost'],
  ['without a rate', { error_rate: null }, 'answer_lost'],
  ['with a rate that is no share', { error_rate: 1.5 }, 'answer_lost'],
  ['with a negative count', { errors: -1 }, 'answer_lost'],
])('figures %s are a fault', async (_claim, change, code) => {
  stub.respond(json(200, { ...answer, ...change }));
  await expect(ask()).rejects.toMatchObject({ code });
});

test('only the agreed word means that a service has no mapping', async () => {
  stub.respond(json(404, { error: 'unknown_service' }));
  expect(await ask()).toBeNull();
  stub.respond(json(404, { error: 'there is nothing at GET /telemetry/figures' }));
  await expect(ask()).rejects.toMatchObject({ code: 'telemetry_refused' });
});

test('an installation without telemetry has no mapping for any service', async () => {
  const none = createNoTelemetry();
  expect([await none.figures('billing-batch', window), await none.services(), await none.logLine('log:a:1:1')]).toEqual([
    null,
    [],
    null,
  ]);
});
