import { describe, expect, test } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import { grantsOf } from '../../pipeline/authority.ts';
import { aPlan, aRunbook, blockingDocuments, figures } from '../fixtures/builders.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { clickBody, slashBody } from '../listeners/payloads.ts';
import { GUEST, LEAD, openStage, refOf, VISITOR } from '../listeners/stage.ts';

// Bugs that users reported of systems like this one, each where it would show here.

const BLOCKED = { wrong: { contradictions: 2 } };
const refTo = (state: { caseId: string; revisions: readonly { revision: number; gated: { digest: string } | null }[] }) => ({
  case_id: state.caseId,
  revision: state.revisions.at(-1)?.revision ?? 1,
  digest: state.revisions.at(-1)?.gated?.digest ?? '',
});

describe('clicks', () => {
  test('a stranger’s refused click replaced the card for everybody: here it is told to the stranger alone, and no message changes', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const before = (await seeded.state()).materialSeq;
    for (const user of [GUEST, VISITOR])
      await stage.deliver(clickBody({ user, actionId: 'approve', value: await refOf(seeded), ts: seeded.cardTs }));
    expect(stage.told.map(({ user }) => user)).toEqual([GUEST, VISITOR]);
    expect((await seeded.state()).materialSeq).toBe(before);
    expect(stage.slack.calls.filter(({ method }) => /chat\.(update|postMessage)/.test(method))).toEqual([]);
  });

  test('an action ran before Slack was answered, so a slow one showed an error: here a click only records', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const delivered = await stage.deliver(clickBody({ user: LEAD, actionId: 'approve', value: await refOf(seeded) }));
    expect(delivered.acks).toHaveLength(1);
    expect((await stage.entries(seeded.caseId)).at(-1)?.body.kind).toBe('approved');
  });

  test('a denied call could be approved afterwards: here a rejected case stays rejected', async () => {
    const governor = await inProcess({ documents: blockingDocuments });
    const state = await governor.decide();
    await governor.append(state, {
      kind: 'rejected',
      revision: 1,
      by: 'U0000LEAD',
      via: 'button',
      event_key: null,
      reason: null,
    });
    expect(await governor.approve(await governor.reload(state.caseId))).toMatchObject({ ok: false, refusal: 'closed' });
    expect(await governor.approve(state, 'U0000LEAD', 'override')).toMatchObject({ ok: false, refusal: 'closed' });
  });

  test('a stale approval was refreshed and went on: here the button of an older plan approves nothing', async () => {
    const governor = await inProcess({ documents: blockingDocuments });
    const first = await governor.decide();
    await governor.choices.choose({ ref: refTo(first), by: 'U000OPENER', via: 'modal' }, 'scale_worker_pool', { workers: 2 });
    await governor.show(await governor.analyse(await governor.reload(first.caseId)));
    expect(await governor.approve(first)).toMatchObject({ ok: false, refusal: 'superseded' });
    expect((await governor.reload(first.caseId)).revisions.flatMap(({ approvals }) => approvals)).toEqual([]);
  });
});

describe('rules that were written down and held nowhere', () => {
  test('the number of approvers was parsed and not enforced: here one of two runs nothing, and one person counts once', async () => {
    const approvers = [{ users: ['U0000LEAD', 'U00ONCALL'], quorum: 2 }];
    const governor = await inProcess({ documents: blockingDocuments, config: { approvers } });
    const state = await governor.decide();
    await governor.approve(state);
    expect(await governor.approve(state)).toMatchObject({ ok: false, refusal: 'already_approved_by_you' });
    expect((await governor.reload(state.caseId)).status).toBe('pending_approval');
    await governor.approve(state, 'U00ONCALL');
    expect((await governor.reload(state.caseId)).status).toBe('ready_to_execute');
  });

  test('without any rule everything was allowed: here an empty list of approvers is nobody', () => {
    const { approvers } = GovernorConfig.parse({});
    const matter = { service: 'payments-api', severity: 'low' as const };
    expect(grantsOf(approvers, LEAD, new Map(), matter)).toEqual({ approve: null, override: null, release: null });
    expect(grantsOf(GovernorConfig.parse({ approvers: [{}] }).approvers, LEAD, new Map(), matter).approve).toBeNull();
  });

  test('whoever asked could approve: here neither who opened the case nor who chose its action', async () => {
    const governor = await inProcess({
      documents: blockingDocuments,
      config: { approvers: [{ users: ['U0000LEAD', 'U000OPENER'] }] },
    });
    const state = await governor.decide();
    expect(await governor.approve(state, 'U000OPENER')).toMatchObject({ ok: false, refusal: 'requester_may_not_approve' });
    const chosen = await governor.choices.choose({ ref: refTo(state), by: 'U0000LEAD', via: 'modal' }, 'scale_worker_pool', {
      workers: 3,
    });
    expect(chosen).toMatchObject({ ok: true });
    const next = await governor.show(await governor.analyse(await governor.reload(state.caseId)));
    expect(await governor.approve(next)).toMatchObject({ ok: false, refusal: 'requester_may_not_approve' });
  });
});

describe('what was kept, checked and said', () => {
  test('verification grew weaker in silence: here telemetry that is unknown blocks by its own name', async () => {
    const governor = await inProcess();
    governor.world.figures = null;
    expect((await governor.decide()).revisions[0]?.gated?.gate.reasons).toEqual(['telemetry_unknown']);
  });

  test('a blocked command was marked a success: here what was refused is not recovered, and nothing is learned', async () => {
    const governor = await inProcess();
    governor.executor.answer = 'refused';
    await governor.steps.execute(await governor.decide());
    const state = await governor.reload('inc-001');
    expect(state).toMatchObject({ status: 'not_recovered', learned: null });
    expect(await governor.store.library.counts()).toMatchObject({ runbooks: 1 });
  });

  test('one command delivered twice opened two cases: here the second answer names the first case', async () => {
    const stage = await openStage();
    const body = slashBody(VISITOR, 'billing-batch medium the queue lags', { trigger_id: 'T.same' });
    await stage.deliver(body);
    await stage.deliver(body);
    expect(await stage.store.caseLog.openCases()).toHaveLength(1);
    expect(stage.heard.at(-1)).toMatch(/was opened by this already/);
  });

  test('an answer that was lost was sent again, and ran twice: here the executor is asked by key first', async () => {
    const governor = await inProcess();
    const state = await governor.decide();
    governor.executor.after = async () => Promise.reject(new Error('the line broke'));
    await governor.steps.execute(state);
    governor.world.figures = figures({ error_rate: 0.01 });
    await governor.steps.verify(await governor.reload('inc-001'));
    expect(governor.executor.effects).toHaveLength(1);
    expect((await governor.reload('inc-001')).status).toBe('learning');
  });
});

describe('what is learned from what ran', () => {
  const remedy = 'Scaling the worker pool is the documented remedy for the queue lag';

  test('a runbook that failed was followed again and again: here each failure is counted until it helps again, and the text stays the same', async () => {
    const claims = [{ claim: remedy, document_ids: ['rbk-batch-01'] }];
    const governor = await inProcess({ plan: (id) => aPlan({ incident_id: id, key_claims: claims }) });
    await governor.steps.execute(await governor.decide());
    await governor.steps.verify(await governor.reload('inc-001'));
    const [runbook] = await governor.store.library.get(['rbk-batch-01']);
    expect(runbook).toMatchObject({ failures: 1, body: aRunbook().body });
    await governor.steps.execute(await governor.decide());
    governor.world.figures = figures({ error_rate: 0.01 });
    await governor.steps.verify(await governor.reload('inc-002'));
    expect((await governor.store.library.get(['rbk-batch-01']))[0]).not.toHaveProperty('failures');
  });
});
