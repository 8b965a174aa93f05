import { expect, onTestFinished, test } from 'vitest';
import { WebhookExecutorConfig } from '../../contracts/executors.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { createWebhookExecutor } from '../../src/executors/webhook/webhook.ts';
import { type ExecutorTarget, openExecutorTarget, type Trouble } from '../fakes/executor-target/target.ts';
import { NOW } from '../fixtures/builders.ts';
import { inProcess, movedClock } from '../fixtures/in-process.ts';

const SECRET = 'a secret of both sides';

/** The whole last part of the pipeline before a target of its own, which keeps its own ledger. */
async function before(trouble: Trouble | null, { isSilent = false, keepsPromises = true } = {}) {
  const target = await openExecutorTarget({ secret: SECRET, refusesLate: keepsPromises, idempotent: keepsPromises });
  onTestFinished(target.close);
  // The target goes by the real time, so the governor's clock starts there.
  const governor = await inProcess({ clock: movedClock(Math.max(Date.now(), NOW)) });
  const executor = createWebhookExecutor({
    name: 'sandbox',
    config: WebhookExecutorConfig.parse({
      url: `${target.url}/run`,
      status_url: `${target.url}/status?key={key}`,
      secret_env: 'SECRET',
      refuses_late: keepsPromises,
      idempotent_by_key: keepsPromises,
      timeout_s: 0.3,
    }),
    secret: SECRET,
    token: null,
    clock: { now: Date.now },
  });
  governor.executors.set('sandbox', executor);
  if (trouble !== null) target.trouble(trouble);
  if (isSilent) target.silence();
  return { governor, target };
}

const effects = ({ effects: all }: ExecutorTarget): string[] => all.map(({ key }) => key);

test.each<[string, Trouble | null, CaseState['status'], number]>([
  ['success', null, 'verifying', 1],
  ['slow', { when: 'before', do: 'slow', ms: 150 }, 'verifying', 1],
  ['a failure', { when: 'applied', do: 'fail' }, 'not_recovered', 1],
  ['a refusal', { when: 'before', do: 'status', status: 422 }, 'not_recovered', 0],
  ['under way', { when: 'applied', do: 'async', ms: 50 }, 'executing', 1],
  ['a lost answer', { when: 'applied', do: 'cut' }, 'verifying', 1],
  ['an answer that hangs', { when: 'applied', do: 'hang' }, 'verifying', 1],
  ['a fault of the server after the effect', { when: 'applied', do: 'status', status: 500 }, 'verifying', 1],
  ['too many requests, after the effect', { when: 'applied', do: 'status', status: 429 }, 'verifying', 1],
  ['a lost order', { when: 'before', do: 'cut' }, 'outcome_unknown', 0],
  ['an order that hangs', { when: 'before', do: 'hang' }, 'outcome_unknown', 0],
  ['a fault of the server before', { when: 'before', do: 'status', status: 503 }, 'outcome_unknown', 0],
])('%s leaves the case where it belongs, and the target with at most one effect', async (_claim, trouble, status, count) => {
  const { governor, target } = await before(trouble);
  await governor.steps.execute(await governor.decide());
  expect((await governor.reload('inc-001')).status).toBe(status);
  expect(target.effects).toHaveLength(count);
  if (status !== 'executing') return;
  await expect.poll(async () => (await governor.steps.settle(await governor.reload('inc-001'))).state?.status).toBe('verifying');
  expect(target.effects).toHaveLength(1);
});

test('a lost order is never sent again by itself: it is found never to have run, and a new revision is decided anew', async () => {
  const { governor, target } = await before({ when: 'before', do: 'cut' });
  const { state: unknown } = await governor.steps.execute(await governor.decide());
  expect(target.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
  governor.clock.ms = Date.parse(unknown!.execution!.notAfter) + 2_000;
  const { state: never } = await governor.steps.settle(unknown!);
  expect(never?.execution?.outcome).toBe('never_ran');
  expect(effects(target)).toEqual([]);
});

test.each([true, false])(
  'silence after the order (effect: %s) is for a person, however long, and never a second order',
  async (hasEffect) => {
    const { governor, target } = await before({ when: hasEffect ? 'applied' : 'before', do: 'cut' }, { isSilent: true });
    const { state: unknown } = await governor.steps.execute(await governor.decide());
    expect(unknown?.status).toBe('outcome_unknown');
    governor.clock.ms += 3_600_000;
    expect((await governor.steps.settle(unknown!)).state).toBeNull();
    expect(target.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(target.effects).toHaveLength(hasEffect ? 1 : 0);
  },
);

test('a target that takes late orders is never believed to have refused one', async () => {
  const { governor } = await before({ when: 'before', do: 'cut' }, { keepsPromises: false });
  const { state: unknown } = await governor.steps.execute(await governor.decide());
  governor.clock.ms += 3_600_000;
  expect((await governor.steps.settle(unknown!)).state).toBeNull();
  expect((await governor.reload('inc-001')).status).toBe('outcome_unknown');
});
