import { describe, expect, test } from 'vitest';
import { isClosed } from '../../pipeline/case-state.ts';
import { nextStep } from '../../pipeline/next.ts';
import { anEvidence, aPlan, aRunbook, blockingDocuments, figures } from '../fixtures/builders.ts';
import { type InProcess, inProcess } from '../fixtures/in-process.ts';
import { kindsOf, learned, ran, refTo, runbookOf, verified, verify, WELL } from '../fixtures/learning.ts';

const REMEDY = 'Scaling the worker pool is the documented remedy for the queue lag';
const CONNECTED = { connectedSinceMs: 0 };

/** The ways in which a case ends, or stands still, without having shown that its action helps. */
const ENDS: readonly [string, (governor: InProcess) => Promise<{ caseId: string }>][] = [
  ['one that nobody has decided about', (governor) => governor.decide()],
  [
    'a rejected one',
    async (governor) => {
      const state = await governor.decide();
      const by = { by: 'U0000LEAD', via: 'button' as const, event_key: null, reason: null };
      return governor.append(state, { kind: 'rejected', revision: 1, ...by });
    },
  ],
  [
    'an expired one',
    async (governor) => {
      const { caseId } = await governor.decide();
      await governor.steps.expire(await governor.reload(caseId));
      return { caseId };
    },
  ],
  [
    'one whose executor is not there',
    async (governor) => {
      governor.executors.clear();
      return approved(governor);
    },
  ],
  ['one whose action was answered with failed', (governor) => answered(governor, 'failed')],
  ['one whose action was answered with refused', (governor) => answered(governor, 'refused')],
  [
    'one whose order never arrived',
    async (governor) => {
      governor.executor.before = () => Promise.reject(new Error('nobody was reached'));
      const { caseId } = await approved(governor);
      governor.clock.ms += 600_000;
      await governor.steps.settle(await governor.reload(caseId));
      return { caseId };
    },
  ],
  [
    'one whose outcome is unknown',
    async (governor) => {
      governor.executor.silent = true;
      governor.executor.after = () => Promise.reject(new Error('the line broke'));
      return approved(governor);
    },
  ],
  ['one that did not recover', (governor) => checked(governor, figures())],
  ['one that got worse', (governor) => checked(governor, figures({ error_rate: 0.99 }))],
  ['one that nobody could measure', (governor) => checked(governor, null)],
  [
    'a critical one that was overridden and did not recover',
    async (governor) => {
      const { caseId } = await ran(governor, { severity: 'critical' });
      return verify(governor, caseId, figures());
    },
  ],
];

const approved = (governor: InProcess) => ran(governor);
const checked = async (governor: InProcess, after: ReturnType<typeof figures> | null) =>
  verify(governor, (await ran(governor)).caseId, after);
async function answered(governor: InProcess, answer: 'failed' | 'refused') {
  governor.executor.answer = answer;
  return ran(governor);
}

describe('a case that did not recover teaches nothing', () => {
  test.each(ENDS)('%s', async (_what, end) => {
    const governor = await inProcess({ documents: blockingDocuments });
    const before = await governor.store.library.counts();
    const { caseId } = await end(governor);
    const state = await governor.reload(caseId);
    expect(state.recovery?.result).not.toBe('recovered');
    expect(state.learned).toBeNull();
    expect(nextStep(state, governor.config, CONNECTED, null)?.step).not.toBe('learn');
    expect(await governor.store.library.counts()).toEqual(before);
    expect(await runbookOf(governor, state)).toBeUndefined();
    expect((await kindsOf(governor, state)).filter((kind) => kind.startsWith('learn'))).toEqual([]);
  });
});

describe('a case that recovered', () => {
  test.each(['medium', 'critical'] as const)('teaches a runbook that waits to be accepted (%s)', async (severity) => {
    const governor = await inProcess({ documents: blockingDocuments });
    const state = await learned(governor, { severity });
    expect(state).toMatchObject({ status: 'resolved', learned: { title: 'What helped', decision: null, kept: true } });
    expect(await runbookOf(governor, state)).toMatchObject({
      status: 'learned',
      service: 'billing-batch',
      recommended_action: 'scale_worker_pool',
      title: 'What helped',
      body: 'More workers helped.',
      from_case: state.caseId,
    });
  });

  test('after a lost answer teaches once a person has seen that it ran', async () => {
    const governor = await inProcess({ documents: blockingDocuments });
    governor.executor.silent = true;
    governor.executor.after = () => Promise.reject(new Error('the line broke'));
    const unknown = await ran(governor);
    await governor.choices.settle({ ref: refTo(unknown), by: 'U0000LEAD', via: 'button' }, true);
    expect((await verify(governor, unknown.caseId, WELL)).status).toBe('learning');
  });

  test('that was well before the action ran says nothing about the action', async () => {
    const governor = await inProcess({ documents: blockingDocuments });
    governor.world.figures = WELL;
    const state = await governor.decide();
    await governor.approve(state);
    await governor.steps.execute(await governor.reload(state.caseId));
    await verify(governor, state.caseId, WELL);
    await governor.steps.learn(await governor.reload(state.caseId));
    const after = await governor.reload(state.caseId);
    expect(after).toMatchObject({ status: 'resolved', learned: null, problem: expect.stringContaining('well before') });
    expect(await runbookOf(governor, after)).toBeUndefined();
  });

  test('by a rollback teaches no remedy: it only undid what the case itself had done', async () => {
    const governor = await inProcess();
    const first = await verified(governor, WELL);
    const plan = aPlan({ incident_id: first.caseId });
    const origin = { origin: 'rollback' as const, plan, planner: 'catalogue', chosen_by: 'U0000LEAD', differences: [] };
    const [ranAs] = first.revisions;
    const rolledBack = ranAs && { ...first, revisions: [{ ...ranAs, planned: { ...ranAs.planned, ...origin } }] };
    await governor.steps.learn(rolledBack ?? first);
    expect(await governor.reload(first.caseId)).toMatchObject({ learned: null, problem: expect.stringContaining('rollback') });
  });

  test('by what was learned and accepted before asks nobody a second time', async () => {
    const known = aRunbook({ id: 'learned:inc-900', from_case: 'inc-900', status: 'accepted' });
    const key_claims = [{ claim: REMEDY, document_ids: [known.id] }];
    const governor = await inProcess({
      documents: [known, anEvidence()],
      plan: (id) => aPlan({ incident_id: id, key_claims }),
    });
    const state = await learned(governor);
    expect(state).toMatchObject({ status: 'resolved', learned: null, problem: expect.stringContaining(known.id) });
  });
});

describe('a planner that cannot say what was learned', () => {
  test('is asked again, and what it says then counts', async () => {
    const governor = await inProcess();
    const { caseId } = await verified(governor, WELL);
    const answers = ['not JSON', JSON.stringify({ title: 'x', body: 'y', status: 'accepted' })];
    const { summarise } = governor.planner;
    governor.planner.summarise = async (...asked) => {
      const given = await summarise(...asked);
      return { ...given, text: answers.shift() ?? given.text };
    };
    for (let round = 0; round < 3; round += 1) await governor.steps.learn(await governor.reload(caseId));
    const state = await governor.reload(caseId);
    expect(state).toMatchObject({ status: 'resolved', learned: { title: 'What helped' }, problem: null });
    expect((await kindsOf(governor, state)).filter((kind) => kind === 'step_failed')).toHaveLength(2);
  });

  test('fails for good after as many tries as any step has, and the case is resolved all the same', async () => {
    const governor = await inProcess();
    const { caseId } = await verified(governor, WELL);
    governor.planner.summarise = () => Promise.reject(new Error('the model is away'));
    for (let round = 0; !isClosed(await governor.reload(caseId)) && round < 10; round += 1)
      await governor.steps.learn(await governor.reload(caseId));
    const state = await governor.reload(caseId);
    expect(state).toMatchObject({ status: 'resolved', learned: null, problem: 'the model is away' });
    const tried = (await kindsOf(governor, state)).filter((kind) => kind === 'step_failed');
    expect(tried).toHaveLength(governor.config.step_attempts);
  });
});

test('of two processes that learn from one case at once the library holds what the log says', async () => {
  const governor = await inProcess();
  const { caseId } = await verified(governor, WELL);
  const before = await governor.reload(caseId);
  const { summarise } = governor.planner;
  let said = 0;
  governor.planner.summarise = async (...asked) => {
    said += 1;
    const body = `version ${said}`;
    return { ...(await summarise(...asked)), text: JSON.stringify({ title: 'What helped', body }) };
  };
  const { put } = governor.store.library;
  const second = Promise.withResolvers<void>();
  // The later writer is the one whose entry comes too late.
  governor.store.library.put = async (documents) => {
    if (JSON.stringify(documents).includes('version 1')) await second.promise;
    return put(documents);
  };
  const slow = governor.steps.learn(before);
  await governor.steps.learn(before);
  second.resolve();
  await slow;
  const state = await governor.reload(caseId);
  expect(state.learned?.text).toBe('version 2');
  expect(await runbookOf(governor, state)).toMatchObject({ body: 'version 2', status: 'learned' });
});
