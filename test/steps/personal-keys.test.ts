import { describe, expect, test } from 'vitest';
import type { EntryBody } from '../../contracts/entry.ts';
import type { DecisionKind } from '../../contracts/entry-words.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentRevision } from '../../pipeline/case-state.ts';
import { createChoices } from '../../pipeline/choices.ts';
import { createDecisions } from '../../pipeline/decisions.ts';
import { createSwitch } from '../../pipeline/lock.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { holderOf, LISTED_PEOPLE } from '../../src/cli/personal.ts';
import { blockingDocuments } from '../fixtures/builders.ts';
import { type InProcess, inProcess } from '../fixtures/in-process.ts';
import { aKeyHolder, type KeyHolder, listing } from '../fixtures/personal.ts';

const lead = aKeyHolder('U0000LEAD');
const second = aKeyHolder('U0SECOND');
const stranger = aKeyHolder('U0STRANGER');
const blockedGovernor = (rules = [listing([lead, second])]) =>
  inProcess({ documents: blockingDocuments, config: { approvers: rules } });

/** The command line of this person, over the same store. */
function commandLine(governor: InProcess, holder: KeyHolder) {
  const { cases, config, clock, store, actions, ids } = governor;
  const rules = config.approvers;
  const { by, signer } = holderOf(holder, rules);
  const parts = { cases, people: LISTED_PEOPLE, clock, rules, timings: config, signer };
  const decisions = createDecisions(parts);
  const decide = (kind: DecisionKind, state: CaseState, name = by) =>
    decisions.record({
      kind,
      caseId: state.caseId,
      revision: state.revisions.length,
      digest: currentRevision(state)?.gated?.digest ?? null,
      by: name,
      via: 'cli',
      eventKey: null,
      reason: 'read twice',
    });
  const pause = createSwitch({ log: store.caseLog, clock, ids, rules, signer });
  const choices = createChoices({ ...parts, library: store.library, actions });
  return { by, decide, pause, choices };
}

/** The same store under another config, as after a restart. */
const restarted = (governor: InProcess, rules: readonly unknown[]) =>
  inProcess({ store: governor.store, clock: governor.clock, documents: [], config: { approvers: rules } });

const lastOf = async (governor: InProcess, caseId: string): Promise<EntryBody | undefined> =>
  (await governor.store.caseLog.read(caseId)).at(-1)?.body;

/** What somebody does who can write the store and knows what an entry looks like. */
async function forge(governor: InProcess, state: CaseState, body: EntryBody): Promise<CaseState> {
  const options = { entryId: crypto.randomUUID(), at: new Date(governor.clock.now()).toISOString(), open: true };
  expect(await governor.store.caseLog.append(state.caseId, state.seq + 1, body, options)).toMatchObject({ ok: true });
  return governor.reload(state.caseId);
}

describe('with a listed key', () => {
  test('an approval is recorded signed, runs what it was about, and the audit proves it', async () => {
    const governor = await blockedGovernor();
    const state = await governor.decide();
    expect(await commandLine(governor, lead).decide('approve', state)).toMatchObject({ ok: true });
    expect(await lastOf(governor, state.caseId)).toMatchObject({
      kind: 'approved',
      by: 'U0000LEAD',
      via: 'cli',
      digest: currentRevision(state)?.gated?.digest,
      signed: { key_name: lead.listing.name, public_key: lead.publicKey },
    });
    await governor.steps.execute(await governor.reload(state.caseId));
    expect(governor.executor.effects).toHaveLength(1);
    const report = await verifyAudit(governor.store.audit, undefined, governor.config.approvers);
    expect(report).toMatchObject({ ok: true, signatures: 1, notes: [] });
  });

  test('a quorum of two may be met on two surfaces, and by one person never', async () => {
    const governor = await blockedGovernor([listing([lead, second], { quorum: 2 })]);
    const state = await governor.decide();
    const line = commandLine(governor, lead);
    await line.decide('approve', state);
    expect(await line.decide('approve', await governor.reload(state.caseId))).toMatchObject({
      refusal: 'already_approved_by_you',
    });
    expect(await governor.approve(await governor.reload(state.caseId), 'U0SECOND')).toMatchObject({ ok: true });
    expect(await governor.reload(state.caseId)).toMatchObject({ status: 'ready_to_execute' });
    await governor.steps.execute(await governor.reload(state.caseId));
    expect(governor.executor.effects).toHaveLength(1);
  });

  test.each<[string, Parameters<InProcess['decide']>[0], DecisionKind, string]>([
    ['an approval of a critical case', { severity: 'critical' }, 'approve', 'needs_override'],
    ['an approval of one’s own case', { opened_by: 'U0000LEAD' }, 'approve', 'requester_may_not_approve'],
    ['a release of what is not held', {}, 'release', 'not_held'],
  ])('%s is refused by the same rule as everywhere', async (_claim, incident, kind, refusal) => {
    const governor = await blockedGovernor();
    const state = await governor.decide(incident);
    expect(await commandLine(governor, lead).decide(kind, state)).toMatchObject({ ok: false, refusal });
    await governor.reload(state.caseId);
    expect(governor.executor.effects).toEqual([]);
  });

  test('a race is lost to whoever was first, and the signature is made anew for the new place', async () => {
    const governor = await blockedGovernor();
    const state = await governor.decide();
    await Promise.all([
      governor.append(state, { kind: 'reminded', revision: 1, ts: '1700000300.000100' }),
      commandLine(governor, lead).decide('approve', state),
    ]);
    expect(await governor.reload(state.caseId)).toMatchObject({ status: 'ready_to_execute' });
    expect(await verifyAudit(governor.store.audit)).toMatchObject({ ok: true, signatures: 1 });
  });
});

describe('without one', () => {
  test('a key that no rule lists is refused, and the trail names the key', async () => {
    const governor = await blockedGovernor();
    const state = await governor.decide();
    expect(await commandLine(governor, stranger).decide('approve', state)).toMatchObject({ ok: false, refusal: 'bad_signature' });
    expect(await lastOf(governor, state.caseId)).toMatchObject({
      kind: 'refused',
      by: `key:${stranger.publicKey}`,
      via: 'cli',
      attempted: 'approve',
      refusal: 'bad_signature',
    });
  });

  test('a listed key decides in no other name than its owner’s', async () => {
    const governor = await blockedGovernor();
    const state = await governor.decide();
    expect(await commandLine(governor, second).decide('approve', state, 'U0000LEAD')).toMatchObject({ refusal: 'bad_signature' });
    expect((await governor.reload(state.caseId)).status).toBe('pending_approval');
  });

  test('the app itself decides nothing in the name of the command line', async () => {
    const governor = await blockedGovernor();
    const { caseId } = await governor.decide();
    const attempt = { kind: 'approve' as const, caseId, revision: null, digest: null, by: 'U0000LEAD', via: 'cli' as const };
    expect(await governor.decisions.record({ ...attempt, eventKey: null, reason: null })).toMatchObject({
      refusal: 'bad_signature',
    });
  });
});

describe('an entry that somebody wrote straight into the store', () => {
  const approvalOf = (state: CaseState, change: Partial<Extract<EntryBody, { kind: 'approved' }>> = {}) => ({
    kind: 'approved' as const,
    revision: state.revisions.length,
    by: 'U0000LEAD',
    via: 'cli' as const,
    event_key: null,
    digest: currentRevision(state)?.gated?.digest ?? '',
    as: 'approve' as const,
    reason: null,
    count: 1,
    needed: 1,
    ...change,
  });

  test('approves nothing without a signature, and the audit names it', async () => {
    const governor = await blockedGovernor();
    const state = await governor.decide();
    const forged = await forge(governor, state, approvalOf(state));
    expect(forged).toMatchObject({ status: 'pending_approval', noted: state.noted, lastAct: null });
    const { ok, faults } = await verifyAudit(governor.store.audit, undefined, governor.config.approvers);
    expect({ ok, faults }).toMatchObject({ ok: false, faults: [{ case_id: state.caseId, seq: forged.seq, fault: 'unsigned' }] });
    // People still decide, as if it were not there.
    expect(await governor.approve(forged)).toMatchObject({ ok: true });
  });

  test.each<[string, KeyHolder, string]>([
    ['a key of one’s own making', stranger, 'U0STRANGER'],
    ['a key of one’s own making, in the name of an approver', stranger, 'U0000LEAD'],
    ['a listed key, in the name of another', second, 'U0000LEAD'],
  ])('signed with %s runs nothing: it is voided, and people are told why', async (_claim, holder, by) => {
    const governor = await blockedGovernor();
    const state = await governor.decide();
    const place = { case_id: state.caseId, prev_hash: state.hash };
    const forged = await forge(governor, state, holder.signer.sign(place, approvalOf(state, { by })));
    expect(forged.status).toBe('ready_to_execute');
    const { state: after } = await governor.steps.execute(forged);
    expect(after).toMatchObject({ status: 'pending_approval' });
    expect(currentRevision(after!)?.voided).toEqual([expect.stringContaining(`“${holder.listing.name}”`)]);
    expect(governor.executor.effects).toEqual([]);
  });

  test('is no approval a second time, however good its signature was the first time', async () => {
    const governor = await blockedGovernor();
    const state = await governor.decide();
    await commandLine(governor, lead).decide('approve', state);
    const signed = await lastOf(governor, state.caseId);
    // The service recovers, so that people are asked anew.
    const asked = await governor.append(await governor.reload(state.caseId), {
      kind: 'waiting',
      revision: 1,
      for: 'recovered_meanwhile',
      until: null,
      detail: 'well again',
    });
    expect(asked.status).toBe('pending_approval');
    const replayed = await forge(governor, asked, signed!);
    expect(replayed.status).toBe('pending_approval');
    const { faults } = await verifyAudit(governor.store.audit);
    expect(faults).toMatchObject([{ case_id: state.caseId, seq: replayed.seq, fault: 'wrong_signature' }]);
  });

  test('is none in another case or for another revision either', async () => {
    const governor = await blockedGovernor();
    const [state, other] = [await governor.decide(), await governor.decide()];
    await commandLine(governor, lead).decide('approve', state);
    const signed = await lastOf(governor, state.caseId);
    expect((await forge(governor, other, signed!)).status).toBe('pending_approval');
  });

  test('releases nothing', async () => {
    const governor = await inProcess({ config: { approvers: [listing([lead])] } });
    const state = await governor.decide();
    const held = await governor.append(state, {
      kind: 'held',
      revision: 1,
      by: 'U0VISITOR',
      via: 'button',
      event_key: null,
      reason: null,
    });
    const release = {
      kind: 'released' as const,
      revision: 1,
      by: 'U0000LEAD',
      via: 'cli' as const,
      event_key: null,
      reason: null,
    };
    const unsigned = await forge(governor, held, release);
    expect(unsigned.status).toBe('held');

    const place = { case_id: state.caseId, prev_hash: unsigned.hash };
    const own = await forge(governor, unsigned, stranger.signer.sign(place, { ...release, by: 'U0STRANGER' }));
    governor.clock.ms += 60_000;
    await governor.steps.execute(own);
    const waiting = await governor.reload(state.caseId);
    expect(waiting).toMatchObject({ status: 'ready_to_execute', waiting: { for: 'release_unlisted' } });
    expect(governor.executor.effects).toEqual([]);

    // Held and released by people who may, it goes on.
    const again = await governor.append(waiting, { ...release, kind: 'held', via: 'button' });
    await governor.append(again, { ...release, via: 'button' });
    await governor.steps.execute(await governor.reload(state.caseId));
    expect(governor.executor.effects).toHaveLength(1);
  });
});

describe('a key that was taken out of the config', () => {
  test('lets nothing run that it has approved: a new revision asks people again and says why', async () => {
    const before = await blockedGovernor();
    const state = await before.decide();
    await commandLine(before, lead).decide('approve', state);

    const governor = await restarted(before, [listing([second])]);
    const { state: voided } = await governor.steps.execute(await governor.reload(state.caseId));
    expect(voided?.status).toBe('pending_approval');
    const { state: revised } = await governor.steps.revise(voided!);
    expect(revised?.revisions.at(-1)?.planned).toMatchObject({
      origin: 'recheck',
      differences: [expect.stringMatching(/^the approval of U0000LEAD was signed with the key “laptop of U0000LEAD”/)],
    });
    expect([...before.executor.effects, ...governor.executor.effects]).toEqual([]);
    // For the audit that is no fault: people leave.
    const report = await verifyAudit(governor.store.audit, undefined, governor.config.approvers);
    expect(report).toMatchObject({ ok: true, signatures: 1, notes: [{ case_id: state.caseId, note: 'key_not_listed' }] });
    expect(await verifyAudit(governor.store.audit)).toMatchObject({ ok: true, notes: [] });

    const shown = await governor.show(await governor.analyse(revised!));
    expect(await governor.approve(shown, 'U0SECOND')).toMatchObject({ ok: true });
    await governor.steps.execute(await governor.reload(state.caseId));
    expect(governor.executor.effects).toHaveLength(1);
  });

  test('ends no pause any more, and one that was never in it never did', async () => {
    const before = await inProcess({ config: { approvers: [listing([lead, second])] } });
    const wish = { via: 'cli' as const, reason: null };
    await before.pause.write({ kind: 'paused', by: 'cli:ops', ...wish });
    await commandLine(before, lead).pause.write({ kind: 'resumed', by: 'U0000LEAD', ...wish });
    expect(await before.pause.read()).toMatchObject({ paused: false, by: 'U0000LEAD' });
    const after = await restarted(before, [listing([second])]);
    expect(await after.pause.read()).toMatchObject({ paused: true, reason: expect.stringContaining('U0000LEAD') });

    await commandLine(before, stranger).pause.write({ kind: 'resumed', by: 'U0000LEAD', ...wish });
    expect(await after.pause.read()).toMatchObject({ paused: true });
    await commandLine(after, second).pause.write({ kind: 'resumed', by: 'U0SECOND', ...wish });
    expect(await after.pause.read()).toMatchObject({ paused: false });
    const { faults } = await verifyAudit(after.store.audit);
    expect(faults).toMatchObject([{ case_id: '~switch', fault: 'unsigned' }]);
  });
});
