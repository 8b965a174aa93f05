import { describe, expect, onTestFinished, test } from 'vitest';
import { WebhookExecutorConfig } from '../../contracts/executors.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { UNRUN_MAX } from '../../pipeline/outcome-change.ts';
import type { NotSent } from '../../pipeline/ports.ts';
import { createWebhookExecutor } from '../../src/executors/webhook/webhook.ts';
import { openExecutorTarget } from '../fakes/executor-target/target.ts';
import { blockingDocuments, NOW } from '../fixtures/builders.ts';
import { inProcess, movedClock } from '../fixtures/in-process.ts';

type Governor = Awaited<ReturnType<typeof inProcess>>;
const AWAY: NotSent = { outcome: 'not_sent', detail: 'the target cannot be reached' };
const TRY_MS = 6_000;

/** Nobody takes this many orders; each attempt takes its time. */
function awayFor(governor: Governor, attempts: number): { made: () => number } {
  const { run } = governor.executor;
  let made = 0;
  governor.executor.run = async (order) => {
    made += 1;
    if (made > attempts) return run(order);
    governor.clock.ms += TRY_MS;
    return AWAY;
  };
  return { made: () => made };
}

/** What never ran comes back as a new revision, is shown and carried out again; whoever it needs approves it. */
async function again(governor: Governor, caseId: string): Promise<CaseState> {
  await governor.steps.revise(await governor.reload(caseId));
  const shown = await governor.show(await governor.analyse(await governor.reload(caseId)));
  if (shown.status === 'pending_approval') await governor.approve(shown);
  await governor.steps.execute(await governor.reload(caseId));
  return governor.reload(caseId);
}

test('a target that restarts gets the order once it is back, under the same key', async () => {
  const governor = await inProcess();
  awayFor(governor, 1);
  const { state } = await governor.steps.execute(await governor.decide());
  expect(state?.status).toBe('verifying');
  expect(governor.executor.effects.map(({ key }) => key)).toEqual(['inc-001:1']);
});

test('the same through a real connection: nobody listens, then somebody does', async () => {
  const governor = await inProcess({ clock: movedClock(Math.max(Date.now(), NOW)) });
  const target = await openExecutorTarget({ secret: 'ours' });
  onTestFinished(target.close);
  const gone = await openExecutorTarget({ secret: 'ours' });
  await gone.close();
  const at = (url: string) =>
    createWebhookExecutor({
      name: 'sandbox',
      config: WebhookExecutorConfig.parse({ url: `${url}/run`, secret_env: 'SECRET' }),
      secret: 'ours',
      token: null,
      clock: { now: Date.now },
    });
  const [before, after] = [at(gone.url), at(target.url)];
  let attempts = 0;
  const run: typeof after.run = (order) => {
    attempts += 1;
    return attempts === 1 ? before.run(order) : after.run(order);
  };
  governor.executors.set('sandbox', { ...after, run });
  const { state } = await governor.steps.execute(await governor.decide());
  expect(state?.status).toBe('verifying');
  expect(attempts).toBe(2);
  expect(target.effects).toHaveLength(1);
});

describe('a target that stays away', () => {
  test('is left alone when the time is over; the case is decided anew, and nothing ran', async () => {
    const governor = await inProcess();
    const attempts = awayFor(governor, Number.POSITIVE_INFINITY);
    await governor.steps.execute(await governor.decide());
    const state = await governor.reload('inc-001');
    expect(state).toMatchObject({ status: 'analyzing', execution: { outcome: 'not_sent', detail: AWAY.detail } });
    // A dispatch lasts 10 s.
    expect(attempts.made()).toBe(Math.ceil(10_000 / TRY_MS));
    expect((await again(governor, 'inc-001')).revisions.at(-1)?.planned.origin).toBe('not_run');
  });

  test('asks again whoever approved', async () => {
    const governor = await inProcess({ documents: blockingDocuments });
    awayFor(governor, Number.POSITIVE_INFINITY);
    const state = await governor.decide();
    await governor.approve(state);
    await governor.steps.execute(await governor.reload(state.caseId));
    await governor.steps.revise(await governor.reload(state.caseId));
    const anew = await governor.show(await governor.analyse(await governor.reload(state.caseId)));
    expect(anew).toMatchObject({ status: 'pending_approval' });
    expect(anew.revisions.at(-1)?.approvals).toEqual([]);
  });

  test('is work for people after a few times in a row, who may choose again and have nothing to roll back', async () => {
    const governor = await inProcess();
    const action = governor.catalogue.actions.get('scale_worker_pool');
    Object.assign(action ?? {}, { rollback: { action: 'restart_api_pods', parameters: {} } });
    awayFor(governor, Number.POSITIVE_INFINITY);
    await governor.steps.execute(await governor.decide());
    let state = await governor.reload('inc-001');
    for (let round = 1; round < UNRUN_MAX; round += 1) {
      expect(state.status).toBe('analyzing');
      state = await again(governor, state.caseId);
    }
    expect(state).toMatchObject({ status: 'not_recovered', execution: { outcome: 'not_sent' } });
    const ref = { case_id: state.caseId, revision: state.revisions.length, digest: state.revisions.at(-1)!.gated!.digest };
    const steer = { ref, by: 'U0000LEAD', via: 'button' as const };
    expect(await governor.choices.rollBack(steer)).toEqual({ ok: false, refusal: 'not_offered' });
    const chosen = await governor.choices.choose(steer, 'scale_worker_pool', { service: 'billing-batch', workers: 8 });
    expect(chosen).toMatchObject({ ok: true });
  });
});

test('a pause between two attempts is seen: no further one is made', async () => {
  const governor = await inProcess();
  const attempts = awayFor(governor, 2);
  const { run } = governor.executor;
  governor.executor.run = async (order) => {
    await governor.pause.write({ kind: 'paused', by: 'U1', via: 'command', reason: null });
    return run(order);
  };
  const { state } = await governor.steps.execute(await governor.decide());
  expect(attempts.made()).toBe(1);
  expect(state?.execution).toMatchObject({ outcome: 'not_sent', detail: 'everything was paused at the last moment' });
  expect(governor.executor.effects).toEqual([]);
});

describe('a refusal', () => {
  const refusing = async (tookMs: number): Promise<CaseState | null> => {
    const governor = await inProcess();
    governor.executor.run = async () => {
      governor.clock.ms += tookMs;
      return { outcome: 'refused', detail: 'no', effectAt: null };
    };
    return (await governor.steps.execute(await governor.decide())).state;
  };

  test('in time is the target’s word on the order: work for people', async () => {
    expect(await refusing(9_000)).toMatchObject({ status: 'not_recovered', execution: { outcome: 'refused' } });
  });

  test('that comes too late says nothing of the order: it never ran, and is looked at anew', async () => {
    expect(await refusing(11_000)).toMatchObject({ status: 'analyzing', execution: { outcome: 'never_ran', detail: 'no' } });
  });
});

test('an order that is sent again after a restart and finds nobody is not called unsent: the first may be on its way', async () => {
  const governor = await inProcess();
  const { run } = governor.executor;
  governor.executor.run = () => Promise.reject(new Error('the line broke'));
  governor.executor.silent = true;
  const decided = await governor.decide();
  const { append } = governor.store.caseLog;
  // Killed before the outcome was recorded.
  governor.store.caseLog.append = (...entry) =>
    entry[2].kind === 'execution_recorded' ? Promise.reject(new Error('killed')) : append(...entry);
  await expect(governor.steps.execute(decided)).rejects.toThrow('killed');
  governor.store.caseLog.append = append;
  governor.executor.silent = false;
  governor.executor.run = async () => AWAY;
  const { state } = await governor.steps.settle(await governor.reload(decided.caseId));
  expect(state?.execution?.outcome).toBe('unknown');
  governor.executor.run = run;
  governor.clock.ms = Date.parse(state!.execution!.notAfter) + 10_000;
  expect((await governor.steps.settle(state!)).state?.execution?.outcome).toBe('never_ran');
});

test('a rollback that was not sent stays one: no cooldown keeps the next attempt from undoing what ran', async () => {
  const governor = await inProcess({ config: { cooldown_s: 300 } });
  const action = governor.catalogue.actions.get('scale_worker_pool');
  Object.assign(action ?? {}, { rollback: { action: 'restart_api_pods', parameters: { service: 'billing-batch' } } });
  governor.executor.answer = 'failed';
  await governor.steps.execute(await governor.decide());
  const failed = await governor.reload('inc-001');
  expect(failed.status).toBe('not_recovered');
  const ref = { case_id: failed.caseId, revision: 1, digest: failed.revisions[0]!.gated!.digest };
  expect(await governor.choices.rollBack({ ref, by: 'U0000LEAD', via: 'button' })).toMatchObject({ ok: true });
  governor.executor.answer = 'done';
  awayFor(governor, 2);
  const shown = await governor.show(await governor.analyse(await governor.reload('inc-001')));
  if (shown.status === 'pending_approval') await governor.approve(shown);
  await governor.steps.execute(await governor.reload('inc-001'));
  expect(await governor.reload('inc-001')).toMatchObject({ status: 'analyzing', execution: { outcome: 'not_sent' } });
  const undone = await again(governor, 'inc-001');
  expect(undone.revisions.at(-1)?.planned.origin).toBe('not_run');
  expect(undone).toMatchObject({ status: 'verifying', execution: { actionId: 'restart_api_pods', outcome: 'done' } });
  expect(governor.executor.effects.map(({ key }) => key)).toEqual(['inc-001:1', 'inc-001:3']);
});
