import { describe, expect, test } from 'vitest';
import type { Running } from '../../pipeline/ports.ts';
import { anEvidence, aRunbook, figures } from '../fixtures/builders.ts';
import { inProcess } from '../fixtures/in-process.ts';

type Governor = Awaited<ReturnType<typeof inProcess>>;
const UNDER_WAY: Running = { outcome: 'running', detail: 'half of it' };

/** An executor that takes orders and ends them later, when the test says so. */
function slowly(governor: Governor): { end(outcome: 'done' | 'failed'): void } {
  const { run, status } = governor.executor;
  const job = { ended: null as 'done' | 'failed' | null };
  governor.executor.run = async (order) => {
    await run(order);
    return UNDER_WAY;
  };
  governor.executor.status = async (key, order) => {
    const seen = await status(key, order);
    if (!seen.seen) return seen;
    if (job.ended === null) return { seen: true, ...UNDER_WAY };
    return { seen: true, outcome: job.ended, detail: seen.detail, effectAt: null };
  };
  return {
    end: (outcome) => {
      job.ended = outcome;
    },
  };
}

async function unknownCase(change: Parameters<typeof inProcess>[0] = {}) {
  const governor = await inProcess(change);
  const action = governor.catalogue.actions.get('scale_worker_pool');
  Object.assign(action ?? {}, { rollback: { action: 'restart_api_pods', parameters: {} } });
  governor.executor.silent = true;
  governor.executor.after = async () => {
    throw new Error('the line broke');
  };
  const { state } = await governor.steps.execute(await governor.decide());
  expect(state?.status).toBe('outcome_unknown');
  governor.executor.after = async () => undefined;
  const unknown = await governor.reload('inc-001');
  const steer = {
    ref: { case_id: unknown.caseId, revision: 1, digest: unknown.revisions[0]!.gated!.digest },
    by: 'U0000LEAD',
    via: 'button' as const,
  };
  return { governor, unknown, steer };
}

describe('an order that takes its time', () => {
  test('is asked for until it has ended, and is sent once', async () => {
    const governor = await inProcess();
    const job = slowly(governor);
    const first = await governor.steps.execute(await governor.decide());
    expect(first.retryAtMs).toBe(governor.clock.ms + 250);
    expect((await governor.reload('inc-001')).status).toBe('executing');
    governor.clock.ms += 60_000;
    const waits = await governor.steps.settle(await governor.reload('inc-001'));
    expect(waits).toEqual({ state: null, retryAtMs: governor.clock.ms + 5_000 });
    job.end('done');
    const { state } = await governor.steps.settle(await governor.reload('inc-001'));
    expect(state?.status).toBe('verifying');
    expect(governor.executor.effects).toHaveLength(1);
  });

  test('that fails in the end is for people', async () => {
    const governor = await inProcess();
    const job = slowly(governor);
    await governor.steps.execute(await governor.decide());
    job.end('failed');
    expect((await governor.steps.settle(await governor.reload('inc-001'))).state?.status).toBe('not_recovered');
  });

  test('that takes longer than anything should is told to people, and still found when it ends', async () => {
    const governor = await inProcess({ config: { execution_s: 100 } });
    const job = slowly(governor);
    await governor.steps.execute(await governor.decide());
    governor.clock.ms += 100_000;
    const { state } = await governor.steps.settle(await governor.reload('inc-001'));
    expect(state?.execution).toMatchObject({ outcome: 'unknown', detail: 'still under way after 100 s: half of it' });
    expect((await governor.steps.settle(state!)).state).toBeNull();
    job.end('done');
    expect((await governor.steps.settle(state!)).state?.status).toBe('verifying');
    expect(governor.executor.effects).toHaveLength(1);
  });
});

describe('a target that nobody has observed', () => {
  // Nothing in the library is of one service, so that only telemetry can tell of it.
  const documents = [anEvidence({ service: '*' }), aRunbook({ service: '*' })];
  const unmeasured = async () => {
    const governor = await inProcess({ documents });
    governor.world.figures = null;
    return governor;
  };

  test('blocks the plan, and no approval passes it', async () => {
    const governor = await unmeasured();
    const state = await governor.decide({ service: 'billing-bacth' });
    expect(state.revisions[0]?.stressed?.stress.parameter_problems).toEqual([
      '`billing-bacth` is no service that anything has observed',
    ]);
    expect(state.revisions[0]?.gated?.gate.reasons).toContain('unknown_action');
    expect(await governor.approve(state)).toMatchObject({ ok: false, refusal: 'nothing_passes' });
    expect(governor.executor.effects).toEqual([]);
  });

  test('that cannot be asked for keeps the order waiting, and it runs when telemetry is back', async () => {
    const governor = await unmeasured();
    const { services } = governor.telemetry;
    const state = await governor.decide();
    expect(state.revisions[0]?.gated?.gate.reasons).toEqual(['telemetry_unknown']);
    expect(await governor.approve(state)).toMatchObject({ ok: true });
    governor.telemetry.services = () => Promise.reject(new Error('telemetry is away'));
    const waits = await governor.steps.execute(await governor.reload(state.caseId));
    expect(waits.state).toBeNull();
    const held = await governor.reload(state.caseId);
    expect(held.waiting).toMatchObject({ for: 'target_unobserved', detail: expect.stringContaining('telemetry is away') });
    expect(governor.executor.effects).toEqual([]);
    governor.telemetry.services = services;
    await governor.steps.execute(held);
    expect(governor.executor.effects).toHaveLength(1);
  });

  test.each<[string, () => Promise<string[]>]>([
    ['whatever telemetry lists', async () => ['billing-batch']],
    ['where the list cannot be had', () => Promise.reject(new Error('telemetry is away'))],
  ])('is no such target where there are figures of it, %s', async (_how, services) => {
    const governor = await inProcess({ documents });
    governor.telemetry.services = services;
    const state = await governor.decide({ service: 'billing-bacth' });
    expect(state.status).toBe('ready_to_execute');
    await governor.steps.execute(state);
    expect(governor.executor.effects).toHaveLength(1);
  });
});

describe('only so many executions start within a window', () => {
  test('the next waits until one has left it, and keeps its approval', async () => {
    const governor = await inProcess({ config: { blast_radius: { window_s: 3_600, executions_max: 1 } } });
    const startedMs = governor.clock.ms;
    const first = await governor.decide();
    const second = await governor.decide();
    await governor.steps.execute(first);
    governor.world.figures = figures({ error_rate: 0.01 });
    await governor.steps.verify(await governor.reload(first.caseId));
    governor.world.figures = figures();
    const waits = await governor.steps.execute(await governor.reload(second.caseId));
    expect((await governor.reload(second.caseId)).waiting?.for).toBe('blast_radius');
    expect(governor.executor.effects).toHaveLength(1);
    expect(waits.retryAtMs).toBeGreaterThanOrEqual(startedMs + 3_600_000);
    governor.clock.ms = waits.retryAtMs!;
    await governor.steps.execute(await governor.reload(second.caseId));
    expect(governor.executor.effects).toHaveLength(2);
  });

  test('a case that waits for a place has given the lock of its service back', async () => {
    const governor = await inProcess({ config: { blast_radius: { per_service_max: 1 } } });
    const first = await governor.decide();
    const second = await governor.decide();
    await governor.steps.execute(first);
    governor.world.figures = figures({ error_rate: 0.01 });
    await governor.steps.verify(await governor.reload(first.caseId));
    governor.world.figures = figures();
    await governor.steps.execute(await governor.reload(second.caseId));
    expect((await governor.locks.look('billing-batch')).holder).toBeNull();
  });
});

describe('an unknown outcome is rolled back as a revision of its own', () => {
  test('it is decided anew, keeps the lock, waits until nothing can come late, and runs once', async () => {
    const { governor, unknown, steer } = await unknownCase();
    const asked = await governor.choices.rollBack(steer);
    expect(asked).toMatchObject({ ok: true });
    const planned = await governor.reload(unknown.caseId);
    expect(planned.revisions.at(-1)?.planned.origin).toBe('rollback');
    expect(planned.execution?.outcome).toBe('unknown');
    expect(await governor.locks.take('billing-batch', 'another-case', 1)).toMatchObject({ ok: false, holder: unknown.caseId });

    const shown = await governor.show(await governor.analyse(planned));
    expect(await governor.approve(shown), 'whoever asked for it may not let it run').toMatchObject({ ok: false });
    await governor.approve(await governor.reload(unknown.caseId), 'U000SECOND');
    const ready = await governor.reload(unknown.caseId);
    const waits = await governor.steps.execute(ready);
    expect((await governor.reload(unknown.caseId)).waiting?.for).toBe('late_effect');
    expect(governor.executor.effects).toHaveLength(1);
    governor.executor.silent = false;
    governor.clock.ms = waits.retryAtMs!;
    await governor.steps.execute(await governor.reload(unknown.caseId));
    expect(governor.executor.effects.map(({ key }) => key)).toEqual(['inc-001:1', 'inc-001:2']);
    expect(governor.executor.effects[1]?.actionId).not.toBe(governor.executor.effects[0]?.actionId);
  });

  test('by an approver alone', async () => {
    const { governor, steer } = await unknownCase();
    expect(await governor.choices.rollBack({ ...steer, by: 'U0VISITOR' })).toMatchObject({
      ok: false,
      refusal: 'not_an_approver',
    });
  });

  test('a case that was closed gives the lock back, whatever was unknown', async () => {
    const { governor, unknown, steer } = await unknownCase();
    expect(await governor.choices.rollBack(steer)).toMatchObject({ ok: true });
    const now = await governor.reload(unknown.caseId);
    await governor.append(now, { kind: 'rejected', revision: 2, by: 'U0000LEAD', via: 'button', event_key: null, reason: null });
    expect(await governor.locks.take('billing-batch', 'another-case', 1)).toEqual({ ok: true });
  });
});
