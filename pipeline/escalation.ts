import type { EscalationChannel, EscalationReason } from '../contracts/escalation.ts';
import type { CaseStatus } from '../contracts/words.ts';
import type { CaseState } from './case-state.ts';
import { currentNumber, currentRevision, isClosed } from './case-state.ts';
import { RECHECKS_MAX, recheckRun } from './next.ts';

/** Somebody or something to be told. `name` tells the targets of one installation apart and stays the same over restarts. */
export type Target = {
  name: string;
  channel: EscalationChannel;
  /** A person as configured, a workflow's id, or the host of an address. */
  to: string;
  /** Seconds from the beginning of the standstill. */
  afterS: number;
  /** Told only while nobody has done anything, and so never about a case that is closed. */
  nextInLine: boolean;
};

/** Whom this installation tells of what; without targets nothing is ever due. */
export type Ladder = { reasons: readonly EscalationReason[]; targets: readonly Target[] };
export const NO_LADDER: Ladder = { reasons: [], targets: [] };

export type EscalationDue = {
  key: string;
  reason: EscalationReason;
  revision: number;
  sinceMs: number;
  atMs: number;
  target: Target;
};

const REASON_OF: Partial<Record<CaseStatus, EscalationReason>> = {
  pending_approval: 'blocked',
  not_recovered: 'not_recovered',
  outcome_unknown: 'outcome_unknown',
  failed: 'failed',
  expired: 'expired',
};

/** Why this case stands still until people do something. A hold is none: whoever holds a case knows of it. */
function reasonOf(state: CaseState): EscalationReason | null {
  const isRevised = currentRevision(state)?.voided != null && recheckRun(state) < RECHECKS_MAX;
  return state.status === 'pending_approval' && isRevised ? null : (REASON_OF[state.status] ?? null);
}

/** A standstill keeps its beginning for as long as its reason stays the same. */
export function needAfter(before: CaseState['need'], state: CaseState, at: string): CaseState['need'] {
  const reason = reasonOf(state);
  if (reason === null) return null;
  const revision = currentNumber(state);
  return { reason, since: before?.reason === reason ? before.since : at, revision };
}

/**
 * What is still to be told of this case, the soonest first. Each target hears of a reason once a case, however often the
 * case comes to the same standstill: the thread and its reminders go on anyway.
 */
export function escalationsDue(state: CaseState, { reasons, targets }: Ladder): EscalationDue[] {
  const { need, escalations } = state;
  if (need === null || !reasons.includes(need.reason)) return [];
  const { reason, revision } = need;
  const sinceMs = Date.parse(need.since);
  return targets
    .filter(({ nextInLine }) => !nextInLine || !isClosed(state))
    .map((target) => ({
      key: `${reason}:${target.name}`,
      reason,
      revision,
      sinceMs,
      atMs: sinceMs + target.afterS * 1_000,
      target,
    }))
    .filter(({ key }) => escalations[key] === undefined)
    .sort((a, b) => a.atMs - b.atMs);
}
