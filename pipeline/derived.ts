import type { Stress } from '../contracts/findings.ts';
import type { Derived, GateDecision } from '../contracts/gate.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Decision } from '../contracts/words.ts';

const FALL_THAT_COUNTS = 2;
const FALL_THAT_DISAGREES = 1;
const RI_KEPT = 0.7;
const PER = { valid: 0.2, invalid: 0.6 };

/** Binary fractions leave dust behind that nobody should read. */
const tidy = (value: number): number => Math.round(value * 1e6) / 1e6;

type From = { plan: Plan; stress: Stress; decision: Pick<GateDecision, 'decision'>; outputContractValid: boolean };

/** The older system's figures about how a plan fared under stress. They are recorded for comparison; no rule reads them. */
export function derive({ plan, stress, decision, outputContractValid }: From): Derived {
  const { adjusted, post_stress } = stress.confidence;
  const changed = stress.findings.position_withdrawn;
  const delta = tidy(adjusted - post_stress);
  const act = changed || delta >= FALL_THAT_COUNTS ? 1 : 0;
  const iii = stress.findings.coverage;
  const ri = changed ? 0 : RI_KEPT;
  const per = outputContractValid ? PER.valid : PER.invalid;
  const disagreement = changed || delta >= FALL_THAT_DISAGREES;
  return {
    initial_position: plan.proposed_action,
    final_position: stress.position_after_stress,
    confidence_initial: adjusted,
    confidence_final: post_stress,
    confidence_delta: delta,
    act,
    iii,
    ri,
    per,
    adaptability_score: tidy(act * iii * (1 - ri) * (1 - per)),
    disagreement_detected: disagreement,
    arbiter_resolution: arbiterOf(decision.decision, disagreement),
  };
}

function arbiterOf(decision: Decision, disagreement: boolean): Derived['arbiter_resolution'] {
  if (decision === 'block_and_escalate') return 'escalate_for_human_approval';
  return disagreement ? 'execute_with_guardrails' : 'accept_planner_action';
}
