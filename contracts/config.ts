import { z } from 'zod';
import { ServiceScope } from './documents.ts';
import { ElasticsearchConfig } from './elasticsearch.ts';
import { EscalationConfig } from './escalation.ts';
import { ExecutionLimits, ExecutorsConfig } from './executors.ts';
import { GateConfig } from './gate.ts';
import { JiraConfig } from './jira.ts';
import { ModelPlannerConfig } from './model-planner.ts';
import { AgentBuilderConfig, FALLBACKS_MAX, PlannerName } from './planners.ts';
import { Instant, ServiceName, Severity, Source } from './words.ts';

const Seconds = (min: number, fallback: number) => z.number().min(min).max(31_536_000).default(fallback);

/** Who may decide what. Empty lists of services, severities or kinds mean all of them; empty lists of people mean nobody. */
export const ApproverRule = z.strictObject({
  /** Slack user ids. */
  users: z.array(z.string().min(1)).default([]),
  /** Slack user-group ids, resolved when a decision is made. */
  groups: z.array(z.string().min(1)).default([]),
  /** Ed25519 public keys (base64 of the raw 32 bytes) by which these people decide on the command line. */
  keys: z.array(z.strictObject({ name: z.string().min(1), user: z.string().min(1), public_key: z.string().min(40) })).default([]),
  services: z.array(ServiceScope).default([]),
  severities: z.array(Severity).default([]),
  kinds: z.array(z.enum(['approve', 'override', 'release'])).default([]),
  /** Distinct people needed. */
  quorum: z.int().min(1).max(10).default(1),
  /** The requester of a case may approve it only where this is true. */
  may_approve_own: z.boolean().default(false),
});
export type ApproverRule = z.infer<typeof ApproverRule>;

export const Freeze = z.strictObject({ service: ServiceScope, from: Instant, to: Instant });
export type Freeze = z.infer<typeof Freeze>;

export const ServiceSettings = z.strictObject({
  severity_min: Severity.optional(),
  channel: z.string().min(1).optional(),
  planner: z.string().min(1).optional(),
  /** In place of `planner.fallback`. */
  fallback: z.array(z.string().min(1)).max(FALLBACKS_MAX).optional(),
});

/** governor.config.json. Unknown keys are refused by name; durations are seconds and may be fractional. */
export const GovernorConfig = z.strictObject({
  approvers: z.array(ApproverRule).default([]),
  services: z.record(ServiceName, ServiceSettings).default({}),
  gate: GateConfig.prefault({}),
  hold_window_s: Seconds(0, 60),
  approval_expiry_s: Seconds(1, 14_400),
  /** Reminders go out after these shares of the approval's time. */
  reminders_at: z.array(z.number().gt(0).lt(1)).max(10).default([0.5, 0.9]),
  lease_s: Seconds(0.5, 4),
  freezes: z.array(Freeze).default([]),
  step_attempts: z.int().min(1).max(10).default(3),
  planner_timeout_s: Seconds(0.1, 120),
  cooldown_s: Seconds(0, 300),
  /** How long after `execution_started` an executor may still begin; later it must refuse. */
  dispatch_s: Seconds(0.5, 10),
  /** How long an order may be under way before people are told that its outcome is unknown. */
  execution_s: Seconds(1, 900),
  blast_radius: ExecutionLimits.prefault({}),
  executors: ExecutorsConfig.prefault({}),
  /** How far clocks of this machine, the executor and Slack may be apart. */
  clock_skew_s: Seconds(0, 2),
  /** The stretch of telemetry that plan and stress look at. */
  telemetry_window_s: Seconds(1, 300),
  /** Progress on a card is shown at most this often. */
  card_interval_s: Seconds(0, 1.5),
  /** Whether the error rate before and after an effect is drawn and posted to the case's thread. */
  recovery_picture: z.boolean().default(true),
  auto_execute: z.strictObject({ sources: z.array(Source).default(['slash_command', 'modal', 'mention']) }).prefault({}),
  channels: z.strictObject({ default: z.string().min(1).default('incidents') }).prefault({}),
  planner: z
    .strictObject({
      use: PlannerName.default('playbook'),
      /** Who is asked next, in this order, where a planner has used up its attempts; after the last one a person decides. */
      fallback: z.array(PlannerName).max(FALLBACKS_MAX).default([]),
      /** The recorded planner's file. */
      recorded: z.string().optional(),
      agent_builder: AgentBuilderConfig.prefault({}),
      model: ModelPlannerConfig.prefault({}),
    })
    .prefault({}),
  mcp: z
    .strictObject({
      /** Names, without a port, that callers may give in Host beside this machine's own; behind a proxy or in a container, its name. */
      hosts: z.array(z.string().min(1).max(253)).max(50).default([]),
      /** What one token may ask on average, and at once. */
      requests_per_minute: z.int().min(1).max(1_000_000).default(1_200),
      burst: z.int().min(1).max(100_000).default(200),
    })
    .prefault({}),
  escalation: EscalationConfig.prefault({}),
  elasticsearch: ElasticsearchConfig.prefault({}),
  jira: JiraConfig.prefault({}),
  paths: z.strictObject({ catalogue: z.string().default('data/catalogue.json'), policies: z.string().optional() }).prefault({}),
});
export type GovernorConfig = z.infer<typeof GovernorConfig>;
