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
/** As long as a dispatch lasts: one attempt, and its time is over. */
const WHOLE_MS = 10_000;

/** Nobody takes this many orders; each attempt takes its time. */
function awayFor(governor: Governor, attempts: number, tookMs = TRY_MS): { made: () => number } {
  const { run } = governor.executor;
  let made = 0;
  governor.executor.run = async (order) => {
    made += 1;
    if (made > attempts) return run(order);
    governor.clock.ms += tookMs;
    return AWAY;
  };
  return { made: () => made };
}

/** Stressed, decided, shown and carried out; whoever it needs approves it. */
async function play(governor: Governor, caseId: string): Promise<CaseState> {
  const shown = await governor.show(await governor.analyse(await governor.reload(caseId)));
  if (shown.status === 'pending_approval') await governor.approve(shown, 'U000SECOND');
  await governor.steps.execute(await governor.reload(caseId));
  return governor.reload(caseId);
}

/** What never ran comes back as a new revision. */
async function again(governor: Governor, caseId: string): Promise<CaseState> {
  await governor.steps.revise(await governor.reload(caseId));
  return play(governor, caseId);
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

  test('is work for people after a few times in a row, who may look again or choose and have nothing to roll back', async () => {
    const governor = await inProcess();
    const action = governor.catalogue.actions.get('scale_worker_pool');
    Object.assign(action ?? {}, { rollback: { action: 'restart_api_pods', parameters: {} } });
    awayFor(governor, Number.POSITIVE_INFINITY, WHOLE_MS);
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
    const inVain = await governor.store.caseLog.read(state.caseId, 0);
    expect(await governor.choices.lookAgain(steer)).toMatchObject({ ok: true, state: { status: 'analyzing' } });
    expect((await governor.store.caseLog.read(state.caseId, 0)).length).toBe(inVain.length + 1);
  });

  test('leaves the choice of another action as well', async () => {
    const governor = await inProcess();
    awayFor(governor, Number.POSITIVE_INFINITY, WHOLE_MS);
    await governor.steps.execute(await governor.decide());
    let state = await governor.reload('inc-001');
    for (let round = 1; round < UNRUN_MAX; round += 1) state = await again(governor, state.caseId);
    const ref = { case_id: state.caseId, revision: state.revisions.length, digest: state.revisions.at(-1)!.gated!.digest };
    const steer = { ref, by: 'U0000LEAD', via: 'button' as const };
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

test('a case that somebody settled between two attempts gets no further one: its next revision may be running', async () => {
  const governor = await inProcess();
  const attempts = awayFor(governor, 1);
  const { run } = governor.executor;
  governor.executor.run = async (order) => {
    const answer = await run(order);
    const now = await governor.reload('inc-001');
    const { revision, key } = now.execution!;
    await governor.append(now, {
      kind: 'execution_recorded',
      revision,
      key,
      outcome: 'never_ran',
      detail: 'a person saw that it did not run',
      effect_at: null,
      settled_by: 'U0000LEAD',
    });
    return answer;
  };
  const result = await governor.steps.execute(await governor.decide());
  expect([attempts.made(), result.state, governor.executor.effects]).toEqual([1, null, []]);
  expect((await governor.reload('inc-001')).execution).toMatchObject({ outcome: 'never_ran' });
});

test('a lock that another revision has by now stops the order', async () => {
  const governor = await inProcess();
  const attempts = awayFor(governor, 1);
  const { look } = governor.locks;
  let looks = 0;
  governor.locks.look = async (service) => {
    const now = await look(service);
    if (attempts.made() === 0 || now.holder === null) return now;
    looks += 1;
    return { ...now, holder: { ...now.holder, revision: 2 } };
  };
  const { state } = await governor.steps.execute(await governor.decide());
  expect([attempts.made(), looks]).toEqual([1, 1]);
  expect(state?.execution).toMatchObject({ outcome: 'not_sent', detail: 'the lock of the service was taken over' });
});

test('a switch that cannot be read between two attempts costs one of them and nothing else', async () => {
  const governor = await inProcess();
  const attempts = awayFor(governor, 1);
  const { read } = governor.pause;
  let faults = 0;
  governor.pause.read = () => {
    if (attempts.made() !== 1 || faults > 0) return read();
    faults += 1;
    return Promise.reject(new Error('the store is busy'));
  };
  const { state } = await governor.steps.execute(await governor.decide());
  expect([faults, state?.status, governor.executor.effects.length]).toEqual([1, 'verifying', 1]);
});

test('a process that is ended between two attempts leaves the order unsent, and says so', async () => {
  const governor = await inProcess();
  const attempts = awayFor(governor, Number.POSITIVE_INFINITY);
  const { run } = governor.executor;
  governor.executor.run = (order) => {
    governor.threads.stopping = true;
    return run(order);
  };
  const { state } = await governor.steps.execute(await governor.decide());
  expect(attempts.made()).toBe(1);
  expect(state).toMatchObject({ status: 'analyzing', execution: { outcome: 'not_sent' } });
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

test('a refusal that is only read later is the target’s word all the same', async () => {
  const governor = await inProcess();
  governor.executor.run = async () => ({ outcome: 'running', detail: 'somebody looks at it' });
  governor.executor.status = async () => ({ seen: true, outcome: 'refused', detail: 'no, said a person', effectAt: null });
  await governor.steps.execute(await governor.decide());
  governor.clock.ms += 60_000;
  const { state } = await governor.steps.settle(await governor.reload('inc-001'));
  expect(state).toMatchObject({ status: 'not_recovered', execution: { outcome: 'refused', detail: 'no, said a person' } });
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

describe('a rollback', () => {
  const steer = (state: CaseState) => ({
    ref: { case_id: state.caseId, revision: state.revisions.length, digest: state.revisions.at(-1)!.gated!.digest },
    by: 'U0000LEAD',
    via: 'button' as const,
  });

  /** A case whose action failed, with its rollback planned, while nobody takes so many orders. */
  const undoing = async (attempts: number, tookMs?: number): Promise<Governor> => {
    const governor = await inProcess({ config: { cooldown_s: 300 } });
    const action = governor.catalogue.actions.get('scale_worker_pool');
    Object.assign(action ?? {}, { rollback: { action: 'restart_api_pods', parameters: { service: 'billing-batch' } } });
    governor.executor.answer = 'failed';
    await governor.steps.execute(await governor.decide());
    const failed = await governor.reload('inc-001');
    expect(failed.status).toBe('not_recovered');
    expect(await governor.choices.rollBack(steer(failed))).toMatchObject({ ok: true });
    governor.executor.answer = 'done';
    awayFor(governor, attempts, tookMs);
    return governor;
  };

  const UNDONE = { status: 'verifying', execution: { actionId: 'restart_api_pods', outcome: 'done' }, ranBefore: true };

  test('that was not sent stays one: no cooldown keeps the next attempt from undoing what ran', async () => {
    const governor = await undoing(2);
    expect(await play(governor, 'inc-001')).toMatchObject({ status: 'analyzing', execution: { outcome: 'not_sent' } });
    const undone = await again(governor, 'inc-001');
    expect(undone.revisions.at(-1)?.planned.origin).toBe('not_run');
    expect(undone).toMatchObject(UNDONE);
    expect(governor.executor.effects.map(({ key }) => key)).toEqual(['inc-001:1', 'inc-001:3']);
  });

  test('that could not be sent so often is offered again, and is a rollback still', async () => {
    const governor = await undoing(UNRUN_MAX, WHOLE_MS);
    let state = await play(governor, 'inc-001');
    for (let round = 1; round < UNRUN_MAX; round += 1) state = await again(governor, state.caseId);
    expect(state).toMatchObject({ status: 'not_recovered', execution: { outcome: 'not_sent' }, ranBefore: true });
    expect(await governor.choices.lookAgain(steer(state))).toMatchObject({ ok: true });
    expect(await play(governor, 'inc-001')).toMatchObject(UNDONE);
  });
});
