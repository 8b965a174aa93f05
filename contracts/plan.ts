import { z } from 'zod';
import { Parameters } from './catalogue.ts';
import { Id } from './words.ts';

export const CLAIMS_MAX = 20;
const Text = z.string().min(1).max(4_000);
/** Ids as a planner writes them: anything printable, because an invented id must be recorded as it was cited. */
export const CitedId = z.string().min(1).max(300);

const ClaimObject = z.strictObject({
  claim: Text,
  document_ids: z.array(CitedId).max(50),
  /** Words that must occur in one of the cited documents. */
  quote: z.string().min(1).max(2_000).optional(),
});

/** A claim of the plan; a bare string is a claim without ids. */
export const KeyClaim = z.union([ClaimObject, Text.transform((claim) => ({ claim, document_ids: [] as string[] }))]);
export type KeyClaim = z.infer<typeof ClaimObject>;

export const Plan = z.strictObject({
  incident_id: Id,
  proposed_action: z.string().min(1).max(2_000),
  parameters: Parameters.default({}),
  rationale: z.string().max(10_000),
  key_claims: z.array(KeyClaim).max(CLAIMS_MAX),
  confidence_initial: z.number().min(0).max(10),
  retrieved_context_ids: z.array(CitedId).max(200),
});
export type Plan = z.infer<typeof Plan>;

/** What the planner says when asked for evidence for and against its own claims. Its counts are never used: ours are. */
export const StressAnswer = z.strictObject({
  incident_id: Id,
  claim_evidence: z
    .array(
      z.strictObject({
        claim: Text,
        support_docs: z.array(CitedId).max(50),
        contradiction_docs: z.array(CitedId).max(50),
        /** True where the planner contradicts the claim without naming a document. */
        contradicted: z.boolean().optional(),
      }),
    )
    .max(CLAIMS_MAX),
  policy_conflicts: z.array(CitedId).max(50),
  confidence_post_stress: z.number().min(0).max(10),
  position_after_stress: z.string().min(1).max(2_000),
  contradiction_count: z.number().min(0).optional(),
  fabricated_authority_rejected: z.boolean().optional(),
  integration_quality: z.number().min(0).max(1).optional(),
});
export type StressAnswer = z.infer<typeof StressAnswer>;
