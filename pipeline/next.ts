import type { GovernorConfig } from '../contracts/config.ts';
import type { CaseState, RevisionState } from './case-state.ts';
import { currentCard, currentRevision, isClosed, isToBeKept } from './case-state.ts';
import { pauseAfterUnrun } from './outcome-change.ts';
import { effectMsOf } from './recovery.ts';

export type Step =
  | 'plan'
  | 'stress'
  | 'gate'
  | 'execute'
  | 'settle'
  | 'verify'
  | 'learn'
  | 'keep'
  | 'revise'
  | 'expire'
  | 'remind';
/** The step that is due, and since or from when (milliseconds). */
export type Due = { step: Step; atMs: number };

export type Timings = Pick<GovernorConfig, 'hold_window_s' | 'approval_expiry_s' | 'reminders_at' | 'clock_skew_s'>;
/** Since when Slack can reach us; null while it cannot. Hold windows only count while people could use them. */
export type Presence = { connectedSinceMs: number | null };
/** How the recovery check of the running action is timed; null where nothing is verified. */
export type VerifyTiming = { settleS: number; windowS: number };

/** A plan that keeps changing under its approvers is looked at again only when a person asks for it. */
export const RECHECKS_MAX = 3;

const ms = (instant: string): number => Date.parse(instant);

/**
 * The one step that moves this case on, or null where it waits for people. Pure: the same state, timings and presence
 * give the same answer in every process.
 */
export function nextStep(state: CaseState, timings: Timings, presence: Presence, verify: VerifyTiming | null): Due | null {
  if (isClosed(state)) return keep(state);
  const due = DUE[state.status]?.(state, { timings, presence, verify });
  return due ?? null;
}

/** What people decided about a runbook is for the library to follow; a crash in between only makes it late. */
const keep = (state: CaseState): Due | null => (isToBeKept(state) ? { step: 'keep', atMs: ms(state.lastAt) } : null);

type Around = { timings: Timings; presence: Presence; verify: VerifyTiming | null };

const DUE: Partial<Record<CaseState['status'], (state: CaseState, around: Around) => Due | null>> = {
  detected: (state) => ({ step: 'plan', atMs: ms(state.openedAt) }),
  analyzing: (state) => analyze(state),
  pending_approval: (state, around) => earliest(reviseVoided(state), remind(state, around), expire(state, around)),
  ready_to_execute: (state, around) => earliest(execute(state, around), expire(state, around)),
  held: (state, around) => earliest(analyzeHeld(state), remind(state, around), expire(state, around)),
  executing: (state) => ({ step: 'settle', atMs: ms(state.execution?.startedAt ?? state.lastAt) }),
  verifying: (state, around) => verifyDue(state, around),
  learning: (state) => ({ step: 'learn', atMs: ms(state.lastAt) }),
  outcome_unknown: (state, { timings }) => settleUnknown(state, timings),
  not_recovered: (state) => verifyLate(state),
};

/** An execution that never took place is tried again as a new revision, which is stressed and decided anew. */
function analyze(state: CaseState): Due {
  const atMs = ms(state.lastAt);
  const now = currentRevision(state);
  if (now === undefined || state.replanning) return { step: 'plan', atMs };
  const outcome = state.execution?.revision === now.revision ? state.execution.outcome : null;
  if (outcome === 'never_ran' || outcome === 'not_sent') return { step: 'revise', atMs: atMs + pauseAfterUnrun(state) };
  return analysisOf(now, atMs) ?? { step: 'revise', atMs };
}

/** Holding stops execution, not thinking: an unfinished analysis goes on, so that people see what they hold. */
function analyzeHeld(state: CaseState): Due | null {
  const now = currentRevision(state);
  if (now === undefined || state.replanning) return { step: 'plan', atMs: ms(state.lastAt) };
  return analysisOf(now, ms(state.lastAt));
}

function analysisOf(revision: RevisionState, atMs: number): Due | null {
  if (revision.stressed === null) return { step: 'stress', atMs };
  if (revision.gated === null) return { step: 'gate', atMs };
  return null;
}

/** How many of the last revisions in a row came from a re-check that voided the one before. */
export function recheckRun(state: CaseState): number {
  const origins = state.revisions.map((revision) => revision.planned.origin);
  const last = origins.findLastIndex((origin) => origin !== 'recheck');
  return origins.length - 1 - last;
}

function reviseVoided(state: CaseState): Due | null {
  const now = currentRevision(state);
  if (!now?.voided || recheckRun(state) >= RECHECKS_MAX) return null;
  return { step: 'revise', atMs: ms(state.lastAt) };
}

/**
 * An approved revision runs at once. One that needs nobody runs when the hold window is over, counted from the moment
 * Slack confirmed the card, and anew from each reconnection: people must have had the whole window to say stop.
 */
function execute(state: CaseState, { timings, presence }: Around): Due | null {
  const shown = currentCard(state)?.decisionShown;
  const now = currentRevision(state);
  const wasStarted = state.execution?.revision === now?.revision;
  if (!shown || !now || wasStarted || presence.connectedSinceMs === null) return null;
  const shownMs = ms(shown.at);
  if (now.approved) return { step: 'execute', atMs: shownMs };
  return { step: 'execute', atMs: Math.max(shownMs, presence.connectedSinceMs) + timings.hold_window_s * 1_000 };
}

/** When the approvals of this revision run out; before the card was shown nothing expires. */
export function expiresAtMs(state: CaseState, timings: Pick<Timings, 'approval_expiry_s'>): number | null {
  const shown = currentCard(state)?.decisionShown;
  return shown ? ms(shown.at) + timings.approval_expiry_s * 1_000 : null;
}

function expire(state: CaseState, { timings }: Around): Due | null {
  const atMs = expiresAtMs(state, timings);
  return atMs === null ? null : { step: 'expire', atMs };
}

function remind(state: CaseState, { timings }: Around): Due | null {
  const share = [...timings.reminders_at].sort((a, b) => a - b)[state.reminders];
  const shown = currentCard(state)?.decisionShown;
  if (share === undefined || !shown) return null;
  return { step: 'remind', atMs: ms(shown.at) + share * timings.approval_expiry_s * 1_000 };
}

function verifyDue(state: CaseState, { verify }: Around): Due {
  const from = state.execution === null ? ms(state.lastAt) : effectMsOf(state.execution);
  const waitS = verify === null ? 0 : verify.settleS + verify.windowS;
  return { step: 'verify', atMs: from + waitS * 1_000 };
}

/** People were told that telemetry gives no answer; what it shows of that time once it does still counts. */
function verifyLate({ recovery }: CaseState): Due | null {
  return recovery === null || recovery.asksUntil === null ? null : { step: 'verify', atMs: ms(recovery.at) };
}

/**
 * The executor is asked again once no late effect can come any more, and from then on until it answers; a person may
 * settle it at any time before.
 */
function settleUnknown(state: CaseState, timings: Timings): Due | null {
  const { execution } = state;
  if (execution === null) return null;
  return { step: 'settle', atMs: Date.parse(execution.notAfter) + timings.clock_skew_s * 1_000 };
}

function earliest(...dues: (Due | null)[]): Due | null {
  let first: Due | null = null;
  for (const due of dues) if (due !== null && (first === null || due.atMs < first.atMs)) first = due;
  return first;
}
