import type { DecisionKind, Origin, Outcome, RecoveryResult, Refusal, Waiting } from '../contracts/entry-words.ts';
import type { EscalationChannel, EscalationReason } from '../contracts/escalation.ts';
import type { NotCounted } from '../contracts/findings.ts';
import type { Reason } from '../contracts/gate.ts';
import type { Phase } from '../contracts/shown.ts';
import type { CaseStatus, Severity, Source, Surface } from '../contracts/words.ts';

// What people read for each word of the contracts. A new word does not compile until it has its text here.

export const STATUS: Record<CaseStatus, string> = {
  detected: 'Detected',
  analyzing: 'Analyzing',
  pending_approval: 'Waiting for a decision',
  ready_to_execute: 'Ready to run',
  held: 'Held',
  executing: 'Running',
  verifying: 'Checking recovery',
  learning: 'Recovered',
  resolved: 'Resolved',
  rejected: 'Rejected',
  expired: 'Expired',
  failed: 'Stopped',
  not_recovered: 'Not recovered',
  outcome_unknown: 'Outcome unknown',
};

/** What a reason is called where there is room for two or three words. */
export const REASON: Record<Reason, string> = {
  policy_conflict: 'policy conflict',
  contradictions: 'contradicting evidence',
  unsupported: 'no supporting evidence',
  critical_severity: 'critical severity',
  fabricated_authority: 'invented sources',
  unknown_action: 'unknown action',
  position_withdrawn: 'withdrawn by its planner',
  stale_evidence: 'evidence changed',
  telemetry_unknown: 'telemetry unknown',
  thin_coverage: 'thin coverage',
  invalid_findings: 'unreadable findings',
};

/** The rule by what it looks at: it may have passed. */
export const RULE: Record<Reason, string> = {
  policy_conflict: 'Conflicting policies',
  contradictions: 'Contradictions',
  unsupported: 'Support',
  critical_severity: 'Severity',
  fabricated_authority: 'Invented sources',
  unknown_action: 'Action',
  position_withdrawn: 'Withdrawn by its planner',
  stale_evidence: 'Changed documents',
  telemetry_unknown: 'Live telemetry',
  thin_coverage: 'Coverage',
  invalid_findings: 'Findings',
};

/** What the reason means, where no other part of the card says it already. */
export const REASON_SENTENCE: Record<Reason, string> = {
  policy_conflict: 'A policy forbids this action here.',
  contradictions: 'Stored evidence contradicts the plan.',
  unsupported: 'No claim of the plan has a source that could be verified.',
  critical_severity: 'A critical incident never runs without a person who overrides.',
  fabricated_authority: 'The plan cites documents that do not exist.',
  unknown_action: 'The proposal is no action of the catalogue, or its parameters do not fit.',
  position_withdrawn: 'After the stress test the planner no longer stands by its own action.',
  stale_evidence: 'A cited document changed or vanished after the stress test.',
  telemetry_unknown: 'Live telemetry could not be read, so nothing shows what the service does now.',
  thin_coverage: 'Too few claims have a verified source.',
  invalid_findings: 'The findings are incomplete, and unknown never counts as good.',
};

export const WAITING: Record<Waiting, string> = {
  paused: 'all execution is paused',
  frozen: 'a change freeze holds for this service',
  service_lock: 'another case is changing this service',
  cooldown: 'the service rests after the last change',
  recovered_meanwhile: 'the service has recovered meanwhile, so a person is asked first',
  threads_unread: 'replies that came while Slack was away are being read',
  target_unobserved: 'whether its target exists has to be seen first',
  blast_radius: 'as much was changed lately as may be changed within that time',
  late_effect: 'an earlier order may still take effect',
  release_unlisted: 'the release that ended its hold does not count any more',
  consents_unknown: 'Slack has to say first whether those who approved still may',
  source_needs_person: 'without a document about its action, or from this source, nothing runs without a person',
};

export const NOT_COUNTED: Record<NotCounted, string> = {
  other_service: 'is about another service',
  other_stance: 'does not support the claim',
  does_not_speak: 'does not speak to the claim or the action',
  quote_missing: 'does not contain the quoted words',
  stored_too_late: 'was stored after the stress test began',
  from_this_case: 'was written from this very case',
  not_accepted: 'is a learned runbook that is not accepted',
  not_the_remedy: 'documents another action as the remedy',
};

export const PHASE: Record<Phase, string> = {
  plan: 'Plan',
  stress: 'Stress',
  compress: 'Compress',
  gate: 'Gate',
  approval: 'Approval',
  execute: 'Execute',
  verify: 'Verify',
  learn: 'Learn',
};

export const SEVERITY: Record<Severity, string> = { low: 'Low', medium: 'Medium', high: 'High', critical: 'Critical' };

export const SOURCE: Record<Source, string> = {
  slash_command: 'with /incident',
  modal: 'with the form',
  mention: 'by mentioning the app',
  shortcut: 'from a message',
  webhook: 'by a webhook',
  mcp: 'by an agent over MCP',
  cli: 'on the command line',
  telemetry: 'from errors in telemetry',
};

export const SURFACE: Record<Surface, string> = {
  button: 'with the button',
  modal: 'with the form',
  reply: 'by a reply',
  command: 'with /incident',
  cli: 'on the command line',
};

export const OUTCOME: Record<Outcome, string> = {
  done: 'done',
  failed: 'failed',
  refused: 'refused by the executor',
  unknown: 'not known',
  never_ran: 'never ran',
  not_sent: 'not sent',
};

/** The same as the beginning of a sentence. */
export const ORDER_ENDED: Record<Outcome, string> = {
  done: 'The executor answered: done',
  failed: 'The executor answered: failed',
  refused: 'The executor refused the order',
  unknown: 'What became of the order is not known',
  never_ran: 'The order never ran',
  not_sent: 'The order was not sent',
};

export const RECOVERY: Record<RecoveryResult, string> = {
  recovered: 'The service recovered.',
  not_recovered: 'The service did not recover.',
  worse: 'The service is worse than before.',
  no_data: 'There is no telemetry to tell whether the service recovered.',
};

/** Behind the name of a case. */
export const STANDSTILL: Record<EscalationReason, string> = {
  blocked: 'waits for a person to decide',
  not_recovered: 'did not recover: its action did not help, or did not run',
  outcome_unknown: 'has an action whose outcome nobody knows',
  failed: 'stopped and cannot go on by itself',
  expired: 'expired without a decision',
};

export const REACHED_BY: Record<EscalationChannel, string> = {
  webhook: 'by the escalation webhook',
  workflow: 'by a Kibana workflow',
  dm: 'by direct message',
};

export const ORIGIN: Record<Origin, string> = {
  planner: 'proposed by the planner',
  submitted: 'submitted by an outside agent',
  chosen: 'chosen by a person',
  rollback: 'rollback of the action before',
  recheck: 'stressed again after the last check found changes',
  look_again: 'stressed again because a person asked',
  not_run: 'planned again because the action before never ran',
  planner_failed: 'the planner gave no usable plan',
};

/** The word that decides in a reply. */
export const TOKEN: Record<DecisionKind, string> = {
  approve: 'APPROVE',
  override: 'FORCE_OVERRIDE',
  reject: 'REJECT',
  hold: 'HOLD',
  release: 'RELEASE',
};

/** Why somebody's attempt did not count, told to others. */
export const REFUSED: Record<Refusal, string> = {
  unknown_case: 'there is no such case',
  superseded: 'a newer revision had replaced it',
  plan_changed: 'the plan was no longer the one they saw',
  not_shown_yet: 'Slack had not confirmed the card with the decision yet',
  not_this_team: 'they are not of this workspace',
  not_a_person: 'it was no person',
  not_an_approver: 'they are not named for this service and severity',
  requester_may_not_approve: 'they opened the case or chose its action',
  already_approved_by_you: 'their approval counted already',
  needs_none: 'it needed none',
  needs_override: 'an approval does not pass what blocks it',
  nothing_passes: 'no approval and no override passes what blocks it',
  already_decided: 'it had been decided already',
  already_running: 'it was running already',
  expired: 'the time for a decision was over',
  closed: 'the case was closed',
  not_held: 'it was not held',
  already_held: 'it was held already',
  reason_missing: 'an override needs a reason',
  before_the_card: 'it was written before the card showed the decision',
  not_in_the_thread: 'it was no new message in the thread of the newest card',
  not_recorded: 'it could not be recorded',
  paused: 'all execution was paused',
  bad_signature: 'its signature fits no key of the config',
  not_offered: 'the card did not offer it',
};
