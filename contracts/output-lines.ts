import { z } from 'zod';
import { Parameters } from './catalogue.ts';
import { Outcome, RecoveryResult } from './entry-words.ts';
import { Confidence, Stress, WeighedScores } from './findings.ts';
import { CompressOutput, Derived, GateDecision, Reason } from './gate.ts';
import { Incident } from './incident.ts';
import { Plan } from './plan.ts';
import { GivenApproval } from './shown.ts';
import { Telemetry } from './telemetry.ts';
import { ModelUsage } from './usage.ts';
import { CaseStatus, Decision, Instant, Severity, Sha256 } from './words.ts';

// The lines of the files in $GOVERNOR_HOME/output, beside tool_trace.jsonl, whose lines are `ToolCall`. docs/outputs.md
// describes them for readers.

/** By which every line names the entry it was drawn from; `entry_id` tells a line from its repeat. */
const drawnFrom = { at: Instant, case_id: z.string(), seq: z.int().min(0), entry_id: z.uuid() };
const about = { service: z.string(), severity: Severity, revision: z.int().min(1) };

/** One outcome in Slack, at a ticket, of an escalation, of a webhook's intake or of an executor: a line of workflow_events.jsonl. */
export const WorkflowEvent = z.strictObject({
  at: Instant,
  /** Null where the event belongs to no case, as the daily summary does; `seq` and `entry_id` are null with it. */
  case_id: z.string().nullable(),
  seq: z.int().min(0).nullable(),
  entry_id: z.uuid().nullable(),
  service: z.string().nullable(),
  severity: Severity.nullable(),
  revision: z.int().min(1).nullable(),
  channel: z.enum(['slack', 'ticket', 'escalation', 'intake', 'executor']),
  /** The kind of the entry, or `daily_summary`. */
  event: z.string(),
  /** `done`: it took place. `refused`: somebody was told no. `failed`: it did not reach its target, or had no good end. */
  outcome: z.enum(['done', 'refused', 'failed']),
  /** A person's id, or who else acted; null where the governor did. */
  actor: z.string().nullable(),
  /** A channel and time in Slack, a ticket's key, an executor, or who was told. */
  target: z.string().nullable(),
  detail: z.string(),
});
export type WorkflowEvent = z.infer<typeof WorkflowEvent>;

const DecisionMeasure = z.strictObject({
  ...drawnFrom,
  ...about,
  measure: z.literal('decision'),
  planner: z.string(),
  proposed_action: z.string(),
  decision: Decision,
  reasons: z.array(Reason),
  digest: Sha256,
  auto_execute: z.boolean(),
  context_mode: CompressOutput.shape.context_mode,
  claims: z.number(),
  supports: z.number(),
  coverage: z.number(),
  contradictions: z.number(),
  policy_conflicts: z.int(),
  fabricated: z.int(),
  integration_quality: z.number(),
  confidence: Confidence,
  ...Derived.shape,
  scores: WeighedScores.nullable(),
  usage: ModelUsage.nullable(),
  /** From the opening of the case to this decision, in milliseconds. */
  ms_from_opening: z.number().min(0),
});

const RecoveryMeasure = z.strictObject({
  ...drawnFrom,
  ...about,
  measure: z.literal('recovery'),
  action_id: z.string(),
  result: RecoveryResult,
  error_rate_before: z.number().nullable(),
  error_rate_after: z.number().nullable(),
  ms_from_opening: z.number().min(0),
});

/** A decision with its figures, or a recovery check: a line of reliability_metrics.jsonl. */
export const ReliabilityMetric = z.discriminatedUnion('measure', [DecisionMeasure, RecoveryMeasure]);
export type ReliabilityMetric = z.infer<typeof ReliabilityMetric>;

/** Everything the pipeline did about one revision, at its decision and again where the case came to rest: a line of agent_runs.jsonl. */
export const AgentRun = z.strictObject({
  ...drawnFrom,
  /** `end` may come several times: a case that did not recover can be taken up again. */
  stage: z.enum(['decision', 'end']),
  status: CaseStatus,
  incident: Incident,
  revision: z.int().min(1),
  origin: z.string().nullable(),
  planner: z.string().nullable(),
  fallback_from: z.string().nullable(),
  chosen_by: z.string().nullable(),
  plan: Plan.nullable(),
  stress: Stress.nullable(),
  compress: CompressOutput.nullable(),
  gate: GateDecision.nullable(),
  derived: Derived.nullable(),
  digest: Sha256.nullable(),
  approvals: z.array(GivenApproval),
  refused_attempts: z.int(),
  executed: z.boolean(),
  execution: z
    .strictObject({
      key: z.string(),
      revision: z.int().min(1),
      action_id: z.string(),
      executor: z.string(),
      parameters: Parameters,
      started_at: Instant,
      outcome: Outcome.nullable(),
      detail: z.string(),
      effect_at: z.string().nullable(),
    })
    .nullable(),
  recovery: z
    .strictObject({ result: RecoveryResult, before: Telemetry.nullable(), after: Telemetry.nullable(), detail: z.string() })
    .nullable(),
  learned_runbook: z.string().nullable(),
  ticket: z.strictObject({ key: z.string(), url: z.string() }).nullable(),
  escalations: z.array(z.strictObject({ key: z.string(), to: z.string(), outcome: z.enum(['sent', 'failed']), at: Instant })),
  usage: ModelUsage.nullable(),
  problem: z.string().nullable(),
  opened_at: Instant,
});
export type AgentRun = z.infer<typeof AgentRun>;
