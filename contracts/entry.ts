import { z } from 'zod';
import { Parameters } from './catalogue.ts';
import { DecisionKind, Origin, Outcome, RecoveryResult, Refusal, Waiting } from './entry-words.ts';
import { EscalationChannel, EscalationReason } from './escalation.ts';
import { Stress } from './findings.ts';
import { CompressOutput, GateOutput } from './gate.ts';
import { Incident } from './incident.ts';
import { CitedId, Plan } from './plan.ts';
import { Signed } from './signed.ts';
import { Telemetry } from './telemetry.ts';
import { ModelUsage } from './usage.ts';
import { Id, Instant, Sha256, Source, Surface } from './words.ts';

const Revision = z.int().min(1);
const Person = z.string().min(1).max(200);
const Note = z.string().max(4_000);
const Ts = z.string().regex(/^\d+\.\d+$/);

/** What a person did about a revision, and on which surface. `event_key` names the Slack message or click, so that reading it twice changes nothing. */
const decided = {
  revision: Revision,
  by: Person,
  via: Surface,
  event_key: z.string().max(300).nullable(),
};
/** The command line knows nobody: what is decided there is signed with the key of one person. */
const signed = Signed.optional();

const entry = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.strictObject({ kind: z.literal(kind), ...shape });

export const UNRETRIEVED_MAX = 100;

/** A plan that came in from outside, and the name under which its author gave it. */
export const Submitted = z.strictObject({ plan: Plan, planner: z.string().min(1).max(200) });
export type Submitted = z.infer<typeof Submitted>;

/**
 * What one record of a case may say. A case moves only by appending one of these; its state is a pure fold of them.
 * `channel` is Slack's id.
 */
export const EntryBody = z.discriminatedUnion('kind', [
  entry('incident_opened', {
    incident: Incident,
    channel: z.string(),
    intake_key: z.string().max(300),
    /** The plan that an outside agent opened the case with: in one entry, so that no planner's can come between. */
    submitted: Submitted.optional(),
  }),
  entry('step_failed', { step: z.string(), revision: Revision, attempt: z.int().min(1), problem: Note }),
  entry('planned', {
    revision: Revision,
    origin: Origin,
    plan: Plan,
    planner: z.string(),
    /** Set where the configured planner did not answer and another did. */
    fallback_from: z.string().nullable(),
    chosen_by: Person.nullable(),
    /** Where the plan came in, where none of our planners made it; such a plan runs by itself only if config lists that source. */
    source: Source.optional(),
    /** Names the submission, so that the same one never makes two revisions. */
    event_key: z.string().max(300).optional(),
    /** What a model was asked for this plan, where one was. */
    usage: ModelUsage.optional(),
    /** What the plan cites although none of its planner's tools returned it; absent where nobody kept a record of the tools. */
    unretrieved_ids: z.array(CitedId).max(UNRETRIEVED_MAX).optional(),
    /** What changed since the revision before, where a re-check voided it. */
    differences: z.array(Note).max(50),
  }),
  /** A person asks for a new plan, because something it could rest on is there now. */
  entry('replan_asked', { revision: Revision, by: Person, via: Surface }),
  entry('stressed', { revision: Revision, stress: Stress, usage: ModelUsage.optional() }),
  entry('gated', { revision: Revision, compress: CompressOutput, gate: GateOutput, digest: Sha256, auto_execute: z.boolean() }),
  entry('card_posted', { revision: Revision, channel: z.string(), ts: Ts, shows_seq: z.int() }),
  /** Slack confirmed the card with the decision; `thread_ts` is the first reply under it, on Slack's clock: only replies after it decide. */
  entry('decision_shown', { revision: Revision, digest: Sha256, thread_ts: Ts, shows_seq: z.int() }),
  entry('card_updated', { revision: Revision, shows_seq: z.int() }),
  entry('card_superseded', { revision: Revision }),
  entry('thread_posted', {
    revision: Revision,
    key: z.string().max(200),
    ts: Ts,
    /** Slack's id of the picture that the message shows, which the card may show from then on. */
    picture: z.string().min(1).max(100).optional(),
  }),
  entry('approved', {
    ...decided,
    digest: Sha256,
    as: z.enum(['approve', 'override']),
    reason: Note.nullable(),
    /** Distinct approvers counted with this one, and how many are needed. */
    count: z.int().min(1),
    needed: z.int().min(1),
    signed,
  }),
  entry('refused', { ...decided, attempted: DecisionKind, refusal: Refusal }),
  entry('rejected', { ...decided, reason: Note.nullable(), signed }),
  entry('held', { ...decided, reason: Note.nullable(), signed }),
  entry('released', { ...decided, reason: Note.nullable(), signed }),
  entry('reminded', { revision: Revision, ts: Ts }),
  /** People outside of the thread were told, or could not be; `key` is told once. `to` names no secret: of an address only the host. */
  entry('escalated', {
    revision: Revision,
    reason: EscalationReason,
    key: z.string().max(200),
    channel: EscalationChannel,
    to: z.string().max(300),
    outcome: z.enum(['sent', 'failed']),
    detail: Note,
  }),
  entry('expired', { revision: Revision }),
  entry('waiting', { revision: Revision, for: Waiting, until: Instant.nullable(), detail: Note }),
  entry('voided', { revision: Revision, differences: z.array(Note).min(1).max(50) }),
  entry('execution_started', {
    revision: Revision,
    key: z.string(),
    action_id: z.string(),
    action_hash: Sha256,
    executor: z.string(),
    parameters: Parameters,
    not_after: Instant,
    digest: Sha256,
    /** Figures just before the effect, which recovery is measured against. */
    baseline: Telemetry.nullable(),
    /** The gate's rules on the findings of the last moment. */
    recheck_reasons: z.array(z.string()),
  }),
  entry('execution_recorded', {
    revision: Revision,
    key: z.string(),
    outcome: Outcome,
    detail: Note,
    effect_at: Instant.nullable(),
    /** A person who settled an unknown outcome; null where the executor answered. */
    settled_by: Person.nullable(),
  }),
  entry('verified', {
    revision: Revision,
    result: RecoveryResult,
    telemetry: Telemetry.nullable(),
    detail: Note,
    /** Until when telemetry that gave no answer goes on being asked; absent where this is the last word. */
    asks_until: Instant.optional(),
  }),
  entry('learned', { revision: Revision, runbook_id: Id, title: z.string(), text: z.string() }),
  entry('learning_skipped', { revision: Revision, problem: Note }),
  entry('learning_decided', {
    revision: Revision,
    runbook_id: Id,
    decision: z.enum(['accepted', 'edited', 'discarded']),
    by: Person,
    via: Surface,
    signed,
    /** The words of the person who edited it; they are what is accepted. */
    edited: z.strictObject({ title: z.string(), text: z.string() }).optional(),
  }),
  /** The library holds the runbook as it was decided. */
  entry('learning_kept', { revision: Revision, runbook_id: Id }),
  /** Its action did not help so often in a row, last in `case_id`: it counts for nothing until people accept it again. */
  entry('learning_doubted', { revision: Revision, runbook_id: Id, failures: z.int().min(1), case_id: Id }),
  /** `shows_seq`: the last entry that the ticket's own text tells; its own number where it is absent. */
  entry('ticket_opened', { key: z.string(), url: z.string(), shows_seq: z.int().optional() }),
  entry('ticket_commented', { key: z.string(), comment_id: z.string(), shows_seq: z.int() }),
  entry('ticket_closed', { key: z.string() }),
  /**
   * The tracker has failed the case for a while; told once, until something at the ticket has succeeded again. `key` is null
   * while there is no ticket.
   */
  entry('ticket_failed', { act: z.enum(['open', 'comment', 'close']), key: z.string().nullable(), problem: Note }),
  entry('failed', { step: z.string(), problem: Note }),
  // Entries of the logs that belong to no single case: `~switch`, `~lock:SERVICE`, `~executions`, `~summary` and `~key:HASH`.
  entry('paused', { by: Person, via: Surface, reason: Note.nullable() }),
  entry('resumed', { by: Person, via: Surface, reason: Note.nullable(), signed }),
  entry('lock_taken', { case_id: Id, revision: Revision }),
  entry('lock_released', { case_id: Id, revision: Revision, ran: z.boolean() }),
  /** A place in the window within which only so many executions may start. */
  entry('slot_taken', { case_id: Id, revision: Revision, service: z.string() }),
  /** A daily summary, by the minute on the wall clock of `zone` in which it was due; `begun` is where an installation starts. */
  entry('summary_told', {
    slot: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/),
    zone: z.string().max(100),
    to: z.string().max(300),
    outcome: z.enum(['begun', 'sent', 'failed']),
    detail: Note,
  }),
  /** An outside agent's key for a submission was seen first now, with this request; its time is the case's. */
  entry('key_taken', { request_hash: Sha256, by: Person }),
]);
export type EntryBody = z.infer<typeof EntryBody>;
export type EntryKind = EntryBody['kind'];
export type BodyOf<K extends EntryKind> = Extract<EntryBody, { kind: K }>;

/** One record as stored: its place in the case, a uuid of its own, a time, and the chain. `hash` covers everything but itself. */
export const Entry = z.strictObject({
  case_id: Id,
  seq: z.int().min(0),
  entry_id: z.uuid(),
  at: Instant,
  prev_hash: z.string(),
  hash: Sha256,
  body: EntryBody,
});
export type Entry = z.infer<typeof Entry>;

export const SWITCH_LOG = '~switch';
export const SLOTS_LOG = '~executions';
export const SUMMARY_LOG = '~summary';
export const lockLog = (service: string): string => `~lock:${service}`;
/** `hash` is the SHA-256 of the key: keys are texts of others and may be anything. */
export const keyLog = (hash: string): string => `~key:${hash}`;
/** Reserved logs are no cases: they are never open and never listed. */
export const isReservedLog = (caseId: string): boolean => caseId.startsWith('~');
