import { describe, expect, onTestFinished, test } from 'vitest';
import { KibanaWorkflowConfig } from '../../../contracts/executors.ts';
import type { Executor, Order } from '../../../pipeline/ports.ts';
import { createKibanaWorkflowExecutor } from '../../../src/executors/kibana-workflow/kibana-workflow.ts';
import { carriedOut, executorSuite } from '../../conformance/executor.suite.ts';
import {
  type FakeWorkflows,
  openFakeWorkflows,
  type Trouble,
  type WorkflowsOptions,
} from '../../fakes/kibana-workflows/workflows.ts';

const content: Omit<Order, 'key' | 'notAfter'> = {
  caseId: 'inc-1',
  service: 'checkout-web',
  actionId: 'restart_api_pods',
  target: 'restart-pods',
  parameters: { service: 'checkout-web', batch_percent: 25 },
};
const anOrder = (change: Partial<Order> = {}): Order => ({
  ...content,
  key: 'inc-1:1',
  notAfter: new Date(Date.now() + 60_000).toISOString(),
  ...change,
});

const executorAt = ({ url, apiKey }: FakeWorkflows, change: object = {}): Executor =>
  createKibanaWorkflowExecutor({
    config: KibanaWorkflowConfig.parse({ enabled: true, timeout_s: 0.5, ...change }),
    kibana: { url, apiKey },
    clock: { now: Date.now },
  });

async function open(options: WorkflowsOptions = {}): Promise<FakeWorkflows> {
  const fake = await openFakeWorkflows(options);
  onTestFinished(fake.close);
  return fake;
}
const runsOf = ({ runs }: FakeWorkflows, key: string): number => runs.filter(({ inputs }) => inputs.governor_key === key).length;

executorSuite(
  'of workflows in Kibana',
  async () => {
    const fake = await openFakeWorkflows();
    return {
      executor: executorAt(fake),
      order: content,
      effects: async (key) => runsOf(fake, key),
      failNext: async () => fake.trouble({ when: 'applied', do: 'end', status: 'failed', error: 'no such pod' }),
      faults: {
        loseAnswer: async () => fake.trouble({ when: 'applied', do: 'cut' }),
        loseOrder: async () => fake.trouble({ when: 'before', do: 'cut' }),
        refuse: async () => fake.trouble({ when: 'before', do: 'status', status: 400 }),
        goSilent: async () => fake.silence(),
      },
      close: fake.close,
    };
  },
  { hasFaults: true, canFail: true },
);

describe('an order under trouble ends in what can be known, with at most one run', () => {
  test.each<[string, Trouble | null, string, number]>([
    ['success', null, 'done', 1],
    ['slow', { when: 'before', do: 'slow', ms: 200 }, 'done', 1],
    ['a run that fails', { when: 'applied', do: 'end', status: 'failed', error: 'x' }, 'failed', 1],
    ['a run that somebody cancelled', { when: 'applied', do: 'end', status: 'cancelled' }, 'failed', 1],
    ['a run that took too long', { when: 'applied', do: 'end', status: 'timed_out' }, 'failed', 1],
    ['a run that was dropped', { when: 'applied', do: 'end', status: 'skipped' }, 'refused', 1],
    ['a bad request', { when: 'before', do: 'status', status: 400 }, 'refused', 0],
    ['no right', { when: 'before', do: 'status', status: 403 }, 'refused', 0],
    ['too many requests', { when: 'before', do: 'status', status: 429 }, 'answer_lost', 0],
    ['a fault of the server', { when: 'applied', do: 'status', status: 502 }, 'answer_lost', 1],
    ['an order that hangs', { when: 'before', do: 'hang' }, 'answer_lost', 0],
    ['an answer that hangs', { when: 'applied', do: 'hang' }, 'answer_lost', 1],
    ['an answer that is cut', { when: 'applied', do: 'cut' }, 'answer_lost', 1],
  ])('%s', async (_claim, trouble, end, runs) => {
    const fake = await open();
    if (trouble !== null) fake.trouble(trouble);
    const executor = executorAt(fake);
    const ended = await carriedOut(executor, anOrder()).then(
      ({ outcome }) => outcome,
      (fault: { code: string }) => fault.code,
    );
    expect(ended).toBe(end);
    expect(runsOf(fake, 'inc-1:1')).toBe(runs);
    if (ended !== 'answer_lost') return;
    expect(await executor.status('inc-1:1', anOrder())).toMatchObject({ seen: runs === 1 });
    expect(fake.runs).toHaveLength(runs);
  });
});

describe('a run is found by its key', () => {
  test.each(['list', 'execution', 'metadata'] as const)(
    'by a process that has just started, where Kibana repeats it in the %s',
    async (repeats) => {
      const fake = await open({ repeats });
      await carriedOut(executorAt(fake), anOrder());
      await executorAt(fake).run(anOrder({ key: 'inc-2:1' }));
      expect(await executorAt(fake).status('inc-1:1', anOrder())).toMatchObject({ seen: true, outcome: 'done' });
      expect(await executorAt(fake).status('inc-3:1', anOrder({ key: 'inc-3:1' }))).toEqual({ seen: false });
    },
  );

  test('and where there are too many to look through, that is no "not seen"', async () => {
    const fake = await open({ others: 60 });
    await expect(executorAt(fake).status('inc-1:1', anOrder())).rejects.toMatchObject({ code: 'answer_lost' });
  });

  test('silence is no "not seen" either, nor is an order that nobody can name any more', async () => {
    const fake = await open();
    fake.silence();
    await expect(executorAt(fake).status('inc-1:1', anOrder())).rejects.toMatchObject({ code: 'answer_lost' });
    await expect(executorAt(fake).status('inc-1:1', null)).rejects.toMatchObject({ code: 'outcome_unclear' });
  });
});

test('the order carries parameters, key, limit and case, in the space that is configured', async () => {
  const fake = await open({ space: 'ops' });
  const order = anOrder();
  expect(await executorAt(fake, { space: 'ops' }).run(order)).toMatchObject({ outcome: 'running' });
  expect(fake.seen[0]?.path).toBe('/s/ops/api/workflows/workflow/restart-pods/run');
  expect(fake.seen[0]?.headers).toMatchObject({ 'kbn-xsrf': 'true', 'elastic-api-version': '2023-10-31' });
  const governor = {
    governor_key: order.key,
    governor_not_after: order.notAfter,
    governor_case: 'inc-1',
    governor_service: 'checkout-web',
  };
  expect(JSON.parse(fake.seen[0]?.body ?? '')).toEqual({ inputs: { ...order.parameters, ...governor }, metadata: governor });
});

test.each<[string, Partial<Order>]>([
  ['a workflow that is not there', { target: 'nobody' }],
  ['one that is disabled', { target: 'disabled' }],
  ['no workflow at all', { target: '' }],
  ['a target that would change the path', { target: '../../spaces' }],
  ['a late order', { notAfter: new Date(Date.now() - 1_000).toISOString() }],
])('refused with no run: %s', async (_claim, change) => {
  const fake = await open();
  expect(await executorAt(fake).run(anOrder(change))).toMatchObject({ outcome: 'refused', effectAt: null });
  expect(fake.runs).toEqual([]);
});

test('it promises to refuse late orders only where the config says that the workflows do', async () => {
  const fake = await open();
  expect(executorAt(fake).declares()).toEqual({ refusesLate: false, idempotentByKey: false });
  expect(executorAt(fake, { workflows_refuse_late: true }).declares()).toEqual({ refusesLate: true, idempotentByKey: false });
});
