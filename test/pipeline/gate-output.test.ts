import { describe, expect, test } from 'vitest';
import type { Incident } from '../../contracts/incident.ts';
import { compress } from '../../pipeline/compress.ts';
import { gateOutput } from '../../pipeline/gate-output.ts';
import type { Score } from '../../pipeline/ports.ts';
import {
  aClaim,
  aContradiction,
  anAnswer,
  anEvidence,
  anIncident,
  aPlan,
  limits,
  measured,
  stressOf,
  UNKNOWN,
} from '../fixtures/builders.ts';

const modeOf = (severity: Incident['severity'], uCurve: Score, contradictions = 0) => {
  const documents = [anEvidence(), ...(contradictions > 0 ? [aContradiction()] : [])];
  return compress({ incident: anIncident({ severity }), plan: aPlan(), stress: stressOf({ documents }), uCurve }).context_mode;
};

describe('compress', () => {
  test.each<[string, Incident['severity'], Score, number, string]>([
    ['is short where nothing asks for more', 'medium', measured(0.4), 0, 'compressed_context'],
    ['is full at high severity', 'high', measured(0), 0, 'full_context'],
    ['is full at critical severity, not only at high', 'critical', measured(0), 0, 'full_context'],
    ['is full where anything contradicts', 'low', measured(0), 1, 'full_context'],
    ['is full for a model that loses the middle', 'low', measured(0.41), 0, 'full_context'],
    ['is full for a model nobody measured', 'low', UNKNOWN, 0, 'full_context'],
    ['is full where the measure is no number', 'low', measured(Number.NaN), 0, 'full_context'],
  ])('%s', (_claim, severity, uCurve, contradictions, mode) => {
    expect(modeOf(severity, uCurve, contradictions)).toBe(mode);
  });

  test('says which fields of the plan say something', () => {
    const plan = aPlan({ rationale: '', key_claims: [] });
    const output = compress({ incident: anIncident(), plan, stress: stressOf({ plan }), uCurve: UNKNOWN });
    expect(output.output_contract_valid).toBe(false);
    expect(output.required_fields_present).toEqual([
      'incident_id',
      'proposed_action',
      'confidence_initial',
      'retrieved_context_ids',
    ]);
  });
});

describe('the derived figures', () => {
  const outputOf = (told: Parameters<typeof stressOf>[0] = {}) => {
    const plan = told.plan ?? aPlan();
    const stress = stressOf(told);
    return gateOutput({ plan, stress, compress: compress({ incident: anIncident(), plan, stress, uCurve: UNKNOWN }), limits });
  };

  test('of a plan that held', () => {
    expect(outputOf({ answer: anAnswer() })).toMatchObject({
      decision: 'execute',
      initial_position: 'scale_worker_pool',
      final_position: 'scale_worker_pool',
      confidence_delta: 0,
      act: 0,
      iii: 1,
      ri: 0.7,
      per: 0.2,
      adaptability_score: 0,
      disagreement_detected: false,
      arbiter_resolution: 'accept_planner_action',
    });
  });

  test('of a plan that executes although its confidence fell', () => {
    expect(outputOf({ answer: anAnswer({ confidence_post_stress: 5.5 }) })).toMatchObject({
      decision: 'execute',
      confidence_delta: 2.5,
      act: 1,
      adaptability_score: 0.24,
      disagreement_detected: true,
      arbiter_resolution: 'execute_with_guardrails',
    });
  });

  test('of a plan that its planner took back', () => {
    expect(outputOf({ answer: anAnswer({ position_after_stress: 'wait' }) })).toMatchObject({
      decision: 'block_and_escalate',
      final_position: 'wait',
      act: 1,
      ri: 0,
      adaptability_score: 0.8,
      disagreement_detected: true,
      arbiter_resolution: 'escalate_for_human_approval',
    });
  });

  test('of a plan whose claims are half supported', () => {
    const plan = aPlan({ rationale: '', key_claims: [aClaim(), aClaim({ claim: 'Nothing else happens', document_ids: [] })] });
    expect(outputOf({ plan })).toMatchObject({ iii: 0.5, per: 0.6 });
  });

  test('come with the hash of the thresholds, which changes with any of them', () => {
    const plan = aPlan();
    const stress = stressOf();
    const compressed = compress({ incident: anIncident(), plan, stress, uCurve: UNKNOWN });
    const of = (some: typeof limits) => gateOutput({ plan, stress, compress: compressed, limits: some }).gate_config_hash;
    expect(
      new Set([
        of(limits),
        of({ ...limits, contradictions_max: 3 }),
        of({ ...limits, coverage_min: 0.5 }),
        of({ ...limits, thin_coverage_min: 0.1 }),
      ]).size,
    ).toBe(4);
  });
});
