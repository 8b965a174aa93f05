import { z } from 'zod';
import { Telemetry } from './telemetry.ts';
import { Decision, Id, Severity } from './words.ts';

/** Every reason is a rule of the gate, in the order in which decisions list them. */
export const Reason = z.enum([
  'policy_conflict',
  'contradictions',
  'unsupported',
  'critical_severity',
  'fabricated_authority',
  'unknown_action',
  'position_withdrawn',
  'stale_evidence',
  'telemetry_unknown',
  'thin_coverage',
  'invalid_findings',
]);
export type Reason = z.infer<typeof Reason>;

/** Thresholds; the hash of this object is in every decision. */
export const GateConfig = z.strictObject({
  /** This many contradictions block. */
  contradictions_max: z.int().min(1).max(100).default(2),
  /** Below this coverage, with no support at all, a plan is unsupported. */
  coverage_min: z.number().min(0).max(1).default(0.34),
  /** Off where null: otherwise any coverage below it blocks. */
  thin_coverage_min: z.number().min(0).max(1).nullable().default(null),
});
export type GateConfig = z.infer<typeof GateConfig>;

const Count = z.number().min(0);
const Cited = z.array(z.string().max(300)).max(500);

/** What the gate reads: counts and ids that the governor established itself, never a model's figures. */
export const GateFindings = z.strictObject({
  incident_id: z.string().min(1).max(200),
  severity: Severity,
  action_known: z.boolean(),
  parameters_valid: z.boolean(),
  claims: Count,
  supports: Count,
  coverage: z.number().min(0).max(1),
  contradictions: Count,
  policy_conflicts: Cited,
  fabricated_ids: Cited,
  stale_ids: Cited,
  telemetry: Telemetry.nullable(),
  position_withdrawn: z.boolean(),
});
export type GateFindings = z.infer<typeof GateFindings>;

/** One exact comparison. `measured` is what was found, `threshold` what would have passed. */
export const RuleResult = z.strictObject({ rule: Reason, measured: z.unknown(), threshold: z.unknown(), passed: z.boolean() });
export type RuleResult = z.infer<typeof RuleResult>;

/** One of the smallest sets of changes that would turn a block into an execution. */
export const Flip = z.strictObject({
  changes: z.array(z.strictObject({ rule: Reason, field: z.string(), from: z.unknown(), to: z.unknown() })).min(1),
});
export type Flip = z.infer<typeof Flip>;

export const GateDecision = z.strictObject({
  incident_id: z.string(),
  decision: Decision,
  reasons: z.array(Reason),
  rules: z.array(RuleResult),
  flips: z.array(Flip),
});
export type GateDecision = z.infer<typeof GateDecision>;

/** The seed's derived figures, computed and recorded; no rule reads them. */
export const Derived = z.strictObject({
  initial_position: z.string(),
  final_position: z.string(),
  confidence_initial: z.number(),
  confidence_final: z.number(),
  confidence_delta: z.number(),
  /** 1 where the position changed or confidence fell by 2 or more. */
  act: z.union([z.literal(0), z.literal(1)]),
  /** Coverage. */
  iii: z.number(),
  /** 0 where the position changed, else 0.7. */
  ri: z.number(),
  /** 0.2 where the output contract was valid, else 0.6. */
  per: z.number(),
  adaptability_score: z.number(),
  disagreement_detected: z.boolean(),
  arbiter_resolution: z.enum(['accept_planner_action', 'execute_with_guardrails', 'escalate_for_human_approval']),
});
export type Derived = z.infer<typeof Derived>;

export const GateOutput = z.strictObject({ ...GateDecision.shape, ...Derived.shape, gate_config_hash: z.string() });
export type GateOutput = z.infer<typeof GateOutput>;

export const CompressOutput = z.strictObject({
  incident_id: Id,
  context_mode: z.enum(['full_context', 'compressed_context']),
  output_contract_valid: z.boolean(),
  required_fields_present: z.array(z.string()),
});
export type CompressOutput = z.infer<typeof CompressOutput>;
