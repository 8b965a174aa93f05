import { z } from 'zod';

/** Why a revision came to be. */
export const Origin = z.enum([
  'planner',
  'submitted',
  'chosen',
  'rollback',
  'recheck',
  'look_again',
  'not_run',
  'planner_failed',
]);
export type Origin = z.infer<typeof Origin>;

export const DecisionKind = z.enum(['approve', 'override', 'reject', 'hold', 'release']);
export type DecisionKind = z.infer<typeof DecisionKind>;

/** Why an attempt to decide was refused; each has a sentence for people in views/refusal.ts. */
export const Refusal = z.enum([
  'unknown_case',
  'superseded',
  'plan_changed',
  'not_shown_yet',
  'not_this_team',
  'not_a_person',
  'not_an_approver',
  'requester_may_not_approve',
  'already_approved_by_you',
  'needs_none',
  'needs_override',
  'nothing_passes',
  'already_decided',
  'already_running',
  'expired',
  'closed',
  'not_held',
  'already_held',
  'reason_missing',
  'before_the_card',
  'not_in_the_thread',
  'not_recorded',
  'paused',
  'bad_signature',
  'not_offered',
]);
export type Refusal = z.infer<typeof Refusal>;

/** Why a case that is otherwise ready does not run yet. */
export const Waiting = z.enum([
  'paused',
  'frozen',
  'service_lock',
  'cooldown',
  'recovered_meanwhile',
  'threads_unread',
  'source_needs_person',
  'target_unobserved',
  'blast_radius',
  'late_effect',
  'release_unlisted',
  'consents_unknown',
]);
export type Waiting = z.infer<typeof Waiting>;

export const Outcome = z.enum(['done', 'failed', 'refused', 'unknown', 'never_ran', 'not_sent']);
export type Outcome = z.infer<typeof Outcome>;

export const RecoveryResult = z.enum(['recovered', 'not_recovered', 'worse', 'no_data']);
export type RecoveryResult = z.infer<typeof RecoveryResult>;
