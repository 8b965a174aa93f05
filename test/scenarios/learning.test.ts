import { describe, expect, test } from 'vitest';
import type { LibraryDocument } from '../../contracts/documents.ts';
import type { CaseState, RevisionState } from '../../pipeline/case-state.ts';
import { digestOf } from '../../pipeline/digest.ts';
import { createPlaybook } from '../../src/planners/playbook.ts';
import { aContradiction, anEvidence, aRunbook, blockingDocuments, figures } from '../fixtures/builders.ts';
import { type InProcess, inProcess } from '../fixtures/in-process.ts';
import { learned, ran, runbookOf, sayOf, verify, WELL } from '../fixtures/learning.ts';

// The second same incident runs at least as well as the first, whatever people said of what was learned from that one.

type Said = 'nothing' | 'accepted' | 'edited' | 'discarded';
const SAID: readonly Said[] = ['nothing', 'accepted', 'edited', 'discarded'];
const EDIT = {
  title: 'Slow billing workers, queue lag',
  body: 'Raise the worker pool to eight when the billing queue lags behind.',
};

const WORLDS: readonly [string, readonly LibraryDocument[], 'medium' | 'critical'][] = [
  ['one that runs by itself', [anEvidence(), aRunbook()], 'medium'],
  ['one that a person has to approve', blockingDocuments, 'medium'],
  ['one that takes an override', [anEvidence(), aRunbook()], 'critical'],
  ['one with a single contradiction', [anEvidence(), aRunbook(), aContradiction()], 'medium'],
  ['one whose runbook is for every service', [anEvidence(), aRunbook({ service: '*' })], 'medium'],
];

/** The playbook plans, as it does without any credentials. */
async function withPlaybook(documents: readonly LibraryDocument[]): Promise<InProcess> {
  const governor = await inProcess({ documents });
  const { store, catalogue, clock } = governor;
  Object.assign(governor.planner, createPlaybook({ library: store.library, catalogue, clock }));
  return governor;
}

async function say(governor: InProcess, state: CaseState, said: Said): Promise<void> {
  if (said !== 'nothing') await sayOf(governor, state, said, { words: said === 'edited' ? EDIT : null });
  governor.clock.ms += 1_000;
}

const decidedIn = ({ revisions }: CaseState): RevisionState & { stressed: NonNullable<RevisionState['stressed']> } => {
  const [first] = revisions;
  if (!first?.stressed) throw new Error('nothing was stressed');
  return { ...first, stressed: first.stressed };
};
/** What a decision is worth to whoever has the incident. */
const worthOf = (state: CaseState) => {
  const { stressed, gated } = decidedIn(state);
  const { action_id, parameters, findings, fabricated_ids } = { ...stressed.stress, ...stressed.stress.findings };
  const { decision, reasons } = gated?.gate ?? { decision: null, reasons: [] };
  return {
    decision,
    reasons,
    auto: gated?.auto_execute,
    action_id,
    parameters,
    fabricated_ids,
    contradictions: findings.contradictions,
  };
};

describe.each(WORLDS)('the second same incident, after %s', (_what, documents, severity) => {
  test.each(SAID)('and %s said of what was learned, is decided as well, runs the same and recovers', async (said) => {
    const governor = await withPlaybook(documents);
    const first = await learned(governor, { severity });
    expect(first).toMatchObject({ status: 'resolved', learned: { decision: null } });
    await say(governor, first, said);

    const { caseId } = await ran(governor, { severity });
    const second = await verify(governor, caseId, WELL);
    expect(worthOf(second)).toEqual(worthOf(first));
    expect(decidedIn(second).stressed.stress.findings.supports).toBeGreaterThanOrEqual(
      decidedIn(first).stressed.stress.findings.supports,
    );
    expect(decidedIn(second).stressed.stress.findings.coverage).toBeGreaterThanOrEqual(
      decidedIn(first).stressed.stress.findings.coverage,
    );
    expect(second.status).toBe('learning');
    expect(governor.executor.effects.map(({ actionId }) => actionId)).toEqual(['scale_worker_pool', 'scale_worker_pool']);
    const id = `learned:${first.caseId}`;
    const role = decidedIn(second).stressed.stress.documents.find((document) => document.id === id)?.role;
    const accepted = said === 'accepted' || said === 'edited';
    expect(role).toBe(accepted ? 'support' : undefined);
  });
});

describe('an accepted runbook that the second incident cites', () => {
  async function citing() {
    const governor = await withPlaybook(blockingDocuments);
    const first = await learned(governor);
    await say(governor, first, 'accepted');
    governor.world.figures = figures();
    return { governor, id: `learned:${first.caseId}`, second: await governor.decide() };
  }

  test('is covered by the digest', async () => {
    const { second, id } = await citing();
    const { stressed, gated, revision } = decidedIn(second);
    if (gated === null) throw new Error('nothing was decided');
    const { caseId, incident } = second;
    const withHash = (hash: string) => {
      const documents = stressed.stress.documents.map((one) => (one.id === id ? { ...one, hash } : one));
      return digestOf({ caseId, revision, incident, stress: { ...stressed.stress, documents }, gate: gated.gate });
    };
    const { hash = '' } = stressed.stress.documents.find((one) => one.id === id) ?? {};
    expect(stressed.stress.documents.find((one) => one.id === id)).toMatchObject({ cited: true, role: 'support' });
    expect(withHash(hash)).toBe(gated.digest);
    expect(withHash('0'.repeat(64))).not.toBe(gated.digest);
  });

  test('voids what was approved where it says something else by then', async () => {
    const { governor, second, id } = await citing();
    await governor.approve(second);
    const [runbook] = await governor.store.library.get([id]);
    if (runbook?.kind !== 'runbook') throw new Error('nothing was accepted');
    await governor.store.library.put([{ ...runbook, body: 'Do it twice.' }]);
    await governor.steps.execute(await governor.reload(second.caseId));
    const voided = await governor.reload(second.caseId);
    expect(voided.revisions[0]?.voided?.join(' ')).toContain(id);
    expect(voided.execution).toBeNull();
  });
});

describe('where nothing was documented before, and a person chose what helped', () => {
  async function chosen(said: Said) {
    const governor = await withPlaybook([]);
    governor.world.figures = figures();
    const first = await governor.decide();
    expect(worthOf(first)).toMatchObject({ decision: 'block_and_escalate', action_id: null });
    const ref = { case_id: first.caseId, revision: 1, digest: first.revisions[0]?.gated?.digest ?? '' };
    await governor.choices.choose({ ref, by: 'U000OPENER', via: 'modal' }, 'scale_worker_pool', { workers: 8 });
    const shown = await governor.show(await governor.analyse(await governor.reload(first.caseId)));
    await governor.approve(shown);
    await governor.steps.execute(await governor.reload(first.caseId));
    await verify(governor, first.caseId, WELL);
    await governor.steps.learn(await governor.reload(first.caseId));
    const resolved = await governor.reload(first.caseId);
    expect(await runbookOf(governor, resolved)).toMatchObject({ recommended_action: 'scale_worker_pool', status: 'learned' });
    await say(governor, resolved, said);
    governor.world.figures = figures();
    return { first: resolved, second: await governor.decide() };
  }

  test('nothing runs by what nobody has accepted, though it is proposed', async () => {
    const { second } = await chosen('nothing');
    expect(worthOf(second)).toMatchObject({ decision: 'block_and_escalate', action_id: 'scale_worker_pool' });
    expect(worthOf(second).reasons).toContain('unsupported');
  });

  test('what was accepted is proposed and supports itself as the remedy', async () => {
    const { first, second } = await chosen('accepted');
    expect(worthOf(second)).toMatchObject({ decision: 'execute', reasons: [], action_id: 'scale_worker_pool' });
    expect(decidedIn(second).planned.plan.key_claims[0]).toMatchObject({ document_ids: [`learned:${first.caseId}`] });
  });

  test('what was discarded is as if it had never been written', async () => {
    const { first, second } = await chosen('discarded');
    expect(worthOf(second)).toEqual({ ...worthOf({ ...first, revisions: first.revisions.slice(0, 1) }) });
  });
});
