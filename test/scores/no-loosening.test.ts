import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Score } from '../../contracts/findings.ts';
import { SEVERITIES } from '../../contracts/words.ts';
import { compress } from '../../pipeline/compress.ts';
import { digestOf } from '../../pipeline/digest.ts';
import { gateOutput } from '../../pipeline/gate-output.ts';
import type { ModelScores } from '../../pipeline/scores.ts';
import { UNKNOWN_SCORES } from '../../pipeline/scores.ts';
import { someFindings, someLimits } from '../fixtures/arbitraries.ts';
import {
  aContradiction,
  anAnswer,
  anEvidence,
  anIncident,
  aPlan,
  aPolicy,
  CASE,
  figures,
  stressOf,
} from '../fixtures/builders.ts';

// Scores move figures that people see. Whatever a score service says, a liar's too, the same plan is decided the same way.

const score = (max: number): fc.Arbitrary<Score> =>
  fc.oneof(
    fc.constant({ value: null, source: 'unknown' } as const),
    fc.record({ value: fc.double({ min: 0, max, noNaN: true }), source: fc.constantFrom('measured', 'published') }),
    // Values that the clients never let through.
    fc.record({
      value: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 1e308),
      source: fc.constantFrom('measured', 'published'),
    }),
  );
const someScores: fc.Arbitrary<ModelScores> = fc.record({ ci: score(1), uCurve: score(1), ecs: score(10) });

/** Seldom enough that about every third case is one that runs. */
const seldom = fc.integer({ min: 0, max: 9 }).map((drawn) => drawn === 9);
const mostly = seldom.map((is) => !is);

const someCase = fc.record({
  severity: fc.constantFrom(...SEVERITIES),
  contradictions: fc.nat({ max: 3 }),
  supported: mostly,
  policy: seldom,
  known: mostly,
  withdrawn: seldom,
  invented: seldom,
  answered: fc.boolean(),
  telemetry: mostly,
  stated: fc.double({ min: 0, max: 10, noNaN: true }),
  own: fc.double({ min: 0, max: 10, noNaN: true }),
});
type SomeCase = typeof someCase extends fc.Arbitrary<infer T> ? T : never;

function decided(told: SomeCase, scores: ModelScores, limits: Parameters<typeof gateOutput>[0]['limits']) {
  const incident = anIncident({ severity: told.severity });
  const proposed_action = told.known ? aPlan().proposed_action : 'rm -rf /';
  const claims = told.invented ? [{ claim: 'It is approved', document_ids: ['ev-nowhere'] }] : aPlan().key_claims;
  const plan = aPlan({ proposed_action, key_claims: claims, confidence_initial: told.stated });
  const position = told.withdrawn ? 'restart_api_pods' : proposed_action;
  const answer = anAnswer({ confidence_post_stress: told.own, position_after_stress: position });
  const against = Array.from({ length: told.contradictions }, (_one, at) => aContradiction({ id: `ev-${at}` }));
  const stress = stressOf({
    incident,
    plan,
    answer: told.answered ? answer : null,
    scores,
    figures: told.telemetry ? figures() : null,
    telemetryProblem: told.telemetry ? null : 'no answer',
    documents: [...(told.supported ? [anEvidence()] : []), ...against, ...(told.policy ? [aPolicy()] : [])],
  });
  const gate = gateOutput({ plan, stress, compress: compress({ incident, plan, stress, uCurve: scores.uCurve }), limits });
  return { gate, stress, digest: digestOf({ caseId: CASE, revision: 1, incident, stress, gate }) };
}

test('no figures of any model change a decision, its reasons, its rules or its digest', () => {
  const seen = { execute: 0, block_and_escalate: 0 };
  fc.assert(
    fc.property(someCase, someScores, someLimits, (told, scores, limits) => {
      const [without, withThem] = [decided(told, UNKNOWN_SCORES, limits), decided(told, scores, limits)];
      expect(withThem.stress.findings).toEqual(without.stress.findings);
      const { decision, reasons, rules, flips } = withThem.gate;
      const { gate } = without;
      expect({ decision, reasons, rules, flips }).toEqual({
        decision: gate.decision,
        reasons: gate.reasons,
        rules: gate.rules,
        flips: gate.flips,
      });
      expect(withThem.digest).toBe(without.digest);
      seen[decision] += 1;
    }),
    { numRuns: 1_000 },
  );
  // The property would be an empty one where every case was decided the same way.
  expect(Math.min(seen.execute, seen.block_and_escalate)).toBeGreaterThan(10);
});

test('whatever a plan was blocked for, no figure makes it run, for findings of any kind', () => {
  fc.assert(
    fc.property(someFindings, someScores, someLimits, (findings, scores, limits) => {
      const [stress, scored] = [stressOf(), stressOf({ scores })].map((one) => ({ ...one, findings }));
      const [incident, plan] = [anIncident(), aPlan()];
      const gateOf = (one: typeof stress, uCurve: Score) =>
        gateOutput({ plan, stress: one!, compress: compress({ incident, plan, stress: one!, uCurve }), limits });
      expect(gateOf(scored, scores.uCurve).decision).toBe(gateOf(stress, UNKNOWN_SCORES.uCurve).decision);
    }),
    { numRuns: 1_000 },
  );
});

test.each<[string, Score, string]>([
  ['unknown', { value: null, source: 'unknown' }, 'full_context'],
  ['measured above 0.4', { value: 0.41, source: 'measured' }, 'full_context'],
  ['published above 0.4', { value: 0.65, source: 'published' }, 'full_context'],
  ['measured at 0.4', { value: 0.4, source: 'measured' }, 'compressed_context'],
  ['no number', { value: Number.NaN, source: 'measured' }, 'full_context'],
])('a U-curve that is %s decides how whole the documents stay', (_what, uCurve, mode) => {
  const incident = anIncident({ severity: 'low' });
  expect(compress({ incident, plan: aPlan(), stress: stressOf({ incident }), uCurve }).context_mode).toBe(mode);
});

test('the figures that weighed in are recorded with their sources', () => {
  const scores: ModelScores = {
    ci: { value: 0.5, source: 'measured' },
    uCurve: { value: null, source: 'unknown' },
    ecs: { value: 8.4, source: 'published' },
  };
  expect(stressOf({ scores }).scores).toEqual({ ci: scores.ci, u_curve: scores.uCurve, ecs: scores.ecs });
});
