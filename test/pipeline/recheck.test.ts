import { describe, expect, test } from 'vitest';
import type { Stress } from '../../contracts/findings.ts';
import type { StressAnswer } from '../../contracts/plan.ts';
import { compress } from '../../pipeline/compress.ts';
import { digestOf } from '../../pipeline/digest.ts';
import type { Citable } from '../../pipeline/document-text.ts';
import { gateOutput } from '../../pipeline/gate-output.ts';
import { assessRecheck, restressedAnswer } from '../../pipeline/recheck.ts';
import {
  aCatalogue,
  aClaim,
  aContradiction,
  aLogLine,
  anAction,
  anAnswer,
  anEvidence,
  anIncident,
  aPlan,
  aPolicy,
  aRunbook,
  figures,
  limits,
  stressOf,
  UNKNOWN,
} from '../fixtures/builders.ts';

type Told = NonNullable<Parameters<typeof stressOf>[0]>;
const plan = aPlan({ key_claims: [aClaim({ document_ids: ['ev-103', 'ev-104'] })] });
const base: Told = { plan, documents: [anEvidence(), anEvidence({ id: 'ev-104' }), aContradiction()] };
const seen = (stress: Stress, some = limits) => ({
  stress,
  gate: gateOutput({ plan, stress, compress: compress({ incident: anIncident(), plan, stress, uCurve: UNKNOWN }), limits: some }),
});
const again = (shown: Stress, told: Told) => stressOf({ ...base, answer: restressedAnswer(plan, shown), ...told, shown });
const recheck = (then: Told, now: Told) => {
  const shown = stressOf({ ...base, ...then });
  return assessRecheck(seen(shown), seen(again(shown, { ...then, answer: restressedAnswer(plan, shown), ...now })));
};
const changed = (documents: readonly Citable[], ...more: Citable[]): Told => ({ documents: [...documents, ...more] });

describe('an approval stands', () => {
  test.each<[string, Told, Told]>([
    ['where nothing changed', {}, {}],
    ['where telemetry shows other figures', {}, { figures: figures({ error_rate: 0.5, requests: 7 }) }],
    ['where documents come in another order', {}, { documents: [...(base.documents ?? [])].reverse() }],
    ['where a contradiction went away', {}, { documents: [anEvidence(), anEvidence({ id: 'ev-104' })] }],
    ['where a policy conflict went away', changed(base.documents ?? [], aPolicy()), { documents: base.documents ?? [] }],
    ['where a document is new that nobody cites', {}, changed(base.documents ?? [], anEvidence({ id: 'ev-new' }))],
    [
      'where a policy came that forbids something else',
      {},
      changed(base.documents ?? [], aPolicy({ blocked_actions: ['restart_api_pods'] })),
    ],
    [
      'where scores changed',
      {},
      {
        scores: {
          ecs: { value: 1, source: 'measured' },
          ci: { value: 0, source: 'measured' },
          uCurve: { value: 0, source: 'measured' },
        },
      },
    ],
    [
      'where telemetry was unknown and is known now',
      { figures: null, telemetryProblem: 'late' },
      { figures: figures(), telemetryProblem: null },
    ],
    [
      'where it was stored again without saying anything else',
      {},
      { documents: [anEvidence({ stored_at: '2026-02-02T00:00:00.000Z' }), anEvidence({ id: 'ev-104' }), aContradiction()] },
    ],
  ])('%s', (_claim, then, now) => {
    expect(recheck(then, now)).toEqual({ stands: true });
  });
});

describe('an approval is void', () => {
  const [first, second, contra] = [anEvidence(), anEvidence({ id: 'ev-104' }), aContradiction()];
  test.each<[string, Told, Told, RegExp]>([
    [
      'where cited evidence says something else',
      {},
      { documents: [anEvidence({ text: 'The worker pool was scaled and it broke' }), second, contra] },
      /evidence `ev-103` has changed/,
    ],
    [
      'where cited evidence is gone, although other support is left',
      {},
      { documents: [second, contra] },
      /evidence `ev-103` has vanished/,
    ],
    [
      'where a contradiction says something else',
      {},
      { documents: [first, second, aContradiction({ text: 'The worker pool melted' })] },
      /evidence `ev-900` has changed/,
    ],
    [
      'where a second contradiction came',
      {},
      changed(base.documents ?? [], aContradiction({ id: 'ev-901' })),
      /rule contradictions passed on the card and fails now: `ev-901`/,
    ],
    [
      'where one contradiction came and another went, on a card that was already blocked by two',
      changed(base.documents ?? [], aContradiction({ id: 'ev-901' })),
      { documents: [first, second, contra, aContradiction({ id: 'ev-902' })] },
      /more speaks against the rule contradictions: `ev-902`/,
    ],
    [
      'where a policy came that forbids it',
      {},
      changed(base.documents ?? [], aPolicy()),
      /rule policy_conflict passed on the card and fails now: `pol-01`/,
    ],
    [
      'where a second policy came',
      changed(base.documents ?? [], aPolicy()),
      changed(base.documents ?? [], aPolicy(), aPolicy({ id: 'pol-02' })),
      /more speaks against the rule policy_conflict: `pol-02`/,
    ],
    [
      'where the policy became absolute',
      changed(base.documents ?? [], aPolicy()),
      changed(base.documents ?? [], aPolicy({ absolute: true })),
      /policy `pol-01` has changed/,
    ],
    ['where telemetry is not known any more', {}, { figures: null, telemetryProblem: 'late' }, /rule telemetry_unknown passed/],
    [
      'where the action’s entry changed',
      {},
      { catalogue: aCatalogue([anAction({ target: 'elsewhere' })]) },
      /entry `scale_worker_pool` has changed/,
    ],
    [
      'where the action is not in the catalogue any more',
      {},
      { catalogue: aCatalogue([anAction({ id: 'other_action', aliases: [] })]) },
      /now means no action/,
    ],
    [
      'where a default of a parameter changed',
      {},
      {
        catalogue: aCatalogue([
          anAction({ parameters: { workers: { type: 'integer', title: 'W', min: 1, max: 9, default: 2 } } }),
        ]),
      },
      /parameters have changed/,
    ],
    [
      'where the action is not needed any more',
      { catalogue: aCatalogue([anAction({ needs: { error_rate_min: 0.1 } })]) },
      { figures: figures({ error_rate: 0 }) },
      /telemetry:billing-batch/,
    ],
  ])('%s', (_claim, then, now, difference) => {
    const found = recheck(then, now);
    expect(found.stands ? [] : found.differences).toEqual(expect.arrayContaining([expect.stringMatching(difference)]));
  });

  test('where a runbook that the planner had read was discarded', () => {
    const reading = {
      plan: aPlan({ ...plan, retrieved_context_ids: ['rbk-batch-01'] }),
      ...changed(base.documents ?? [], aRunbook()),
    };
    const found = recheck(reading, changed(base.documents ?? [], aRunbook({ status: 'discarded' })));
    expect(found).toMatchObject({ differences: expect.arrayContaining(['the runbook `rbk-batch-01` has changed']) });
  });

  test('where the thresholds changed', () => {
    const shown = stressOf(base);
    const found = assessRecheck(seen(shown), seen(shown, { ...limits, contradictions_max: 3 }));
    expect(found).toEqual({ stands: false, differences: ["the gate's thresholds have changed"] });
  });

  test('and the differences fit on a card, however many there are', () => {
    const ids = Array.from({ length: 50 }, (_one, at) => `ev-${at}`);
    const many = aPlan({
      key_claims: [
        aClaim({ document_ids: ids }),
        aClaim({ claim: 'The worker pool helps', document_ids: ids.map((id) => `${id}b`) }),
      ],
    });
    const documents = [...ids, ...ids.map((id) => `${id}b`)].map((id) => anEvidence({ id }));
    const shown = stressOf({ plan: many, documents });
    const fresh = stressOf({ plan: many, documents: [], shown });
    const found = assessRecheck(seen(shown), seen(fresh));
    expect(found.stands ? [] : found.differences).toHaveLength(50);
  });
});

describe('looking again without asking the planner', () => {
  test('what it said of each claim still stands', () => {
    const claim_evidence: StressAnswer['claim_evidence'] = [
      { claim: aClaim().claim, support_docs: ['ev-104'], contradiction_docs: [], contradicted: true },
      { claim: 'It is safe', support_docs: [], contradiction_docs: [], contradicted: true },
    ];
    const shown = stressOf({
      ...base,
      documents: [anEvidence(), anEvidence({ id: 'ev-104' })],
      answer: anAnswer({ claim_evidence }),
    });
    const fresh = again(shown, { documents: [anEvidence(), anEvidence({ id: 'ev-104' })] });
    expect(shown.contradiction_ids).toEqual(['planner:1', 'planner:2']);
    expect(fresh.contradiction_ids).toEqual(shown.contradiction_ids);
    expect(fresh.findings).toEqual(shown.findings);
  });

  test('every claim stands as it stood, with what was cited only in the planner’s answer', () => {
    const more = aPlan({ key_claims: [...plan.key_claims, aClaim({ claim: 'A larger worker pool is safe', document_ids: [] })] });
    const claim_evidence: StressAnswer['claim_evidence'] = [
      { claim: aClaim().claim, support_docs: ['ev-x', 'ev-105'], contradiction_docs: ['ev-900'] },
      { claim: 'A larger worker pool is safe', support_docs: [], contradiction_docs: [], contradicted: true },
    ];
    const documents = [...(base.documents ?? []), anEvidence({ id: 'ev-105' })];
    const shown = stressOf({ documents, plan: more, answer: anAnswer({ claim_evidence }) });
    const fresh = stressOf({ documents, plan: more, answer: restressedAnswer(more, shown), shown });
    expect(shown.claims.map(({ fabricated, contradicted_by_planner }) => [fabricated, contradicted_by_planner])).toEqual([
      [['ev-x'], false],
      [[], true],
    ]);
    expect(fresh.claims).toEqual(shown.claims);
    expect(fresh.documents).toEqual(shown.documents);
  });

  test('a contradiction that the planner had cited may vanish; what we found ourselves is not stale when it changes', () => {
    const answer = anAnswer({ claim_evidence: [{ claim: aClaim().claim, support_docs: [], contradiction_docs: ['ev-900'] }] });
    const shown = stressOf({ ...base, answer });
    const [first, second] = [anEvidence(), anEvidence({ id: 'ev-104' })];
    const gone = again(shown, { documents: [first, second] });
    expect(gone.findings).toMatchObject({ stale_ids: [], fabricated_ids: [], contradictions: 0 });
    expect(assessRecheck(seen(shown), seen(gone))).toEqual({ stands: true });
    const found = stressOf(base);
    expect(
      again(found, { documents: [first, second, aContradiction({ text: 'The worker pool melted' })] }).findings.stale_ids,
    ).toEqual([]);
  });

  test('a log line that cannot be asked for now is not stale; telemetry is unknown, and that voids', () => {
    const logPlan = aPlan({
      key_claims: [
        ...plan.key_claims,
        aClaim({ claim: 'The pool is exhausted and jobs are refused', document_ids: ['log:billing-batch:1'] }),
      ],
    });
    const shown = stressOf({ plan: logPlan, documents: [...(base.documents ?? []), aLogLine()] });
    const answer = restressedAnswer(logPlan, shown);
    const unread = { unread: ['log:billing-batch:1'], figures: null, telemetryProblem: 'late' };
    const fresh = stressOf({ plan: logPlan, documents: base.documents ?? [], answer, shown, ...unread });
    expect(fresh.findings).toMatchObject({ stale_ids: [], fabricated_ids: [], telemetry: null });
    expect(assessRecheck(seen(shown), seen(fresh)).stands).toBe(false);
  });

  test('one contradiction more is seen even where there are too many to list', () => {
    const many = Array.from({ length: 600 }, (_one, at) => aContradiction({ id: `ev-${1_000 + at}` }));
    const shown = stressOf({ ...base, documents: [anEvidence(), anEvidence({ id: 'ev-104' }), ...many] });
    const fresh = again(shown, {
      documents: [anEvidence(), anEvidence({ id: 'ev-104' }), ...many, aContradiction({ id: 'ev-zzz' })],
    });
    expect(assessRecheck(seen(shown), seen(fresh))).toEqual({
      stands: false,
      differences: ['more speaks against the rule contradictions'],
    });
  });

  test('a withdrawn position stays withdrawn, and an invented id stays invented', () => {
    const answer = anAnswer({ position_after_stress: 'wait', policy_conflicts: ['pol-x'] });
    const shown = stressOf({ ...base, answer });
    const fresh = again(shown, {});
    expect(fresh.findings).toMatchObject({ position_withdrawn: true, fabricated_ids: ['pol-x'] });
  });

  test('a policy that only the planner named is still a conflict', () => {
    const documents = [...(base.documents ?? []), aPolicy({ blocked_actions: [] })];
    const shown = stressOf({ ...base, documents, answer: anAnswer({ policy_conflicts: ['pol-01'] }) });
    expect(again(shown, { documents }).findings.policy_conflicts).toEqual(['pol-01']);
  });

  test('evidence that was stored after the plan was stressed does not help it', () => {
    const shown = stressOf({ ...base, documents: [] });
    expect(shown.findings.fabricated_ids).toEqual(['ev-103', 'ev-104']);
    const late = again(shown, { documents: [anEvidence({ stored_at: '2026-11-22T10:05:00.000Z' })] });
    expect(late.findings.supports).toBe(0);
  });

  test('what vanished is stale, not invented', () => {
    const shown = stressOf(base);
    const fresh = again(shown, { documents: [anEvidence({ id: 'ev-104' }), aContradiction()] });
    expect(fresh.findings).toMatchObject({ stale_ids: ['ev-103'], fabricated_ids: [] });
  });

  test('gives the same digest where nothing changed', () => {
    const of = (stress: Stress) => digestOf({ caseId: 'c', revision: 1, incident: anIncident(), ...seen(stress) });
    for (const answer of [
      null,
      anAnswer({ claim_evidence: [{ claim: aClaim().claim, support_docs: ['ev-104'], contradiction_docs: ['ev-900'] }] }),
    ]) {
      const shown = stressOf({ ...base, answer });
      expect(of(again(shown, {}))).toBe(of(shown));
    }
  });
});
