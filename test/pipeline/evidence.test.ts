import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NotCounted } from '../../contracts/findings.ts';
import type { KeyClaim } from '../../contracts/plan.ts';
import type { Citable } from '../../pipeline/document-text.ts';
import { decide } from '../../pipeline/gate.ts';
import {
  aClaim,
  aContradiction,
  aLogLine,
  anAnswer,
  anEvidence,
  aPlan,
  aPolicy,
  aRunbook,
  BEGAN_AT,
  CASE,
  limits,
  stressOf,
} from '../fixtures/builders.ts';

const citing = (...ids: string[]) => aPlan({ key_claims: [aClaim({ document_ids: ids })] });
const REMEDY = 'Scaling the worker pool is the documented remedy for queue lag';

describe('a citation supports a claim', () => {
  test.each<[string, Citable, Partial<KeyClaim>]>([
    ['where the document speaks for it', anEvidence(), {}],
    ['where it is of all services', anEvidence({ service: '*' }), {}],
    ['where nobody knows how old it is', anEvidence({ stored_at: undefined }), {}],
    ['where the quote stands in it', anEvidence(), { quote: 'from three to eight workers' }],
    [
      'where the quote differs only in signs and spaces',
      anEvidence({ text: 'The “worker\n pool” was\u00a0scaled' }),
      { quote: 'the "worker pool" was scaled' },
    ],
    [
      'where it is a log line of the service',
      aLogLine({ id: 'ev-103' }),
      { claim: 'Jobs are refused because the worker pool is exhausted' },
    ],
    [
      'where it is an accepted runbook and the claim that its action is the documented remedy',
      aRunbook({ id: 'ev-103' }),
      { claim: REMEDY },
    ],
    [
      'where that runbook never had a status, because people loaded it',
      aRunbook({ id: 'ev-103', status: undefined }),
      { claim: REMEDY },
    ],
  ])('%s', (_claim, document, claim) => {
    const { claims, findings, documents } = stressOf({ documents: [document], plan: aPlan({ key_claims: [aClaim(claim)] }) });
    expect(claims[0]?.supports).toEqual(['ev-103']);
    expect(findings).toMatchObject({ supports: 1, coverage: 1, fabricated_ids: [] });
    expect(documents[0]).toMatchObject({ role: 'support', not_counted: null, cited: true });
  });

  test.each<[NotCounted, string, Citable, Partial<KeyClaim>]>([
    ['other_service', 'of another service', anEvidence({ service: 'payments-api' }), {}],
    ['other_stance', 'that is a policy', aPolicy({ id: 'ev-103', blocked_actions: [] }), {}],
    ['does_not_speak', 'about something else', anEvidence({ text: 'Disks were replaced in March.' }), {}],
    ['does_not_speak', 'about another action', anEvidence({ actions: ['restart_api_pods'] }), {}],
    ['quote_missing', 'without the quoted words', anEvidence(), { quote: 'from three to nine workers' }],
    ['quote_missing', 'with a quote of nothing', anEvidence(), { quote: '\u200b' }],
    ['stored_too_late', 'stored after the stress began', anEvidence({ stored_at: '2026-11-22T10:00:00.001Z' }), {}],
    ['stored_too_late', 'stored in the very moment it began', anEvidence({ stored_at: BEGAN_AT }), {}],
    ['from_this_case', 'written from this case', anEvidence({ from_case: CASE }), {}],
    ['not_accepted', 'learned and not yet accepted', aRunbook({ id: 'ev-103', status: 'learned' }), { claim: REMEDY }],
    ['not_accepted', 'discarded', aRunbook({ id: 'ev-103', status: 'discarded' }), { claim: REMEDY }],
    [
      'not_the_remedy',
      'that is a runbook, for a claim about facts',
      aRunbook({ id: 'ev-103' }),
      { claim: 'Scaling the worker pool cleared the backlog in June' },
    ],
    [
      'not_the_remedy',
      'that is a runbook for another action',
      aRunbook({ id: 'ev-103', recommended_action: 'restart_api_pods' }),
      { claim: REMEDY },
    ],
    [
      'not_the_remedy',
      'that is a runbook, for a claim about another action',
      aRunbook({ id: 'ev-103' }),
      { claim: 'A restart is the documented remedy' },
    ],
    ['other_service', 'that is a log line of another service', aLogLine({ id: 'ev-103', service: 'payments-api' }), {}],
    ['stored_too_late', 'that is a log line written afterwards', aLogLine({ id: 'ev-103', at: '2026-11-22T10:00:01Z' }), {}],
  ])('but not (%s) one %s', (reason, _claim, document, claim) => {
    const { claims, findings, documents } = stressOf({ documents: [document], plan: aPlan({ key_claims: [aClaim(claim)] }) });
    expect(claims[0]?.supports).toEqual([]);
    expect(findings).toMatchObject({ supports: 0, coverage: 0, fabricated_ids: [] });
    expect(documents[0]).toMatchObject({ role: 'not_counted', not_counted: reason });
    expect(decide(findings, limits).reasons).toContain('unsupported');
  });

  test('a document that contradicts never supports, and counts against the plan that cites it', () => {
    const { findings, documents } = stressOf({ documents: [aContradiction({ id: 'ev-103' })] });
    expect(findings).toMatchObject({ supports: 0, contradictions: 1 });
    expect(documents[0]).toMatchObject({ role: 'contradiction', cited: true });
  });

  test('a document counts once, however often it is cited and for however many claims', () => {
    const claims = [
      aClaim({ document_ids: ['ev-103', 'ev-103'] }),
      aClaim({ claim: 'A larger worker pool clears the backlog' }),
      aClaim(),
    ];
    const { findings } = stressOf({ plan: aPlan({ key_claims: claims }) });
    expect(findings).toMatchObject({ supports: 1, claims: 2 });
  });

  test('a claim made five times is one claim', () => {
    const { findings } = stressOf({ plan: aPlan({ key_claims: Array.from({ length: 5 }, () => aClaim()) }) });
    expect(findings).toMatchObject({ claims: 1, supports: 1, coverage: 1 });
  });

  test('what the planner finds for a claim when asked again counts by the same rules, also by the claim’s quote', () => {
    const answer = anAnswer({
      claim_evidence: [{ claim: aClaim().claim.toUpperCase(), support_docs: ['ev-103'], contradiction_docs: [] }],
    });
    expect(stressOf({ plan: citing(), answer }).findings.supports).toBe(1);
    const quoting = aPlan({ key_claims: [aClaim({ document_ids: [], quote: 'words that stand nowhere' })] });
    expect(stressOf({ plan: quoting, answer }).findings.supports).toBe(0);
  });
});

test('an empty library, with no policy and no evidence in it, lets nothing through', () => {
  const { findings } = stressOf({ documents: [], plan: aPlan({ key_claims: [aClaim({ document_ids: [] })] }) });
  expect(decide(findings, limits)).toMatchObject({ decision: 'block_and_escalate', reasons: ['unsupported'] });
});

describe('invented authority', () => {
  test('a model that claims five supports that do not exist gets none, and every one is named', () => {
    const ids = ['agent:support_0', 'agent:support_1', 'agent:support_2', 'agent:support_3', 'agent:support_4'];
    const { findings, claims } = stressOf({ documents: [], plan: citing(...ids) });
    expect(findings).toMatchObject({ supports: 0, coverage: 0, fabricated_ids: ids });
    expect(claims[0]?.fabricated).toEqual(ids);
    expect(decide(findings, limits)).toMatchObject({
      decision: 'block_and_escalate',
      reasons: ['unsupported', 'fabricated_authority'],
    });
  });

  test('an invented id blocks even beside good evidence', () => {
    const { findings } = stressOf({ plan: citing('ev-103', 'ev-999') });
    expect(findings).toMatchObject({ supports: 1, fabricated_ids: ['ev-999'] });
    expect(decide(findings, limits).reasons).toEqual(['fabricated_authority']);
  });

  test.each<[string, Parameters<typeof stressOf>[0]]>([
    ['for a claim', { plan: citing('ev-999') }],
    [
      'for a claim when asked again',
      { answer: anAnswer({ claim_evidence: [{ claim: aClaim().claim, support_docs: ['ev-999'], contradiction_docs: [] }] }) },
    ],
    [
      'against a claim',
      { answer: anAnswer({ claim_evidence: [{ claim: aClaim().claim, support_docs: [], contradiction_docs: ['ev-999'] }] }) },
    ],
    [
      'for a claim the plan does not make',
      { answer: anAnswer({ claim_evidence: [{ claim: 'Something else', support_docs: ['ev-999'], contradiction_docs: [] }] }) },
    ],
    ['among what it says to have read', { plan: aPlan({ retrieved_context_ids: ['ev-999'] }) }],
    ['as a policy', { answer: anAnswer({ policy_conflicts: ['ev-999'] }) }],
  ])('is found wherever it is cited: %s', (_claim, told) => {
    expect(stressOf(told).findings.fabricated_ids).toEqual(['ev-999']);
  });

  test('an invented log line is invented too; one that could not be asked for is unknown', () => {
    expect(stressOf({ plan: citing('log:x:1') }).findings.fabricated_ids).toEqual(['log:x:1']);
    const unread = stressOf({ plan: citing('log:x:1'), unread: ['log:x:1'], figures: null, telemetryProblem: 'late' });
    expect(unread.findings).toMatchObject({ fabricated_ids: [], supports: 0, telemetry: null });
  });

  test('is flagged every time and supports nothing, whatever the mix of real and invented ids', () => {
    const real = ['ev-1', 'ev-2', 'ev-3'];
    const documents = real.map((id) => anEvidence({ id }));
    const some = fc.array(fc.constantFrom(...real, 'ev-x', 'ev-y', 'made up', '__proto__'), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 4 }), some, (cited, context) => {
        const key_claims = cited.map((document_ids, at) =>
          aClaim({ claim: `The worker pool was scaled ${'again '.repeat(at)}`, document_ids }),
        );
        const { findings, claims } = stressOf({ documents, plan: aPlan({ key_claims, retrieved_context_ids: context }) });
        const invented = new Set([...cited.flat(), ...context].filter((id) => !real.includes(id)));
        expect(findings.fabricated_ids).toEqual([...invented].sort());
        expect(findings.supports).toBe(new Set(cited.flat().filter((id) => real.includes(id))).size);
        expect(claims.flatMap(({ supports }) => supports).every((id) => real.includes(id))).toBe(true);
      }),
    );
  });
});
