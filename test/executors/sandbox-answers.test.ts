import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSandboxExecutor } from '../../src/executors/sandbox.ts';
import { json, openStub, type Respond, reset, type StubServer } from '../outward/stub-server.ts';

const AT = '2026-03-01T10:00:00.000Z';
const order = {
  key: 'inc-1:1',
  caseId: 'inc-1',
  service: 'checkout-web',
  actionId: 'scale_worker_pool',
  target: 'workload/workers',
  parameters: { service: 'billing-batch', replicas: 4 },
  notAfter: '2026-03-01T10:00:10.000Z',
};
const declaration = json(200, { name: 'stub', refuses_late: true, idempotent_by_key: false });

let stub: StubServer;
beforeEach(async () => {
  stub = await openStub();
});
afterEach(() => stub.close());

async function executorAnswering(respond: Respond) {
  stub.respond(declaration);
  const executor = await createSandboxExecutor({ baseUrl: stub.url, clock: { now: Date.now }, timeoutMs: 500 });
  stub.respond(respond);
  stub.seen.length = 0;
  return executor;
}

describe('an order', () => {
  test.each([
    ['done', { outcome: 'done', detail: 'scaled', effectAt: AT }],
    ['failed', { outcome: 'failed', detail: 'scaled', effectAt: AT }],
    ['refused', { outcome: 'refused', detail: 'scaled', effectAt: null }],
  ])('that is %s is told so; only what may have had an effect has the time of one', async (outcome, answer) => {
    const executor = await executorAnswering(json(200, { outcome, detail: 'scaled', at: AT, repeated: false }));
    expect(await executor.run(order)).toEqual(answer);
  });

  test('names key, action, parameters, case and its time, and nothing else', async () => {
    const executor = await executorAnswering(json(200, { outcome: 'done', detail: 'scaled', at: AT }));
    await executor.run(order);
    expect(stub.seen.map(({ body }) => JSON.parse(body))).toEqual([
      {
        key: order.key,
        service: order.service,
        action: order.actionId,
        parameters: order.parameters,
        case_id: order.caseId,
        not_after: order.notAfter,
      },
    ]);
  });

  test.each<[string, Respond, string]>([
    ['an outcome that nobody agreed on', json(200, { outcome: 'perhaps', detail: '', at: AT }), 'answer_lost'],
    ['a time that is none', json(200, { outcome: 'done', detail: '', at: 'soon' }), 'answer_lost'],
    ['a server fault', json(500, { error: 'internal' }), 'answer_lost'],
    ['a used key', json(409, { error: 'used before with other content' }), 'executor_conflict'],
  ])('answered with %s throws: what happened is not known', async (_claim, respond, code) => {
    const executor = await executorAnswering(respond);
    await expect(executor.run(order)).rejects.toMatchObject({ code });
    expect(stub.seen).toHaveLength(1);
  });

  test('that is too much at the moment is refused, since nothing was done', async () => {
    const executor = await executorAnswering(json(429, { ok: false, error: 'ratelimited' }));
    expect(await executor.run(order)).toEqual({ outcome: 'refused', detail: 'ratelimited', effectAt: null });
  });
});

test('a time in another zone is told in UTC', async () => {
  const executor = await executorAnswering(json(200, { outcome: 'done', detail: '', at: '2026-03-01T12:00:00+02:00' }));
  expect(await executor.run(order)).toMatchObject({ effectAt: AT });
});

test.each<[string, Respond, string]>([
  ['an answer without `seen`', json(200, { outcome: 'done', detail: '', at: AT }), 'answer_lost'],
  ['a seen order without an outcome', json(200, { seen: true }), 'answer_lost'],
  ['a refusal', json(403, { error: 'forbidden' }), 'executor_refused'],
])('a status of %s throws, and is not told as "not seen"', async (_claim, respond, code) => {
  const executor = await executorAnswering(respond);
  await expect(executor.status(order.key, order)).rejects.toMatchObject({ code });
});

test('it promises what the executor itself declares', async () => {
  const executor = await executorAnswering(reset);
  expect(executor.declares()).toEqual({ refusesLate: true, idempotentByKey: false });
});

test('without a declaration there is no executor', async () => {
  stub.respond(reset);
  const opened = createSandboxExecutor({ baseUrl: stub.url, clock: { now: Date.now }, timeoutMs: 500 });
  await expect(opened).rejects.toMatchObject({ code: 'answer_lost' });
});
