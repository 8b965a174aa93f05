import { z } from 'zod';
import { Outcome, RecoveryResult, Waiting } from './entry-words.ts';
import { ClaimFinding, Confidence, PolicyConflict, WeighedDocument, WeighedScores } from './findings.ts';
import { Flip, Reason, RuleResult } from './gate.ts';
import { Incident } from './incident.ts';
import { CitedId, Plan } from './plan.ts';
import { RevisionRef } from './revision-ref.ts';
import { Telemetry } from './telemetry.ts';
import { ModelUsage } from './usage.ts';
import { CaseStatus, Decision, Instant } from './words.ts';

export const Phase = z.enum(['plan', 'stress', 'compress', 'gate', 'approval', 'execute', 'verify', 'learn']);
export type Phase = z.infer<typeof Phase>;

/** What a card offers. A button that cannot lead anywhere is not offered. */
export const Offer = z.enum([
  'approve',
  'reject',
  'hold',
  'release',
  'override',
  'choose_action',
  'look_again',
  'rollback',
  'it_ran',
  'it_did_not_run',
  'accept_runbook',
  'edit_runbook',
  'discard_runbook',
]);
export type Offer = z.infer<typeof Offer>;

/** A consent to a revision as it is told to people, on cards and in files. */
export const GivenApproval = z.strictObject({
  by: z.string(),
  as: z.enum(['approve', 'override']),
  at: Instant,
  via: z.string(),
  reason: z.string().nullable(),
});

/** Everything one card says about one revision, ready to be laid out: no card reads anything else. */
export const Shown = z.strictObject({
  ref: RevisionRef.nullable(),
  case_id: z.string(),
  revision: z.int(),
  status: CaseStatus,
  incident: Incident,
  /** The world behind this installation is the simulated one; every card says so. */
  simulated: z.boolean(),
  superseded: z.boolean(),
  progress: z.array(
    z.strictObject({ phase: Phase, status: z.enum(['pending', 'in_progress', 'complete', 'error']), detail: z.string() }),
  ),
  plan: Plan.nullable(),
  planner: z.string().nullable(),
  fallback_from: z.string().nullable(),
  chosen_by: z.string().nullable(),
  /** What a model was asked for this revision's plan and its stress test; null where none was. */
  usage: ModelUsage.nullable(),
  /** What the plan cites although none of its planner's tools returned it. Empty also where nobody kept a record of the tools. */
  unretrieved_ids: z.array(CitedId),
  differences: z.array(z.string()),
  action: z
    .strictObject({
      id: z.string(),
      title: z.string(),
      description: z.string(),
      risk: z.enum(['low', 'medium', 'high']),
      executor: z.string(),
      target: z.string(),
      parameters: z.record(z.string(), z.unknown()),
    })
    .nullable(),
  claims: z.array(ClaimFinding),
  documents: z.array(WeighedDocument),
  policies: z.array(PolicyConflict),
  contradiction_ids: z.array(z.string()),
  fabricated_ids: z.array(z.string()),
  telemetry: Telemetry.nullable(),
  telemetry_problem: z.string().nullable(),
  /** Sentences: what is wrong with the parameters that were proposed. */
  parameter_problems: z.array(z.string()),
  confidence: Confidence.nullable(),
  scores: WeighedScores.nullable(),
  coverage: z.number().nullable(),
  context_mode: z.enum(['full_context', 'compressed_context']).nullable(),
  decision: Decision.nullable(),
  reasons: z.array(Reason),
  rules: z.array(RuleResult),
  flips: z.array(Flip),
  /** What would let it run: nothing more, one kind of consent, or nothing at all. */
  needs: z.enum(['none', 'approve', 'override', 'nothing_passes']),
  /** Who may give that consent now, as Slack mentions or names, resolved from the config; empty means nobody. */
  who_may_decide: z.array(z.string()),
  approvals: z.array(GivenApproval),
  approvals_needed: z.int(),
  refused_attempts: z.int(),
  last_act: z.strictObject({ kind: z.string(), by: z.string(), at: Instant, reason: z.string().nullable() }).nullable(),
  waiting: z.strictObject({ for: Waiting, until: Instant.nullable(), detail: z.string() }).nullable(),
  /** Set while the hold window runs. */
  executes_at: Instant.nullable(),
  expires_at: Instant.nullable(),
  execution: z
    .strictObject({
      key: z.string(),
      started_at: Instant,
      outcome: Outcome.nullable(),
      detail: z.string(),
      effect_at: Instant.nullable(),
    })
    .nullable(),
  recovery: z
    .strictObject({
      result: RecoveryResult,
      before: Telemetry.nullable(),
      after: Telemetry.nullable(),
      detail: z.string(),
      /** Slack's id of the picture of the error rate; null while there is none. */
      picture: z.string().nullable(),
    })
    .nullable(),
  verify_at: Instant.nullable(),
  learned: z
    .strictObject({
      runbook_id: z.string(),
      title: z.string(),
      text: z.string(),
      decision: z.enum(['accepted', 'edited', 'discarded']).nullable(),
      /** How often in a row it had not helped when people were asked again; 0 where they are asked for the first time. */
      failures: z.int().min(0),
    })
    .nullable(),
  ticket: z.strictObject({ key: z.string(), url: z.string() }).nullable(),
  problem: z.string().nullable(),
  offers: z.array(Offer),
  next_steps: z.array(z.string()).max(3),
});
export type Shown = z.infer<typeof Shown>;
