import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebhookExecutorConfig } from '../../../contracts/executors.ts';
import type { Executor, Order } from '../../../pipeline/ports.ts';
import { createWebhookExecutor } from '../../../src/executors/webhook/webhook.ts';
import { carriedOut, executorSuite } from '../../conformance/executor.suite.ts';
import { type ExecutorTarget, openExecutorTarget, type TargetOptions, type Trouble } from '../../fakes/executor-target/target.ts';
import { json, openStub } from '../../outward/stub-server.ts';

const SECRET = 'a secret that nobody can guess';
const clock = { now: Date.now };

const content: Omit<Order, 'key' | 'notAfter'> = {
  caseId: 'inc-1',
  service: 'checkout-web',
  actionId: 'rollback_release',
  target: 'job/rollback',
  parameters: { service: 'checkout-web', releases_back: 1 },
};
const anOrder = (change: Partial<Order> = {}): Order => ({
  ...content,
  key: 'inc-1:1',
  notAfter: new Date(Date.now() + 60_000).toISOString(),
  ...change,
});

function executorAt(url: string, change: Record<string, unknown> = {}, secret = SECRET): Executor {
  const given = {
    url: `${url}/run/{target}`,
    status_url: `${url}/status?key={key}`,
    secret_env: 'SECRET',
    refuses_late: true,
    idempotent_by_key: true,
    timeout_s: 0.5,
    ...change,
  };
  return createWebhookExecutor({
    name: 'webhook-jobs',
    config: WebhookExecutorConfig.parse(given),
    secret,
    token: 'Bearer abc',
    clock,
  });
}

const stageWith = (options: Partial<TargetOptions>, declared: Record<string, unknown>) => async () => {
  const target = await openExecutorTarget({ secret: SECRET, ...options });
  return {
    executor: executorAt(target.url, declared),
    order: content,
    effects: async (key: string) => target.effects.filter((effect) => effect.key === key).length,
    failNext: async () => target.trouble({ when: 'applied', do: 'fail' }),
    faults: {
      loseAnswer: async () => target.trouble({ when: 'applied', do: 'cut' }),
      loseOrder: async () => target.trouble({ when: 'before', do: 'cut' }),
      refuse: async () => target.trouble({ when: 'before', do: 'status', status: 422 }),
      goSilent: async () => target.silence(),
    },
    close: target.close,
  };
};
executorSuite('webhook, before a target that keeps keys and times', stageWith({}, {}), { hasFaults: true, canFail: true });
executorSuite(
  'webhook, before a target that promises nothing',
  stageWith({ refusesLate: false, idempotent: false }, { refuses_late: false, idempotent_by_key: false }),
  { hasFaults: true, canFail: true },
);

let target: ExecutorTarget;
beforeEach(async () => {
  target = await openExecutorTarget({ secret: SECRET });
});
afterEach(() => target.close());

describe('an order under trouble ends in what can be known, with at most one effect', () => {
  const SEVERAL = { error: 'no' };
  test.each<[string, Trouble | null, string, number]>([
    ['success', null, 'done', 1],
    ['slow', { when: 'before', do: 'slow', ms: 200 }, 'done', 1],
    ['failure', { when: 'applied', do: 'fail' }, 'failed', 1],
    ['under way for a while', { when: 'applied', do: 'async', ms: 100 }, 'done', 1],
    ['bad request', { when: 'before', do: 'status', status: 400, body: SEVERAL }, 'refused', 0],
    ['unauthorized', { when: 'before', do: 'status', status: 401 }, 'refused', 0],
    ['forbidden', { when: 'before', do: 'status', status: 403 }, 'refused', 0],
    ['no such job', { when: 'before', do: 'status', status: 404 }, 'refused', 0],
    ['unprocessable', { when: 'before', do: 'status', status: 422 }, 'refused', 0],
    ['never answered', { when: 'before', do: 'hang' }, 'answer_lost', 0],
    ['answered too late', { when: 'before', do: 'slow', ms: 700 }, 'answer_lost', 1],
    ['the answer hangs', { when: 'applied', do: 'hang' }, 'answer_lost', 1],
    ['the answer is cut', { when: 'applied', do: 'cut' }, 'answer_lost', 1],
    ['the order is cut', { when: 'before', do: 'cut' }, 'answer_lost', 0],
    ['a fault of the server before', { when: 'before', do: 'status', status: 500 }, 'answer_lost', 0],
    ['a fault of the server after', { when: 'applied', do: 'status', status: 503 }, 'answer_lost', 1],
    ['a gateway that gave up', { when: 'applied', do: 'status', status: 504 }, 'answer_lost', 1],
    ['a server that gave up waiting', { when: 'applied', do: 'status', status: 408 }, 'answer_lost', 1],
    ['too many, said by a proxy afterwards', { when: 'applied', do: 'status', status: 429 }, 'answer_lost', 1],
    ['a success without an outcome', { when: 'applied', do: 'status', status: 200, body: {} }, 'answer_lost', 1],
    ['an outcome nobody agreed on', { when: 'applied', do: 'status', status: 200, body: { outcome: 'ok' } }, 'answer_lost', 1],
    ['a redirect', { when: 'before', do: 'status', status: 307 }, 'answer_lost', 0],
  ])('%s', async (_claim, trouble, end, effects) => {
    if (trouble !== null) target.trouble(trouble);
    const executor = executorAt(target.url);
    const ended = await carriedOut(executor, anOrder()).then(
      ({ outcome }) => outcome,
      (fault: { code: string }) => fault.code,
    );
    expect(ended).toBe(end);
    await expect.poll(() => target.effects.length).toBe(effects);
    if (ended !== 'answer_lost') return;
    // What was lost is found by its key, and asking changes nothing.
    expect(await executor.status('inc-1:1', anOrder())).toMatchObject(
      effects === 1 ? { seen: true, outcome: 'done' } : { seen: false },
    );
    expect(target.effects).toHaveLength(effects);
  });
});

test('an order is signed with its time, names its key and its limit in headers and body, and carries the token', async () => {
  const order = anOrder();
  await executorAt(target.url).run(order);
  const [seen] = target.seen;
  expect(seen).toMatchObject({ method: 'POST', path: '/run/job%2Frollback' });
  expect(seen?.headers).toMatchObject({
    'idempotency-key': order.key,
    'x-governor-not-after': order.notAfter,
    authorization: 'Bearer abc',
  });
  expect(JSON.parse(seen?.body ?? '')).toEqual({
    key: order.key,
    case_id: 'inc-1',
    service: 'checkout-web',
    action: 'rollback_release',
    target: 'job/rollback',
    parameters: order.parameters,
    not_after: order.notAfter,
  });
});

test('with another secret nothing is taken', async () => {
  expect(await executorAt(target.url, {}, 'another secret').run(anOrder())).toMatchObject({ outcome: 'refused' });
  expect(target.effects).toEqual([]);
});

test('to a target that nobody listens at nothing is sent', async () => {
  const gone = await openExecutorTarget({ secret: SECRET });
  await gone.close();
  expect(await executorAt(gone.url).run(anOrder())).toMatchObject({ outcome: 'not_sent' });
  await expect(executorAt(gone.url).status('inc-1:1', anOrder())).rejects.toMatchObject({ code: 'answer_lost' });
});

test('429 is a refusal only where the target is declared to mean it', async () => {
  target.trouble({ when: 'before', do: 'status', status: 429 });
  const executor = executorAt(target.url, { too_many_is_refusal: true });
  expect(await executor.run(anOrder())).toMatchObject({ outcome: 'refused' });
});

test('a late order is stopped here where the target may carry it out twice', async () => {
  const late = anOrder({ notAfter: new Date(Date.now() - 1_000).toISOString() });
  const executor = executorAt(target.url, { refuses_late: false, idempotent_by_key: false });
  expect(await executor.run(late)).toMatchObject({ outcome: 'refused' });
  expect(target.seen).toEqual([]);
});

test('without a status URL nobody is asked, and that is no "not seen"', async () => {
  const executor = executorAt(target.url, { status_url: undefined });
  await expect(executor.status('inc-1:1', anOrder())).rejects.toMatchObject({ code: 'no_status' });
});

test.each<[string, number, unknown, object]>([
  ['a plain 204', 204, undefined, { outcome: 'done', effectAt: null }],
  ['a body of its own', 200, { id: 7 }, { outcome: 'done' }],
  ['a taken job that can be asked for', 202, { id: 7 }, { outcome: 'running' }],
])('a target that speaks only by its status: %s', async (_claim, status, body, answer) => {
  const stub = await openStub();
  stub.respond(status === 204 ? (res) => void res.writeHead(204).end() : json(status, body));
  expect(await executorAt(stub.url, { answers: 'status' }).run(anOrder())).toMatchObject(answer);
  await stub.close();
});

test.each<[string, number, unknown]>([
  ['a missing page', 404, { error: 'not found' }],
  ['a seen order without an outcome', 200, { seen: true }],
  ['a fault that says "not seen"', 500, { seen: false }],
  ['a page of a proxy', 200, '<html>'],
])('%s is never told as "not seen"', async (_claim, status, body) => {
  const stub = await openStub();
  stub.respond(json(status, body));
  await expect(executorAt(stub.url).status('inc-1:1', anOrder())).rejects.toMatchObject({ code: 'answer_lost' });
  await stub.close();
});

test('what a target says is one short line', async () => {
  const stub = await openStub();
  stub.respond(json(200, { outcome: 'done', detail: `a\u0000b\n${'x'.repeat(5_000)}` }));
  const answer = await executorAt(stub.url).run(anOrder());
  expect(answer.detail).toMatch(/^a b x+$/);
  expect(answer.detail.length).toBeLessThanOrEqual(500);
  await stub.close();
});

test('each order and each question goes over a line of its own: one that was kept could be closed under it', async () => {
  const executor = executorAt(target.url);
  await executor.run(anOrder());
  await executor.status('inc-1:1', anOrder());
  await executor.run(anOrder({ key: 'inc-2:1' }));
  expect(target.seen.map(({ headers }) => headers.connection)).toEqual(['close', 'close', 'close']);
});
