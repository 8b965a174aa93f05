import type { Derived, GateDecision, GateOutput } from '../../contracts/gate.ts';

/** The older system's figures alone, out of what the gate recorded. */
export const derivedOf = (gate: GateOutput): Derived => ({
  initial_position: gate.initial_position,
  final_position: gate.final_position,
  confidence_initial: gate.confidence_initial,
  confidence_final: gate.confidence_final,
  confidence_delta: gate.confidence_delta,
  act: gate.act,
  iii: gate.iii,
  ri: gate.ri,
  per: gate.per,
  adaptability_score: gate.adaptability_score,
  disagreement_detected: gate.disagreement_detected,
  arbiter_resolution: gate.arbiter_resolution,
});

/** The decision alone, with every rule. */
export const decisionOf = ({ incident_id, decision, reasons, rules, flips }: GateOutput): GateDecision => ({
  incident_id,
  decision,
  reasons,
  rules,
  flips,
});
