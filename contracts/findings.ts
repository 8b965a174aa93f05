import { z } from 'zod';
import { Parameters } from './catalogue.ts';
import { GateFindings } from './gate.ts';
import { Instant, Sha256, Stance } from './words.ts';

/** What one document does for a revision. Only `support` and `contradiction` count; the others say why it does not. */
export const Role = z.enum(['support', 'contradiction', 'context', 'not_counted']);
export type Role = z.infer<typeof Role>;

/** Why a cited document did not count as support. */
export const NotCounted = z.enum([
  'other_service',
  'other_stance',
  'does_not_speak',
  'quote_missing',
  'stored_too_late',
  'from_this_case',
  'not_accepted',
  'not_the_remedy',
]);
export type NotCounted = z.infer<typeof NotCounted>;

/** A document as it was when this revision was stressed; its hash is in the digest where the role is material. */
export const WeighedDocument = z.strictObject({
  id: z.string(),
  kind: z.enum(['runbook', 'evidence', 'policy', 'log']),
  service: z.string(),
  stance: Stance.nullable(),
  title: z.string(),
  excerpt: z.string(),
  hash: Sha256,
  role: Role,
  not_counted: NotCounted.nullable(),
  cited: z.boolean(),
  stored_at: Instant.nullable(),
  /** How often in a row its action, run because of it, did not help; absent where it last did. Not in the digest. */
  failures: z.int().min(1).optional(),
});
export type WeighedDocument = z.infer<typeof WeighedDocument>;

/** One claim with what was found for and against it, by document id. */
export const ClaimFinding = z.strictObject({
  claim: z.string(),
  quote: z.string().nullable(),
  supports: z.array(z.string()),
  contradictions: z.array(z.string()),
  /** Cited ids that exist nowhere. */
  fabricated: z.array(z.string()),
  /** True where the planner contradicts it and names no document. */
  contradicted_by_planner: z.boolean(),
});
export type ClaimFinding = z.infer<typeof ClaimFinding>;

export const PolicyConflict = z.strictObject({
  id: z.string(),
  rule: z.string(),
  hash: Sha256,
  absolute: z.boolean(),
  found_by: z.enum(['governor', 'planner', 'both']),
});
export type PolicyConflict = z.infer<typeof PolicyConflict>;

export const Confidence = z.strictObject({ stated: z.number(), adjusted: z.number(), post_stress: z.number() });

/** One figure of a model's reliability, with where it comes from; unknown is never zero. */
export const Score = z.discriminatedUnion('source', [
  z.strictObject({ value: z.number(), source: z.enum(['measured', 'published']) }),
  z.strictObject({ value: z.null(), source: z.literal('unknown') }),
]);
export type Score = z.infer<typeof Score>;

/** The figures that weighed in: `ecs` (0 to 10) on the stated confidence, `ci` on each contradiction, `u_curve` on the context. */
export const WeighedScores = z.strictObject({ ecs: Score, ci: Score, u_curve: Score });
export type WeighedScores = z.infer<typeof WeighedScores>;

/** The whole result of stressing one revision: what the gate reads, and all that stands behind it. */
export const Stress = z.strictObject({
  began_at: Instant,
  /** The catalogue entry the plan resolved to; null where it resolves to none. */
  action_id: z.string().nullable(),
  action_hash: Sha256.nullable(),
  action_refusal: z.string().nullable(),
  /** The plan's parameters with catalogue defaults filled in. */
  parameters: Parameters,
  parameter_problems: z.array(z.string()),
  claims: z.array(ClaimFinding),
  documents: z.array(WeighedDocument),
  policies: z.array(PolicyConflict),
  /** Ids counted as contradictions: documents, `telemetry:SERVICE`, `planner:N` for one without a document. */
  contradiction_ids: z.array(z.string()),
  /** Counted documents that are about the action itself; without one nothing runs unless a person consents. */
  about_action: z.array(z.string()).optional(),
  telemetry_problem: z.string().nullable(),
  position_after_stress: z.string(),
  integration_quality: z.number(),
  confidence: Confidence,
  /** Absent in records from before they were kept. */
  scores: WeighedScores.optional(),
  /** What the planner could not be asked, in words; null where it answered. */
  planner_problem: z.string().nullable(),
  findings: GateFindings,
});
export type Stress = z.infer<typeof Stress>;
