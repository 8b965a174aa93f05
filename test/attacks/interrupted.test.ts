import { describe, expect, test } from 'vitest';
import { nextStep } from '../../pipeline/next.ts';
import { blockingDocuments, figures } from '../fixtures/builders.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { killedAfter, startsOf } from '../fixtures/interruptions.ts';

// What follows an interruption, a wrong clock or a form: nothing of it may be a dead end, and nothing another order.

describe('an order that is sent after an interruption', () => {
  test('is the approved one: with another catalogue entry nothing goes out', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    await killedAfter(governor, 'execution_started', () => governor.steps.execute(state));
    const actions = governor.catalogue.actions as Map<string, NonNullable<ReturnType<typeof governor.catalogue.actions.get>>>;
    const action = actions.get('scale_worker_pool');
    if (action === undefined) throw new Error('no action');
    actions.set('scale_worker_pool', { ...action, target: 'workload/everything' });
    await governor.steps.settle(await governor.reload('inc-001'));
    expect(governor.executor.effects).toEqual([]);
    expect((await governor.reload('inc-001')).status).toBe('outcome_unknown');
  });

  test('an entry that left the catalogue while it ran is no dead end: nothing can be verified, people go on', async () => {
    const governor = await inProcess();
    await governor.steps.execute(await governor.decide());
    (governor.catalogue.actions as Map<string, unknown>).delete('scale_worker_pool');
    await governor.steps.verify(await governor.reload('inc-001'));
    expect(await governor.reload('inc-001')).toMatchObject({ status: 'not_recovered', recovery: { result: 'no_data' } });
  });

  test('an executor that left the installation is no dead end: a person says whether it ran', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    await killedAfter(governor, 'execution_started', () => governor.steps.execute(state));
    governor.executors.delete('sandbox');
    await governor.steps.settle(await governor.reload('inc-001'));
    expect((await governor.reload('inc-001')).status).toBe('outcome_unknown');
  });

  test('an executor that is not there starts nothing, and the case says so', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    governor.executors.delete('sandbox');
    const { state: after } = await governor.steps.execute(state);
    expect(after).toMatchObject({ status: 'failed', problem: expect.stringContaining('sandbox') });
    expect(await startsOf(governor, 'inc-001')).toEqual([]);
  });
});

describe('an executor that lies about time', () => {
  test.each([
    ['long before it was asked', '2020-01-01T00:00:00.000Z'],
    ['in the far future', '2099-01-01T00:00:00.000Z'],
  ])('an effect %s is measured where it can have been', async (_when, effectAt) => {
    const governor = await inProcess();
    governor.executor.effectAt = effectAt;
    const windows: string[] = [];
    governor.telemetry.figures = async (_service, { from }) => {
      windows.push(from);
      return figures({ error_rate: 0.01 });
    };
    const state = await governor.decide();
    await governor.steps.execute(state);
    const executed = await governor.reload('inc-001');
    expect(executed.status).toBe('verifying');
    const due = nextStep(executed, governor.config, { connectedSinceMs: 0 }, { settleS: 1, windowS: 5 });
    expect(due?.atMs).toBe(governor.clock.ms + 6_000);
    windows.length = 0;
    await governor.steps.verify(executed);
    // The whole window, and parts of it: none of them begins before the effect and the time it takes to settle.
    const earliest = new Date(governor.clock.ms + 1_000).toISOString();
    expect(windows[0]).toBe(earliest);
    expect(windows.filter((from) => from < earliest)).toEqual([]);
  });
});

describe('a crash between an entry and what follows it', () => {
  test('does not lose the cooldown: the next case of the service waits for it', async () => {
    const governor = await inProcess({ config: { cooldown_s: 300 } });
    await governor.steps.execute(await governor.decide());
    const second = await governor.decide();
    governor.world.figures = figures({ error_rate: 0.01 });
    const executed = await governor.reload('inc-001');
    await killedAfter(governor, 'verified', () => governor.steps.verify(executed));
    governor.world.figures = figures();
    await governor.steps.execute(await governor.reload(second.caseId));
    expect((await governor.reload(second.caseId)).waiting?.for).toBe('cooldown');
    expect(governor.executor.effects).toHaveLength(1);
  });
});

describe('a person’s own action', () => {
  test('a parameter that looks like a secret is refused, and repeated nowhere', async () => {
    const governor = await inProcess({ documents: blockingDocuments });
    const state = await governor.decide();
    const ref = { case_id: 'inc-001', revision: 1, digest: state.revisions[0]?.gated?.digest ?? '' };
    const secret = 'glpat-abcdefghij0123456789';
    await governor.choices.choose({ ref, by: 'U0000LEAD', via: 'modal' }, 'scale_worker_pool', { service: secret });
    const shown = await governor.show(await governor.analyse(await governor.reload('inc-001')));
    expect(shown.revisions[1]?.gated?.gate.reasons).toContain('unknown_action');
    expect(JSON.stringify(await governor.store.caseLog.read('inc-001'))).not.toContain(secret);
  });
});
