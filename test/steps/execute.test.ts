import { describe, expect, test } from 'vitest';
import { createCases } from '../../pipeline/cases.ts';
import { anEvidence, aPolicy, blockingDocuments, figures } from '../fixtures/builders.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { killedAfter } from '../fixtures/interruptions.ts';

describe('what runs is what was decided', () => {
  test('a clean plan runs once, with the parameters of the card', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    expect(state.status).toBe('ready_to_execute');
    const { state: after } = await governor.steps.execute(state);
    expect(after?.status).toBe('verifying');
    expect(governor.executor.effects).toMatchObject([
      { actionId: 'scale_worker_pool', parameters: state.revisions[0]?.stressed?.stress.parameters, key: 'inc-001:1' },
    ]);
  });

  test('two workers on the same state: one starts, the other is told that it came second', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    const other = createCases({ log: governor.store.caseLog, clock: governor.clock, ids: governor.ids });
    expect((await other.load(state.caseId))?.seq).toBe(state.seq);
    const results = await Promise.all([
      governor.steps.execute(state),
      governor.steps.execute(state),
      governor.steps.execute(state),
    ]);
    expect(governor.executor.effects).toHaveLength(1);
    expect(results.filter(({ state: after }) => after !== null)).toHaveLength(1);
  });

  test('a blocked plan runs nothing before it is approved, and once after', async () => {
    const governor = await inProcess({ documents: blockingDocuments });
    const state = await governor.decide();
    expect(state.revisions[0]?.gated?.gate.reasons).toContain('contradictions');
    await expect(governor.approve(state, 'U0VISITOR')).resolves.toMatchObject({ ok: false, refusal: 'not_an_approver' });
    const approved = await governor.approve(await governor.reload(state.caseId));
    expect(approved).toMatchObject({ ok: true });
    await governor.steps.execute(await governor.reload(state.caseId));
    expect(governor.executor.effects).toHaveLength(1);
  });
});

describe('the last moment', () => {
  test('a blocked case that nobody let pass executes nothing, whoever asks the step to', async () => {
    const governor = await inProcess({ documents: blockingDocuments });
    await expect(governor.steps.execute(await governor.decide())).rejects.toMatchObject({ code: 'not_ready' });
    expect(governor.executor.effects).toEqual([]);
  });

  test('a document that changed after the card was posted voids the approval, and nothing runs', async () => {
    const governor = await inProcess({ documents: blockingDocuments });
    const state = await governor.decide();
    await governor.approve(state);
    await governor.store.library.put([
      anEvidence({ text: 'Scaling the worker pool of the queue was tried once and the backlog stayed.' }),
    ]);
    const { state: after } = await governor.steps.execute(await governor.reload(state.caseId));
    expect(after?.revisions[0]?.voided?.join()).toContain('ev-103');
    expect(after?.status).toBe('pending_approval');
    expect(governor.executor.effects).toEqual([]);
  });

  test('a policy that came after the approval voids it', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    await governor.store.library.put([aPolicy()]);
    const { state: after } = await governor.steps.execute(state);
    expect(after?.revisions[0]?.voided?.join()).toContain('pol-01');
    expect(governor.executor.effects).toEqual([]);
  });

  test('a contradiction that went away is an improvement: the approval stands', async () => {
    const governor = await inProcess({ documents: blockingDocuments });
    const state = await governor.decide();
    await governor.approve(state);
    await governor.store.library.remove('ev-901');
    const { state: after } = await governor.steps.execute(await governor.reload(state.caseId));
    expect(after?.revisions[0]?.voided ?? null).toBeNull();
    expect(governor.executor.effects).toHaveLength(1);
  });

  test('telemetry figures never void; telemetry that cannot be had does', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    governor.world.fault = new Error('telemetry is away');
    const { state: after } = await governor.steps.execute(state);
    expect(after?.revisions[0]?.voided).not.toBeNull();
    expect(governor.executor.effects).toEqual([]);
  });

  test('a service that recovered by itself is left alone, and people are asked', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    governor.world.figures = figures({ error_rate: 0.01, errors: 10 });
    const { state: after } = await governor.steps.execute(state);
    expect(after?.status).toBe('pending_approval');
    expect(governor.executor.effects).toEqual([]);
    expect(await governor.approve(after!)).toMatchObject({ ok: true });
    await governor.steps.execute(await governor.reload(state.caseId));
    expect(governor.executor.effects).toHaveLength(1);
  });

  test('a library that cannot be read is no evidence: the step fails and nothing runs', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    await governor.store.close();
    await expect(governor.steps.execute(state)).rejects.toThrow();
    expect(governor.executor.effects).toEqual([]);
  });

  test('a library that cannot catch up with its writers: the step fails and nothing runs', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    governor.store.library.fresh = () => Promise.reject(new Error('a shard is away'));
    await expect(governor.steps.execute(state)).rejects.toThrow('a shard is away');
    expect(governor.executor.effects).toEqual([]);
  });

  test('an approver who left the workspace meanwhile lets nothing run: people are asked anew', async () => {
    const governor = await inProcess({ documents: blockingDocuments });
    const state = await governor.decide();
    await governor.approve(state);
    const { person } = governor.people;
    governor.people.person = async (id) => ({ ...(await person(id)), deleted: true });
    const { state: after } = await governor.steps.execute(await governor.reload(state.caseId));
    expect(after?.revisions[0]?.voided?.join()).toMatch(/U0000LEAD .* no active person/);
    expect(after?.status).toBe('pending_approval');
    expect(governor.executor.effects).toEqual([]);
  });

  test('the approval of somebody whom the rules do not name any more lets nothing run after a restart', async () => {
    const governor = await inProcess({ documents: blockingDocuments });
    const state = await governor.decide();
    await governor.approve(state);
    const config = { approvers: [{ users: ['U0SOMEBODY'] }] };
    const after = await inProcess({ store: governor.store, clock: governor.clock, documents: [], config });
    await after.steps.execute(await after.reload(state.caseId));
    expect((await after.reload(state.caseId)).revisions[0]?.voided?.join()).toMatch(/U0000LEAD .* no such right/);
    expect(after.executor.effects).toEqual([]);
  });

  test('where Slack cannot say who the approver is, nothing runs until it can', async () => {
    const governor = await inProcess({ documents: blockingDocuments });
    const state = await governor.decide();
    await governor.approve(state);
    const { person } = governor.people;
    governor.people.person = () => Promise.reject(new Error('Slack is away'));
    const approved = await governor.reload(state.caseId);
    expect((await governor.steps.execute(approved)).retryAtMs).not.toBeNull();
    const waits = await governor.reload(state.caseId);
    expect(waits.waiting).toMatchObject({ for: 'consents_unknown', detail: 'Slack is away' });
    await governor.steps.execute(waits);
    expect((await governor.reload(state.caseId)).seq, 'said once').toBe(waits.seq);
    governor.people.person = person;
    await governor.steps.execute(waits);
    expect(governor.executor.effects).toHaveLength(1);
  });

  test('threads that were not read again since Slack was away hold everything', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    governor.threads.read = false;
    expect((await governor.steps.execute(state)).retryAtMs).not.toBeNull();
    expect(governor.executor.effects).toEqual([]);
  });
});

describe('preconditions hold without voiding anything', () => {
  const paused = { kind: 'paused' as const, by: 'U1', via: 'command' as const, reason: null };

  test('a pause holds until it is resumed, and the approval is still there', async () => {
    const governor = await inProcess({ documents: blockingDocuments });
    const state = await governor.decide();
    await governor.approve(state);
    await governor.pause.write(paused);
    await governor.steps.execute(await governor.reload(state.caseId));
    await governor.steps.execute(await governor.reload(state.caseId));
    const held = await governor.reload(state.caseId);
    expect(held.waiting?.for).toBe('paused');
    expect(held.status).toBe('ready_to_execute');
    expect(governor.executor.effects).toEqual([]);
    await governor.pause.write({ ...paused, kind: 'resumed' });
    await governor.steps.execute(held);
    expect(governor.executor.effects).toHaveLength(1);
  });

  test('a pause that came between the start and the dispatch is seen: nothing is sent', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    const { append } = governor.store.caseLog;
    governor.store.caseLog.append = async (...entry) => {
      const done = await append(...entry);
      if (entry[2].kind === 'execution_started') await governor.pause.write(paused);
      return done;
    };
    const { state: after } = await governor.steps.execute(state);
    expect(after?.execution?.outcome).toBe('not_sent');
    expect(governor.executor.effects).toEqual([]);
  });

  test('a freeze holds for its service until it is over', async () => {
    const from = new Date(0).toISOString();
    const governor = await inProcess({
      config: { freezes: [{ service: 'billing-batch', from, to: '2026-11-22T12:00:00.000Z' }] },
    });
    const state = await governor.decide();
    const result = await governor.steps.execute(state);
    expect(result.retryAtMs).toBe(Date.parse('2026-11-22T12:00:00.000Z'));
    expect(governor.executor.effects).toEqual([]);
    governor.clock.ms = Date.parse('2026-11-22T12:00:00.001Z');
    await governor.steps.execute(await governor.reload(state.caseId));
    expect(governor.executor.effects).toHaveLength(1);
  });

  test('one service, one action at a time; the second runs after the first is verified and the cooldown over', async () => {
    const governor = await inProcess({ config: { cooldown_s: 300 } });
    const first = await governor.decide();
    const second = await governor.decide();
    await governor.steps.execute(first);
    await governor.steps.execute(second);
    expect((await governor.reload(second.caseId)).waiting?.for).toBe('service_lock');
    expect(governor.executor.effects).toHaveLength(1);
    governor.world.figures = figures({ error_rate: 0.01 });
    await governor.steps.verify(await governor.reload(first.caseId));
    governor.world.figures = figures();
    const waits = await governor.steps.execute(await governor.reload(second.caseId));
    expect((await governor.reload(second.caseId)).waiting?.for).toBe('cooldown');
    governor.clock.ms = waits.retryAtMs!;
    await governor.steps.execute(await governor.reload(second.caseId));
    expect(governor.executor.effects.map(({ caseId }) => caseId)).toEqual([first.caseId, second.caseId]);
  });

  test('a case that ended with the lock in its hands loses it to the next', async () => {
    const governor = await inProcess();
    const first = await governor.decide();
    await governor.locks.take('billing-batch', first.caseId, 1);
    await governor.append(first, {
      kind: 'rejected',
      revision: 1,
      by: 'U0000LEAD',
      via: 'button',
      event_key: null,
      reason: null,
    });
    await governor.steps.execute(await governor.decide());
    expect(governor.executor.effects).toHaveLength(1);
  });
});

describe('an answer that is lost', () => {
  test('is asked for by key: the effect is found, and there is one', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    governor.executor.after = async () => {
      throw new Error('the line broke');
    };
    const { state: after } = await governor.steps.execute(state);
    expect(after?.execution).toMatchObject({ outcome: 'done' });
    expect(governor.executor.effects).toHaveLength(1);
  });

  test('before the effect: unknown, then found never to have run, then a new revision, then at most one effect', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    governor.executor.before = async () => {
      throw new Error('the line broke');
    };
    const { state: unknown } = await governor.steps.execute(state);
    expect(unknown?.status).toBe('outcome_unknown');
    governor.clock.ms = Date.parse(unknown!.execution!.notAfter) + 2_000;
    const { state: never } = await governor.steps.settle(unknown!);
    expect(never?.execution?.outcome).toBe('never_ran');
    const { state: revised } = await governor.steps.revise(never!);
    expect(revised?.revisions.at(-1)?.planned.origin).toBe('not_run');
    governor.executor.before = async () => undefined;
    await governor.steps.execute(await governor.show(await governor.analyse(revised!)));
    expect(governor.executor.effects.map(({ key }) => key)).toEqual(['inc-001:2']);
  });

  test('from an executor that takes late orders, "never seen" is never final: a person settles it', async () => {
    const governor = await inProcess();
    governor.executor.promises = { refusesLate: false, idempotentByKey: false };
    const state = await governor.decide();
    governor.executor.before = async () => {
      throw new Error('the line broke');
    };
    const { state: unknown } = await governor.steps.execute(state);
    governor.clock.ms += 3_600_000;
    expect((await governor.steps.settle(unknown!)).state).toBeNull();
    expect((await governor.reload(state.caseId)).status).toBe('outcome_unknown');
    const ref = { case_id: state.caseId, revision: 1, digest: state.revisions[0]!.gated!.digest };
    const settled = await governor.choices.settle({ ref, by: 'U0000LEAD', via: 'button' }, true);
    expect(settled).toMatchObject({ ok: true, state: { status: 'verifying' } });
  });

  test('an executor that says nothing at all leaves the outcome unknown, however long', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    governor.executor.silent = true;
    governor.executor.after = async () => {
      throw new Error('the line broke');
    };
    const { state: unknown } = await governor.steps.execute(state);
    governor.clock.ms += 3_600_000;
    expect((await governor.steps.settle(unknown!)).state).toBeNull();
    governor.executor.silent = false;
    expect((await governor.steps.settle(unknown!)).state?.execution?.outcome).toBe('done');
    expect(governor.executor.effects).toHaveLength(1);
  });

  test('interrupted before anything was sent: the same key goes out, once', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    await killedAfter(governor, 'execution_started', () => governor.steps.execute(state));
    const { state: after } = await governor.steps.settle(await governor.reload(state.caseId));
    expect(after?.execution?.outcome).toBe('done');
    expect(governor.executor.effects.map(({ key }) => key)).toEqual(['inc-001:1']);
  });

  test('a refusal or a failure of the executor is for people, never for a retry', async () => {
    for (const outcome of ['failed', 'refused'] as const) {
      const governor = await inProcess();
      governor.executor.answer = outcome;
      const { state: after } = await governor.steps.execute(await governor.decide());
      expect(after?.status).toBe('not_recovered');
    }
  });
});

describe('after the effect', () => {
  test.each<[string, ReturnType<typeof figures> | null, string]>([
    ['low figures are recovery', figures({ error_rate: 0.01 }), 'learning'],
    ['high figures are none', figures(), 'not_recovered'],
    ['no figures are none', null, 'not_recovered'],
    ['no requests are none', figures({ requests: 0, error_rate: 0 }), 'not_recovered'],
  ])('%s', async (_claim, after, status) => {
    const governor = await inProcess();
    await governor.steps.execute(await governor.decide());
    governor.world.figures = after;
    const { state } = await governor.steps.verify(await governor.reload('inc-001'));
    expect(state?.status).toBe(status);
  });

  test('telemetry that is away for a while is waited for: its outage says nothing about the service', async () => {
    const governor = await inProcess();
    await governor.steps.execute(await governor.decide());
    governor.world.fault = new Error('away');
    const { retryAtMs } = await governor.steps.verify(await governor.reload('inc-001'));
    expect(retryAtMs).not.toBeNull();
    expect((await governor.reload('inc-001')).status).toBe('verifying');
    governor.world.fault = null;
    governor.world.figures = figures({ error_rate: 0.01 });
    expect((await governor.steps.verify(await governor.reload('inc-001'))).state?.status).toBe('learning');
  });

  test('telemetry that stays away ends in no recovery, never in a resolved case', async () => {
    const governor = await inProcess();
    await governor.steps.execute(await governor.decide());
    governor.world.fault = new Error('away');
    governor.clock.ms += 3_600_000;
    for (let question = 0; question < 3; question += 1) await governor.steps.verify(await governor.reload('inc-001'));
    expect(await governor.reload('inc-001')).toMatchObject({ status: 'not_recovered', recovery: { result: 'no_data' } });
  });

  test('what was learned supports nothing and is not proposed before a person accepts it', async () => {
    const governor = await inProcess();
    await governor.steps.execute(await governor.decide());
    governor.world.figures = figures({ error_rate: 0.01 });
    await governor.steps.verify(await governor.reload('inc-001'));
    await governor.steps.learn(await governor.reload('inc-001'));
    const [learned] = await governor.store.library.get(['learned:inc-001']);
    expect(learned).toMatchObject({ kind: 'runbook', status: 'learned', from_case: 'inc-001' });
    const state = await governor.reload('inc-001');
    const ref = { case_id: 'inc-001', revision: 1, digest: state.revisions[0]!.gated!.digest };
    expect(await governor.choices.decideRunbook({ ref, by: 'U0VISITOR', via: 'button' }, 'accepted', null)).toMatchObject({
      ok: false,
      refusal: 'not_an_approver',
    });
    expect(await governor.choices.decideRunbook({ ref, by: 'U0000LEAD', via: 'button' }, 'accepted', null)).toMatchObject({
      ok: true,
    });
    expect((await governor.store.library.get(['learned:inc-001']))[0]).toMatchObject({
      status: 'accepted',
      accepted_by: 'U0000LEAD',
    });
    expect(await governor.choices.decideRunbook({ ref, by: 'U0000LEAD', via: 'button' }, 'discarded', null)).toMatchObject({
      ok: false,
      refusal: 'not_offered',
    });
  });
});

describe('a planner that does not do its work', () => {
  test('is asked as often as configured, told what was wrong, and ends as a block that offers a choice', async () => {
    const governor = await inProcess();
    governor.said.plan = 'I would restart everything.';
    const state = await governor.decide();
    expect(state.revisions[0]?.planned).toMatchObject({
      origin: 'planner_failed',
      plan: { proposed_action: 'investigate_and_escalate', key_claims: [] },
    });
    expect(state.status).toBe('pending_approval');
    const entries = await governor.store.caseLog.read(state.caseId);
    expect(entries.filter(({ body }) => body.kind === 'step_failed')).toHaveLength(governor.config.step_attempts);
    const ref = { case_id: state.caseId, revision: 1, digest: state.revisions[0]!.gated!.digest };
    const chosen = await governor.choices.choose({ ref, by: 'U0000LEAD', via: 'modal' }, 'scale_worker_pool', {});
    expect(chosen).toMatchObject({ ok: true });
    const shown = await governor.show(await governor.analyse(await governor.reload(state.caseId)));
    expect(await governor.approve(shown)).toMatchObject({ ok: false, refusal: 'requester_may_not_approve' });
    expect(governor.executor.effects).toEqual([]);
  });

  test('looking again asks the planner anew, so that a runbook added meanwhile can be found', async () => {
    const governor = await inProcess();
    governor.said.plan = 'no idea';
    const state = await governor.decide();
    governor.said.plan = null;
    const ref = { case_id: state.caseId, revision: 1, digest: state.revisions[0]!.gated!.digest };
    expect(await governor.choices.lookAgain({ ref, by: 'U0VISITOR', via: 'button' })).toMatchObject({
      ok: false,
      refusal: 'not_an_approver',
    });
    expect(await governor.choices.lookAgain({ ref, by: 'U0000LEAD', via: 'button' })).toMatchObject({
      ok: true,
      state: { status: 'analyzing', replanning: true },
    });
    expect(await governor.approve(await governor.reload(state.caseId))).toMatchObject({ ok: false });
    await governor.steps.plan(await governor.reload(state.caseId));
    const shown = await governor.show(await governor.analyse(await governor.reload(state.caseId)));
    expect(shown.revisions.at(-1)).toMatchObject({
      revision: 2,
      planned: { origin: 'look_again', plan: { proposed_action: 'scale_worker_pool' } },
    });
    expect(shown.status).toBe('ready_to_execute');
  });
});
