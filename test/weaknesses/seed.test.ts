import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createCases } from '../../pipeline/cases.ts';
import { findChainFault } from '../../pipeline/chain.ts';
import { compress } from '../../pipeline/compress.ts';
import { consentFor } from '../../pipeline/consent.ts';
import { decide } from '../../pipeline/gate.ts';
import { parsePlan, parseStress } from '../../pipeline/parse-answer.ts';
import { forbids } from '../../pipeline/policies.ts';
import { readWord } from '../../pipeline/reply.ts';
import { systemIds } from '../../src/app/core.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import {
  aCatalogue,
  aClaim,
  aContradiction,
  aFinding,
  aLogLine,
  anAnswer,
  anEvidence,
  anIncident,
  aPlan,
  aPolicy,
  aRestart,
  aRunbook,
  figures,
  limits,
  NOW,
  stressOf,
  UNKNOWN,
} from '../fixtures/builders.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { messageBody } from '../listeners/payloads.ts';
import { GUEST, LEAD, openStage, VISITOR } from '../listeners/stage.ts';

// What an earlier system of this kind got wrong, one telling test each.

describe('who approves, and with which words', () => {
  test.each(['not ok', 'the token expired', 'yes', 'do not approve', 'this is broken', 'approve?'])(
    'a reply was searched for “ok”, “yes” and “approve” anywhere in it: %j states nothing',
    (text) => {
      expect(readWord(text)).toBeNull();
    },
  );

  test('anybody could approve: a member without the right and a stranger cannot', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, { wrong: { contradictions: 2 } });
    for (const user of [VISITOR, GUEST]) await stage.deliver(messageBody(user, 'APPROVE', { thread_ts: seeded.cardTs }));
    expect((await seeded.state()).revisions[0]?.approvals).toEqual([]);
  });

  test('replies outside the thread counted: here only the thread of the newest card does', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, { wrong: { contradictions: 2 } });
    for (const thread_ts of [undefined, '1600000000.000100']) await stage.deliver(messageBody(LEAD, 'APPROVE', { thread_ts }));
    expect((await seeded.state()).revisions[0]?.approvals).toEqual([]);
  });

  test('a critical APPROVE was refused once and executed at the next look: here it stays refused, and the refusal is kept', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, { incident: { severity: 'critical' } });
    const reply = messageBody(LEAD, 'APPROVE', { thread_ts: seeded.cardTs });
    for (let look = 0; look < 3; look += 1) await stage.deliver({ ...reply, event_id: `Ev${look}` });
    const kinds = (await stage.entries(seeded.caseId)).map(({ body }) => body.kind);
    expect(kinds.filter((kind) => kind === 'refused')).toHaveLength(1);
    expect(kinds).not.toContain('approved');
  });

  test('the oldest matching reply ended the reading: here a later HOLD is heard', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, { wrong: { contradictions: 2 } });
    await stage.deliver(messageBody(LEAD, 'APPROVE', { thread_ts: seeded.cardTs }));
    await stage.deliver(messageBody(VISITOR, 'HOLD', { thread_ts: seeded.cardTs, ts: '1700000900.000100' }));
    expect((await seeded.state()).status).toBe('held');
  });

  test('an approval was bound to a thread, not to what was shown: another digest is refused', async () => {
    const governor = await inProcess({ documents: [anEvidence(), aContradiction(), aContradiction({ id: 'ev-901' })] });
    const state = await governor.decide();
    const other = { ...state.revisions[0]?.gated, digest: 'f'.repeat(64) };
    const approved = await governor.decisions.record({
      kind: 'approve',
      caseId: state.caseId,
      revision: 1,
      digest: other.digest,
      by: 'U0000LEAD',
      via: 'button',
      eventKey: null,
      reason: null,
    });
    expect(approved).toMatchObject({ ok: false, refusal: 'plan_changed' });
  });
});

describe('what counts as evidence', () => {
  test('a model’s count of supports was believed: here ids that do not exist count for nothing and are named', () => {
    const plan = aPlan({ key_claims: [aClaim({ document_ids: ['agent:support_0', 'agent:support_1'] })] });
    const { findings } = stressOf({ plan, answer: anAnswer({ contradiction_count: 0, integration_quality: 1 }) });
    expect(findings).toMatchObject({ supports: 0, coverage: 0, fabricated_ids: ['agent:support_0', 'agent:support_1'] });
  });

  test('the code read no evidence itself: here a contradiction that no model mentions is found', () => {
    const { contradiction_ids } = stressOf({ documents: [anEvidence(), aContradiction()], answer: anAnswer() });
    expect(contradiction_ids).toEqual(['ev-900']);
  });

  test('a model’s contradictions needed a second flag: here each counts by itself', () => {
    const claim = aPlan().key_claims[0];
    const said = {
      claim: typeof claim === 'object' ? claim.claim : '',
      support_docs: [],
      contradiction_docs: [],
      contradicted: true,
    };
    expect(stressOf({ answer: anAnswer({ claim_evidence: [said] }) }).findings.contradictions).toBe(1);
  });

  test('claims were joined by their place in a list: here by what they say', () => {
    const plan = aPlan({
      key_claims: [aClaim({ document_ids: [] }), aClaim({ claim: 'Nothing is saturated', document_ids: [] })],
    });
    const about = { claim: 'Scaling the worker pool clears the queue lag', support_docs: ['ev-103'], contradiction_docs: [] };
    const answer = anAnswer({ claim_evidence: [{ claim: 'Something else', support_docs: [], contradiction_docs: [] }, about] });
    expect(stressOf({ plan, answer }).claims.map(({ supports }) => supports)).toEqual([['ev-103'], []]);
  });

  test('log lines of any service were taken: here only the service’s own support', () => {
    const plan = aPlan({ key_claims: [aClaim({ document_ids: ['log:other:1'] })] });
    const documents = [aLogLine({ id: 'log:other:1', service: 'other' })];
    expect(stressOf({ plan, documents }).findings.supports).toBe(0);
  });

  test('a policy had to use the exact word: “bounce the API pods” forbids the restart of them too', () => {
    const question = {
      action: aRestart(),
      proposed: 'restart_api_pods',
      service: 'payments-api',
      severity: 'high' as const,
      now: NOW,
    };
    const policy = aPolicy({ service: '*', blocked_actions: ['bounce the API pods'] });
    expect(forbids(policy, question, aCatalogue())).toBe(true);
  });
});

describe('what fails', () => {
  test('invented authority still executed, with a remark: here it blocks, and only an override passes it', () => {
    const { decision, reasons } = decide(aFinding({ fabricated_ids: ['change-board'] }), limits);
    expect({ decision, reasons }).toEqual({ decision: 'block_and_escalate', reasons: ['fabricated_authority'] });
    expect(consentFor(reasons, { absolutePolicy: false })).toBe('override');
  });

  test('an unreadable answer became a default plan: here it is an error that is told to the planner', () => {
    expect(parsePlan('I suggest a restart.', 'inc-002').ok).toBe(false);
    expect(parseStress('{}', 'inc-002').ok).toBe(false);
  });

  test('a worker’s error marked the incident resolved: here telemetry alone resolves, and its silence does not', async () => {
    const governor = await inProcess();
    await governor.steps.execute(await governor.decide());
    governor.world.figures = null;
    const { state } = await governor.steps.verify(await governor.reload('inc-001'));
    expect(state?.status).toBe('not_recovered');
  });

  test('the gate never saw the severity: critical blocks, and compresses nothing', () => {
    expect(decide(aFinding({ severity: 'critical' }), limits).reasons).toEqual(['critical_severity']);
    const compressed = compress({
      incident: anIncident({ severity: 'critical' }),
      plan: aPlan(),
      stress: stressOf(),
      uCurve: UNKNOWN,
    });
    expect(compressed.context_mode).toBe('full_context');
  });
});

describe('what runs', () => {
  test('the verifier’s free text was executed untested: here a moved position only blocks', async () => {
    const answer = (id: string) => anAnswer({ incident_id: id, position_after_stress: 'restart_api_pods' });
    const governor = await inProcess({ answer });
    const state = await governor.decide();
    expect(state.revisions[0]?.gated?.gate.reasons).toContain('position_withdrawn');
    expect(await governor.approve(state, 'U0000LEAD', 'override')).toMatchObject({ ok: false, refusal: 'nothing_passes' });
  });

  test('HOLD was promised in words only: here a held case does not run', async () => {
    const stage = await openStage();
    const seeded = await stage.seed();
    await stage.deliver(messageBody(VISITOR, 'HOLD', { thread_ts: seeded.cardTs }));
    const state = await seeded.state();
    expect(state).toMatchObject({ held: true, status: 'held' });
  });

  test('pending approvals were lost with the process: another one folds them from the log', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, { wrong: { contradictions: 2 } });
    await stage.deliver(messageBody(LEAD, 'APPROVE', { thread_ts: seeded.cardTs }));
    const { log, clock } = stage.parts;
    const restarted = createCases({ log: { ...stage.store.caseLog, ...log }, clock, ids: systemIds });
    expect((await restarted.load(seeded.caseId))?.revisions[0]?.approved).toBe(true);
  });

  test('learned texts went straight into the index: here they support nothing before a person accepts them', () => {
    const plan = aPlan({
      key_claims: [aClaim({ claim: 'Scaling the worker pool is the documented remedy', document_ids: ['rb-learned'] })],
    });
    const learned = aRunbook({ id: 'rb-learned', status: 'learned' });
    expect(stressOf({ plan, documents: [learned] }).findings.supports).toBe(0);
    expect(stressOf({ plan, documents: [{ ...learned, status: 'accepted' }] }).findings.supports).toBe(1);
  });
});

describe('what stays behind', () => {
  test('nothing found an edited line of the trail: here it is named', async () => {
    const governor = await inProcess();
    const { caseId } = await governor.decide();
    expect((await verifyAudit(governor.store.audit)).faults).toEqual([]);
    const entries = await governor.store.caseLog.read(caseId);
    expect(findChainFault(caseId, entries)).toBeUndefined();
    const edited = entries.map((entry, at) => (at === 2 ? { ...entry, at: '2026-11-22T09:00:00.000Z' } : entry));
    expect(findChainFault(caseId, edited)).toEqual({ case_id: caseId, seq: 2, fault: 'wrong_hash' });
    expect(findChainFault(caseId, entries.toSpliced(2, 1))).toMatchObject({ seq: 2, fault: 'wrong_seq' });
  });

  test('credentials were committed: the sample of the environment holds names without values', () => {
    const lines = readFileSync('.env.sample', 'utf8').split('\n');
    const given = lines.filter((line) => /^[A-Z_]*(?:TOKEN|SECRET|KEY)[A-Z_]*=./.test(line));
    expect(given).toEqual([]);
  });

  test('queries were put together from strings: words with the syntax of a query are words', async () => {
    const governor = await inProcess();
    for (const text of ['"; DROP TABLE documents; --', 'NEAR(a b) OR * AND NOT "', "' OR 1=1", 'title:secret ^'])
      await expect(governor.store.library.searchRunbooks(text, `billing-batch' OR '1'='1`, 5)).resolves.toEqual([]);
    expect(await governor.store.library.counts()).toMatchObject({ runbooks: 1, evidence: 1 });
  });

  test('telemetry was not asked whether the action makes sense: one that needs errors has a fact against it where there are none', () => {
    const catalogue = aCatalogue([aRestart({ id: 'scale_worker_pool', needs: { error_rate_min: 0.1 } })]);
    const quiet = stressOf({ catalogue, figures: figures({ error_rate: 0.01 }) });
    expect(quiet.contradiction_ids).toEqual(['telemetry:billing-batch']);
  });
});
