import { describe, expect, test } from 'vitest';
import { type CaseState, isToBeKept } from '../../pipeline/case-state.ts';
import { nextStep } from '../../pipeline/next.ts';
import { isOpen } from '../../pipeline/showing.ts';
import { aPlan } from '../fixtures/builders.ts';
import { type InProcess, inProcess } from '../fixtures/in-process.ts';
import { killedAfter } from '../fixtures/interruptions.ts';
import { kindsOf, learned, refTo, runbookOf, sayOf } from '../fixtures/learning.ts';

const REMEDY = 'Scaling the worker pool is the documented remedy for the queue lag';
const EDIT = { title: 'Scale the workers', body: 'Scale the worker pool to eight.' };

const decisionsIn = async (governor: InProcess, state: { caseId: string }): Promise<unknown[]> =>
  (await governor.store.caseLog.read(state.caseId)).flatMap(({ body }) =>
    body.kind === 'learning_decided' ? [{ decision: body.decision, by: body.by }] : [],
  );

async function waiting(config: Record<string, unknown> = {}) {
  const governor = await inProcess({ config });
  return { governor, state: await learned(governor) };
}

describe('a learned runbook', () => {
  test('is accepted with the words that its card shows, whatever the library holds by then', async () => {
    const { governor, state } = await waiting();
    const stored = await runbookOf(governor, state);
    if (stored?.kind !== 'runbook') throw new Error('nothing was learned');
    await governor.store.library.put([
      { ...stored, service: '*', body: 'Fail over every database.', recommended_action: 'restart_api_pods' },
    ]);
    await sayOf(governor, state, 'accepted');
    expect(await runbookOf(governor, state)).toMatchObject({
      status: 'accepted',
      accepted_by: 'U0000LEAD',
      service: 'billing-batch',
      body: 'More workers helped.',
      recommended_action: 'scale_worker_pool',
    });
  });

  test('is accepted with the words of the person who edited it, without secrets and without what nobody sees', async () => {
    const { governor, state } = await waiting();
    const body = 'Scale\u202e to \u200btwelve; password=hunter2hunter2';
    await sayOf(governor, state, 'edited', { words: { title: ' Scale\u0000 it ', body } });
    const stored = await runbookOf(governor, state);
    expect(stored).toMatchObject({ status: 'accepted', title: 'Scale  it', body: 'Scale to twelve; password=[redacted]' });
    expect(await governor.reload(state.caseId)).toMatchObject({ learned: { decision: 'edited', title: 'Scale  it' } });
    expect(JSON.stringify(await governor.store.caseLog.read(state.caseId))).not.toContain('hunter2');
  });

  test('keeps words where an edit leaves none, and is cut to what a document may hold', async () => {
    const { governor, state } = await waiting();
    await sayOf(governor, state, 'edited', { words: { title: '\u200b', body: 'x '.repeat(100_000) } });
    const stored = await runbookOf(governor, state);
    expect(stored).toMatchObject({ title: 'What helped' });
    expect(stored?.kind === 'runbook' && stored.body.length).toBe(20_000);
  });

  test.each(['accepted', 'edited', 'discarded'] as const)('that was %s takes no second word', async (decision) => {
    const { governor, state } = await waiting();
    await sayOf(governor, state, decision, { words: decision === 'edited' ? EDIT : null });
    const stored = await runbookOf(governor, state);
    for (const again of ['accepted', 'discarded', 'edited'] as const)
      expect(await sayOf(governor, state, again, { words: EDIT })).toEqual({ ok: false, refusal: 'not_offered' });
    expect(await decisionsIn(governor, state)).toEqual([{ decision, by: 'U0000LEAD' }]);
    expect(await runbookOf(governor, state)).toEqual(stored);
  });

  test('is decided about once where several people do at the same moment, and the library follows the one that counted', async () => {
    const approvers = [{ users: ['U0000LEAD', 'U00ONCALL', 'U0000THIRD'] }];
    const { governor, state } = await waiting({ approvers });
    const done = await Promise.all([
      sayOf(governor, state, 'accepted', { by: 'U0000LEAD' }),
      sayOf(governor, state, 'discarded', { by: 'U00ONCALL' }),
      sayOf(governor, state, 'edited', { by: 'U0000THIRD', words: EDIT }),
    ]);
    expect(done.filter(({ ok }) => ok)).toHaveLength(1);
    const [counted] = (await decisionsIn(governor, state)) as { decision: string; by: string }[];
    expect(await decisionsIn(governor, state)).toHaveLength(1);
    expect(await runbookOf(governor, state)).toMatchObject({
      status: counted?.decision === 'discarded' ? 'discarded' : 'accepted',
      accepted_by: counted?.by,
      body: counted?.decision === 'edited' ? EDIT.body : 'More workers helped.',
    });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['somebody without any right', { users: ['U0000LEAD'] }, 'U0VISITOR'],
    ['an approver of another service', { users: ['U00OTHER'], services: ['payments-api'] }, 'U00OTHER'],
    ['an approver of other severities', { users: ['U00OTHER'], severities: ['critical'] }, 'U00OTHER'],
    ['somebody who may only release', { users: ['U00OTHER'], kinds: ['release'] }, 'U00OTHER'],
    ['whoever opened the case', { users: ['U0000LEAD'] }, 'U000OPENER'],
  ])('is not decided about by %s', async (_who, rule, by) => {
    const { governor, state } = await waiting({ approvers: [rule] });
    for (const decision of ['accepted', 'discarded', 'edited'] as const)
      expect(await sayOf(governor, state, decision, { by, words: EDIT })).toEqual({ ok: false, refusal: 'not_an_approver' });
    expect(await decisionsIn(governor, state)).toEqual([]);
    expect(await runbookOf(governor, state)).toMatchObject({ status: 'learned' });
  });

  test('is not decided about from the card of another revision, or of something else', async () => {
    const { governor, state } = await waiting();
    const by = { by: 'U0000LEAD', via: 'button' as const };
    const old = { ...refTo(state), revision: 2 };
    const other = { ...refTo(state), digest: 'f'.repeat(64) };
    expect(await governor.choices.decideRunbook({ ref: old, ...by }, 'accepted', null)).toMatchObject({ refusal: 'superseded' });
    expect(await governor.choices.decideRunbook({ ref: other, ...by }, 'accepted', null)).toMatchObject({
      refusal: 'plan_changed',
    });
    expect(await runbookOf(governor, state)).toMatchObject({ status: 'learned' });
  });
});

/** The same case, with nothing left to be shown of it. */
function told(state: CaseState): CaseState {
  const card = state.cards[1];
  return { ...state, noted: [], cards: card === undefined ? {} : { 1: { ...card, showsSeq: state.seq } } };
}

describe('what was decided about a learned runbook', () => {
  test('is kept after a crash right behind the decision: the case stays open until the library follows', async () => {
    const { governor, state } = await waiting();
    await killedAfter(governor, 'learning_decided', () => sayOf(governor, state, 'edited', { words: EDIT }));
    const after = await governor.reload(state.caseId);
    expect(await runbookOf(governor, state)).toMatchObject({ status: 'learned' });
    expect(isToBeKept(after) && isOpen(told(after), false)).toBe(true);
    expect(nextStep(after, governor.config, { connectedSinceMs: 0 }, null)?.step).toBe('keep');
    await governor.steps.keep(after);
    expect(await runbookOf(governor, state)).toMatchObject({ status: 'accepted', body: EDIT.body });
    const done = await governor.reload(state.caseId);
    expect(isOpen(told(done), false)).toBe(false);
    expect(nextStep(done, governor.config, { connectedSinceMs: 0 }, null)).toBeNull();
  });

  test('counts although the library cannot be written at that moment', async () => {
    const { governor, state } = await waiting();
    const { put } = governor.store.library;
    governor.store.library.put = () => Promise.reject(new Error('the disk is full'));
    expect(await sayOf(governor, state, 'accepted')).toMatchObject({ ok: true });
    governor.store.library.put = put;
    await governor.steps.keep(await governor.reload(state.caseId));
    expect(await runbookOf(governor, state)).toMatchObject({ status: 'accepted' });
  });

  test('is not undone by a process that wrote what it knew before', async () => {
    const { governor, state } = await waiting();
    const { put } = governor.store.library;
    const gone = Promise.withResolvers<void>();
    let held = true;
    governor.store.library.put = async (documents) => {
      if (held && JSON.stringify(documents).includes('"accepted"')) await gone.promise;
      return put(documents);
    };
    // It was stopped right before it wrote that the runbook is accepted …
    const stopped = sayOf(governor, state, 'accepted');
    await expect.poll(() => kindsOf(governor, state)).toContain('learning_decided');
    held = false;
    // … and meanwhile it failed so often that people were asked again, and discarded it.
    const doubt = { revision: 1, runbook_id: `learned:${state.caseId}`, failures: 3, case_id: 'inc-777' };
    const doubted = await governor.append(await governor.reload(state.caseId), { kind: 'learning_doubted', ...doubt });
    await sayOf(governor, doubted, 'discarded');
    gone.resolve();
    await stopped;
    await expect.poll(() => runbookOf(governor, state)).toMatchObject({ status: 'discarded' });
  });
});

test('an accepted runbook supports that its action is the documented remedy, and no claim about facts', async () => {
  const { governor, state } = await waiting();
  await sayOf(governor, state, 'accepted');
  const id = `learned:${state.caseId}`;
  const claims = [
    { claim: REMEDY, document_ids: [id] },
    { claim: 'Scaling the worker pool cleared the backlog in June', document_ids: [id] },
  ];
  governor.said.plan = JSON.stringify(aPlan({ incident_id: 'inc-002', key_claims: claims }));
  const next = await governor.decide();
  const [revision] = next.revisions;
  expect(revision?.stressed?.stress.claims.map(({ supports }) => supports)).toEqual([[id], []]);
  expect(revision?.stressed?.stress.documents).toEqual([expect.objectContaining({ id, role: 'support', cited: true })]);
});
