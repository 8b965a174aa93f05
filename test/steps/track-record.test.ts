import { describe, expect, test } from 'vitest';
import type { LibraryDocument, Runbook } from '../../contracts/documents.ts';
import { FAILURES_DOUBTED } from '../../pipeline/track-record.ts';
import { aContradiction, aPlan, aRunbook, figures } from '../fixtures/builders.ts';
import { type InProcess, inProcess } from '../fixtures/in-process.ts';
import { kindsOf, learned, ran, refTo, runbookOf, sayOf, verified, verify, WELL } from '../fixtures/learning.ts';

const REMEDY = 'Scaling the worker pool is the documented remedy for the queue lag';
const FOLLOWED = aRunbook();
const ILL = figures();

/** Every plan follows this runbook, and two contradictions keep it waiting for a person. */
const stage = (runbook: Runbook = FOLLOWED, more: readonly LibraryDocument[] = []) =>
  inProcess({
    documents: [runbook, aContradiction(), aContradiction({ id: 'ev-901', text: 'The larger worker pool lost jobs.' }), ...more],
    plan: (id) => aPlan({ incident_id: id, key_claims: [{ claim: REMEDY, document_ids: [runbook.id] }] }),
  });

async function failuresOf({ store }: InProcess, id = FOLLOWED.id): Promise<number> {
  const [found] = await store.library.get([id]);
  return found?.kind === 'runbook' ? (found.failures ?? 0) : Number.NaN;
}

const answered = async (governor: InProcess, answer: 'failed' | 'refused') => {
  governor.executor.answer = answer;
  await ran(governor);
};
const lost = async (governor: InProcess) => {
  governor.executor.silent = true;
  governor.executor.after = () => Promise.reject(new Error('the line broke'));
  return ran(governor);
};
const settled = async (governor: InProcess, hasRun: boolean) => {
  const state = await lost(governor);
  await governor.choices.settle({ ref: refTo(state), by: 'U0000LEAD', via: 'button' }, hasRun);
  return state.caseId;
};

describe('what counts against the runbook that was followed', () => {
  test.each<[string, number, (governor: InProcess) => Promise<unknown>]>([
    ['telemetry shows no recovery', 1, (governor) => verified(governor, ILL)],
    ['telemetry shows that it got worse', 1, (governor) => verified(governor, figures({ error_rate: 0.99 }))],
    ['the executor answers that it failed', 1, (governor) => answered(governor, 'failed')],
    [
      'a person saw that it ran, and the service did not recover',
      1,
      async (governor) => verify(governor, await settled(governor, true), ILL),
    ],
    ['the executor refused the order', 0, (governor) => answered(governor, 'refused')],
    ['nobody knows whether it ran', 0, lost],
    ['a person saw that it did not run', 0, (governor) => settled(governor, false)],
    [
      'the order never arrived',
      0,
      async (governor) => {
        governor.executor.before = () => Promise.reject(new Error('nobody was reached'));
        const { caseId } = await ran(governor);
        governor.clock.ms += 600_000;
        await governor.steps.settle(await governor.reload(caseId));
      },
    ],
    ['nobody could measure what it did', 0, (governor) => verified(governor, null)],
    ['it helped', 0, (governor) => verified(governor, WELL)],
    ['nobody let it run', 0, (governor) => governor.decide()],
  ])('%s: %i', async (_what, count, happens) => {
    const governor = await stage();
    await happens(governor);
    expect(await failuresOf(governor)).toBe(count);
  });

  test('is the one of the remedy alone: what is cited for anything else is not to blame', async () => {
    const other = aRunbook({ id: 'rbk-other', recommended_action: 'restart_api_pods' });
    const discarded = aRunbook({ id: 'rbk-discarded', status: 'discarded' });
    const governor = await inProcess({
      documents: [FOLLOWED, other, discarded],
      plan: (id) =>
        aPlan({ incident_id: id, key_claims: [{ claim: REMEDY, document_ids: [FOLLOWED.id, other.id, discarded.id] }] }),
    });
    await verified(governor, ILL);
    expect(await Promise.all([FOLLOWED, other, discarded].map(({ id }) => failuresOf(governor, id)))).toEqual([1, 0, 0]);
  });

  test('is also one that nobody has accepted yet, so that whoever does sees it', async () => {
    const waiting = aRunbook({ status: 'learned', from_case: 'inc-900' });
    const governor = await stage(waiting);
    const state = await verified(governor, ILL);
    expect(state.revisions[0]?.stressed?.stress.documents.find(({ id }) => id === waiting.id)?.role).toBe('not_counted');
    expect(await failuresOf(governor)).toBe(1);
  });

  test('is counted in a row: a recovery ends it', async () => {
    const governor = await stage();
    await verified(governor, ILL);
    await verified(governor, ILL);
    expect(await failuresOf(governor)).toBe(2);
    await verified(governor, WELL);
    expect(await failuresOf(governor)).toBe(0);
  });

  test('is shown on the next card, and changes nothing that was approved', async () => {
    const governor = await stage();
    const of = (state: Awaited<ReturnType<typeof verified>>) =>
      state.revisions[0]?.stressed?.stress.documents.find(({ id }) => id === FOLLOWED.id);
    const first = of(await verified(governor, ILL));
    const second = of(await verified(governor, ILL));
    expect(first).not.toHaveProperty('failures');
    expect(second).toMatchObject({ role: 'support', failures: 1, hash: first?.hash });
  });
});

describe('an accepted learned runbook that goes on failing', () => {
  /** Learned from one case, accepted, and followed by every plan since. */
  async function accepted() {
    const governor = await inProcess({ plan: (id) => aPlan({ incident_id: id }) });
    const first = await learned(governor);
    await sayOf(governor, first, 'edited', { words: { title: 'Scale the workers', body: 'Scale the worker pool.' } });
    const { plan } = governor.planner;
    governor.planner.plan = async (request, signal) => {
      const claims = [{ claim: REMEDY, document_ids: [`learned:${first.caseId}`] }];
      const text = JSON.stringify(aPlan({ incident_id: request.incident.id, key_claims: claims }));
      return { ...(await plan(request, signal)), text };
    };
    return { governor, first: await governor.reload(first.caseId) };
  }
  async function failing() {
    const { governor, first } = await accepted();
    for (let time = 0; time < FAILURES_DOUBTED; time += 1) await verified(governor, ILL);
    const doubted = await governor.reload(first.caseId);
    await governor.steps.keep(doubted);
    return { governor, first, doubted: await governor.reload(first.caseId) };
  }

  test('is accepted as long as it has not failed so often in a row', async () => {
    const { governor, first } = await accepted();
    for (let time = 1; time < FAILURES_DOUBTED; time += 1) await verified(governor, ILL);
    await verified(governor, WELL);
    for (let time = 1; time < FAILURES_DOUBTED; time += 1) await verified(governor, ILL);
    expect(await kindsOf(governor, first)).not.toContain('learning_doubted');
    expect(await runbookOf(governor, first)).toMatchObject({ status: 'accepted' });
  });

  test('asks its approvers again, on the card of the case that it was learned from, with the words that were accepted', async () => {
    const { governor, first, doubted } = await failing();
    expect(doubted).toMatchObject({
      status: 'resolved',
      learned: {
        decision: null,
        failures: FAILURES_DOUBTED,
        title: 'Scale the workers',
        text: 'Scale the worker pool.',
        kept: true,
      },
    });
    expect(await runbookOf(governor, first)).toMatchObject({
      status: 'learned',
      failures: FAILURES_DOUBTED,
      body: 'Scale the worker pool.',
    });
    expect((await kindsOf(governor, first)).filter((kind) => kind === 'learning_doubted')).toHaveLength(1);
  });

  test('supports no plan until somebody accepts it again, and then begins anew', async () => {
    const { governor, first, doubted } = await failing();
    const blocked = await governor.decide();
    expect(blocked.revisions[0]?.gated?.gate.reasons).toContain('unsupported');
    const done = await sayOf(governor, doubted, 'accepted');
    expect(done.ok).toBe(true);
    expect(await runbookOf(governor, first)).toMatchObject({ status: 'accepted', body: 'Scale the worker pool.' });
    expect(await runbookOf(governor, first)).not.toHaveProperty('failures');
    expect((await governor.decide()).revisions[0]?.gated?.gate.reasons).toEqual([]);
  });

  test('is gone for good where they discard it', async () => {
    const { governor, first, doubted } = await failing();
    await sayOf(governor, doubted, 'discarded');
    expect(await runbookOf(governor, first)).toMatchObject({ status: 'discarded' });
    expect(await governor.store.library.searchRunbooks('scale the worker pool', 'billing-batch', 9)).not.toContainEqual(
      expect.objectContaining({ document: expect.objectContaining({ id: `learned:${first.caseId}` }) }),
    );
  });

  test('one that people wrote is theirs: it stays accepted, and is shown and ranked by its failures', async () => {
    const governor = await stage();
    for (let time = 0; time <= FAILURES_DOUBTED; time += 1) await verified(governor, ILL);
    expect((await governor.store.library.get([FOLLOWED.id]))[0]).toMatchObject({
      status: 'accepted',
      failures: FAILURES_DOUBTED + 1,
    });
  });
});
