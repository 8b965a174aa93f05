import { describe, expect, test } from 'vitest';
import type { DecisionKind } from '../../contracts/entry-words.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { nextStep } from '../../pipeline/next.ts';
import { anAnswer, anEvidence, aPolicy, aRunbook, blockingDocuments } from '../fixtures/builders.ts';
import { type InProcess, inProcess } from '../fixtures/in-process.ts';
import { killedAfter, startsOf } from '../fixtures/interruptions.ts';

// Ways by which something could run a second time, too late, or otherwise than it was shown.

const paused = { kind: 'paused' as const, by: 'U1', via: 'command' as const, reason: null };
const resumed = { ...paused, kind: 'resumed' as const };

const act = (governor: InProcess, state: CaseState, kind: DecisionKind) =>
  governor.decisions.record({
    kind,
    caseId: state.caseId,
    revision: null,
    digest: null,
    by: 'U0000LEAD',
    via: 'command',
    eventKey: null,
    reason: null,
  });

const dueOf = (governor: InProcess, state: CaseState) => nextStep(state, governor.config, { connectedSinceMs: 0 }, null)?.step;

describe('a second execution of one revision', () => {
  test('is not had by holding and releasing a case whose action did not help', async () => {
    const governor = await inProcess();
    await governor.steps.execute(await governor.decide());
    await governor.steps.verify(await governor.reload('inc-001'));
    const ended = await governor.reload('inc-001');
    expect(ended.status).toBe('not_recovered');
    expect(await act(governor, ended, 'hold')).toMatchObject({ ok: false });
    await act(governor, ended, 'release');
    const after = await governor.reload('inc-001');
    expect(after.status).toBe('not_recovered');
    expect(dueOf(governor, after)).toBeUndefined();
    expect(governor.executor.effects).toHaveLength(1);
  });

  test('is not had by holding and releasing a case whose order was not sent', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    await killedAfter(governor, 'execution_started', () => governor.steps.execute(state));
    governor.clock.ms += 60_000;
    await governor.steps.settle(await governor.reload('inc-001'));
    expect((await governor.reload('inc-001')).execution?.outcome).toBe('never_ran');
    await act(governor, state, 'hold');
    await act(governor, state, 'release');
    const after = await governor.reload('inc-001');
    expect(dueOf(governor, after)).toBe('revise');
    await expect(governor.steps.execute({ ...after, status: 'ready_to_execute' })).rejects.toThrow();
    expect(await startsOf(governor, 'inc-001')).toEqual([1]);
    expect(governor.executor.effects).toEqual([]);
  });
});

describe('an approval that is over', () => {
  test('runs nothing: a pause outlasts it, and the case expires when it is resumed', async () => {
    const governor = await inProcess({ documents: blockingDocuments, config: { approval_expiry_s: 60 } });
    const state = await governor.decide();
    expect(await governor.approve(state)).toMatchObject({ ok: true });
    await governor.pause.write(paused);
    await governor.steps.execute(await governor.reload('inc-001'));
    governor.clock.ms += 61_000;
    await governor.pause.write(resumed);
    const { state: after } = await governor.steps.execute(await governor.reload('inc-001'));
    expect(after?.status).toBe('expired');
    expect(governor.executor.effects).toEqual([]);
  });

  test('is noticed in time, also where the wait itself would last much longer', async () => {
    const governor = await inProcess({
      config: {
        approval_expiry_s: 60,
        freezes: [{ service: '*', from: '2026-01-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' }],
      },
    });
    const state = await governor.decide();
    const { retryAtMs } = await governor.steps.execute(state);
    expect(retryAtMs).toBe(governor.clock.ms + 60_000);
    governor.clock.ms += 60_000;
    expect((await governor.steps.execute(await governor.reload('inc-001'))).state?.status).toBe('expired');
  });

  test('ends while evidence is read for the last time: the effect does not begin behind it', async () => {
    const governor = await inProcess({ documents: blockingDocuments, config: { approval_expiry_s: 60 } });
    const state = await governor.decide();
    await governor.approve(state);
    const { policies } = governor.store.library;
    governor.store.library.policies = async (service) => {
      governor.clock.ms += 61_000;
      return policies(service);
    };
    await governor.steps.execute(await governor.reload('inc-001'));
    expect(governor.executor.effects).toEqual([]);
    expect(await startsOf(governor, 'inc-001')).toEqual([]);
  });

  test('bounds the order: the executor may not begin later than the approval lasts', async () => {
    const governor = await inProcess({ documents: blockingDocuments, config: { approval_expiry_s: 60, dispatch_s: 10 } });
    const state = await governor.decide();
    await governor.approve(state);
    governor.clock.ms += 58_000;
    await governor.steps.execute(await governor.reload('inc-001'));
    const [order] = governor.executor.effects;
    expect(Date.parse(order?.notAfter ?? '')).toBe(governor.clock.ms + 2_000);
  });
});

describe('what begins to forbid while an order is on its way', () => {
  test('a freeze bounds the order: the executor may not begin inside it', async () => {
    const from = '2026-11-22T10:00:05.000Z';
    const governor = await inProcess({
      config: { freezes: [{ service: 'billing-batch', from, to: '2027-01-01T00:00:00.000Z' }] },
    });
    await governor.steps.execute(await governor.decide());
    const [order] = governor.executor.effects;
    expect(Date.parse(order?.notAfter ?? '')).toBeLessThan(Date.parse(from));
  });

  test('an absolute policy whose hours begin after the approval forbids, also where the planner had named it before', async () => {
    const nightly = aPolicy({ id: 'pol-night', absolute: true, window: { from: '10:05', to: '18:00' } });
    const governor = await inProcess({
      documents: [anEvidence(), aRunbook(), nightly],
      answer: (id) => anAnswer({ incident_id: id, policy_conflicts: ['pol-night'] }),
    });
    const state = await governor.decide();
    expect(state.revisions[0]?.gated?.gate.reasons).toEqual(['policy_conflict']);
    expect(await governor.approve(state)).toMatchObject({ ok: true });
    governor.clock.ms = Date.parse('2026-11-22T10:06:00.000Z');
    await governor.steps.execute(await governor.reload('inc-001'));
    expect(governor.executor.effects).toEqual([]);
    expect((await governor.reload('inc-001')).revisions[0]?.voided?.join()).toContain('pol-night');
  });

  test('Slack that goes away while evidence is read for the last time: somebody may be saying HOLD, nothing starts', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    const { policies } = governor.store.library;
    governor.store.library.policies = async (service) => {
      governor.threads.read = false;
      return policies(service);
    };
    expect((await governor.steps.execute(state)).retryAtMs).not.toBeNull();
    expect(governor.executor.effects).toEqual([]);
    expect(await startsOf(governor, 'inc-001')).toEqual([]);
  });
});
