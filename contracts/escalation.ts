import { z } from 'zod';
import { Decision, Instant, Severity } from './words.ts';

/** Why a case needs people: one word for each kind of standstill. */
export const EscalationReason = z.enum(['blocked', 'not_recovered', 'outcome_unknown', 'failed', 'expired']);
export type EscalationReason = z.infer<typeof EscalationReason>;

/** `dm`: a direct message in Slack. */
export const EscalationChannel = z.enum(['webhook', 'workflow', 'dm']);
export type EscalationChannel = z.infer<typeof EscalationChannel>;

/** A Slack user id, an e-mail address, or the exact name of a person. */
const Contact = z.string().trim().min(1).max(200);
const DAY_S = 86_400;
const Delay = z
  .number()
  .min(0)
  .max(DAY_S * 30);

export const EscalationConfig = z.strictObject({
  /** For which standstills people outside of the thread are told. */
  reasons: z.array(EscalationReason).default([...EscalationReason.options]),
  /** How long a case may stand still before the webhook, the workflow and the contact are told. */
  after_s: Delay.default(0),
  /** Who is told next while nobody has done anything about the case; `after_s` counts from the standstill's beginning. */
  chain: z
    .array(z.strictObject({ to: Contact, after_s: Delay }))
    .max(10)
    .default([]),
  /** For how long a target that does not answer is tried before the thread says that it was not reached. */
  give_up_s: z.number().min(1).max(DAY_S).default(3_600),
  timeout_s: z.number().min(0.1).max(60).default(10),
  daily_summary: z
    .strictObject({
      /** Five fields: minute, hour, day, month, weekday; null where none is wanted. */
      cron: z.string().min(9).max(100).nullable().default('0 8 * * *'),
      /** By which clock, as `Europe/Berlin`; that of this machine where it is left out. */
      time_zone: z.string().min(1).max(100).optional(),
      /** A person, or a channel's id; ESCALATION_CONTACT where it is left out. */
      to: Contact.optional(),
    })
    .prefault({}),
});
export type EscalationConfig = z.infer<typeof EscalationConfig>;

/** What the webhook's body says, and, as `incident_escalation`, the workflow's input. All texts are redacted. */
export const EscalationNotice = z.strictObject({
  version: z.literal(1),
  /** Names this escalation: the same key always means the same one, sent again. */
  key: z.string(),
  case_id: z.string(),
  reason: EscalationReason,
  /** When the standstill began. */
  since: Instant,
  service: z.string(),
  severity: Severity,
  summary: z.string(),
  revision: z.int().min(1),
  proposed_action: z.string().nullable(),
  decision: Decision.nullable(),
  /** The rules that failed. */
  rules: z.array(z.string()),
  /** One sentence on where the case stands. */
  detail: z.string(),
  ticket_url: z.string().nullable(),
  /** The card in Slack, where it is posted and the workspace's address is known. */
  card_url: z.string().nullable(),
  /** The world behind this installation is the simulated one. */
  simulated: z.boolean(),
});
export type EscalationNotice = z.infer<typeof EscalationNotice>;
