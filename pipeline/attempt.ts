import type { BodyOf } from '../contracts/entry.ts';
import type { DecisionKind, Refusal } from '../contracts/entry-words.ts';
import type { Surface } from '../contracts/words.ts';
import type { Grants, Right } from './authority.ts';
import { isOwnPerson } from './authority.ts';
import type { CaseState, RevisionState } from './case-state.ts';
import { currentCard, currentRevision, isClosed } from './case-state.ts';
import type { Consent } from './consent.ts';
import { consentFor } from './consent.ts';
import type { Person } from './ports.ts';

/** What somebody tries to do. Revision and digest are null only where the surface names the case alone (`/incident approve ID`). */
export type Attempt = {
  kind: DecisionKind;
  caseId: string;
  revision: number | null;
  digest: string | null;
  by: string;
  via: Surface;
  eventKey: string | null;
  reason: string | null;
};

/** What is known about the person at this moment, and about the clock. */
export type Standing = { person: Person | null; ownTeam: string; grants: Grants; nowMs: number; expiresAtMs: number | null };

export type DecisionBody = BodyOf<'approved'> | BodyOf<'rejected'> | BodyOf<'held'> | BodyOf<'released'>;
export type Assessed = { ok: true; body: DecisionBody } | { ok: false; refusal: Refusal };

type Judge = (state: CaseState, attempt: Attempt, standing: Standing) => Assessed;

const refuse = (refusal: Refusal): Assessed => ({ ok: false, refusal });

/** Whether this person may do this to this case now. One rule for every surface; what is refused changes nothing. */
export function assessAttempt(state: CaseState, attempt: Attempt, standing: Standing): Assessed {
  const stranger = isOwnPerson(standing.person, standing.ownTeam);
  if (stranger !== null) return refuse(stranger);
  const wrongRevision = differs(state, attempt);
  if (wrongRevision !== null) return refuse(wrongRevision);
  if (state.status === 'expired') return refuse('expired');
  if (isClosed(state)) return refuse('closed');
  return JUDGES[attempt.kind](state, attempt, standing);
}

/** A decision is about what its author saw: an older revision or another digest is refused, never refreshed. */
function differs(state: CaseState, attempt: Attempt): Refusal | null {
  if (attempt.revision === null) return null;
  const now = currentRevision(state);
  if (attempt.revision !== (now?.revision ?? 1)) return 'superseded';
  if (attempt.digest === null) return null;
  return now?.gated?.digest === attempt.digest ? null : 'plan_changed';
}

const common = (state: CaseState, attempt: Attempt) => ({
  revision: Math.max(1, state.revisions.length),
  by: attempt.by,
  via: attempt.via,
  event_key: attempt.eventKey,
});

const RUNNING: ReadonlySet<CaseState['status']> = new Set(['executing', 'verifying', 'learning']);

const hold: Judge = (state, attempt) => {
  if (RUNNING.has(state.status) || state.status === 'outcome_unknown') return refuse('already_running');
  if (state.held) return refuse('already_held');
  // Nothing is going to run by itself any more, and a release would find the revision that has run.
  if (state.status === 'not_recovered') return refuse('not_offered');
  return { ok: true, body: { kind: 'held', ...common(state, attempt), reason: attempt.reason } };
};

const release: Judge = (state, attempt, { grants }) => {
  if (!state.held) return refuse('not_held');
  if (grants.release === null) return refuse('not_an_approver');
  return { ok: true, body: { kind: 'released', ...common(state, attempt), reason: attempt.reason } };
};

/** Stopping is for everybody who may approve, and for the one who asked for it. */
const reject: Judge = (state, attempt, { grants }) => {
  if (RUNNING.has(state.status) || state.status === 'outcome_unknown') return refuse('already_running');
  const mayStop = grants.approve !== null || grants.override !== null || requesters(state).has(attempt.by);
  if (!mayStop) return refuse('not_an_approver');
  return { ok: true, body: { kind: 'rejected', ...common(state, attempt), reason: attempt.reason } };
};

/** The one who opened the case, and whoever chose the action of this revision. */
export function requesters(state: CaseState): ReadonlySet<string> {
  const chooser = currentRevision(state)?.planned.chosen_by;
  return new Set(chooser ? [state.incident.opened_by, chooser] : [state.incident.opened_by]);
}

/** What this revision still needs: a decision to execute may need a person too, where its source or a recovery asks for one. */
export function consentNeeded(state: CaseState, revision: RevisionState): Consent {
  if (revision.gated === null || revision.stressed === null) return 'nothing_passes';
  const { gate, auto_execute: auto } = revision.gated;
  const absolute = revision.stressed.stress.policies.some((policy) => policy.absolute);
  const consent = consentFor(gate.reasons, { absolutePolicy: absolute });
  if (consent !== 'none') return consent;
  return auto && state.waiting?.for !== 'recovered_meanwhile' ? 'none' : 'approve';
}

/** Statuses in which people may still decide whether the plan runs. */
export const WAITING_FOR_PEOPLE: ReadonlySet<CaseState['status']> = new Set(['pending_approval', 'ready_to_execute', 'held']);

const consent: Judge = (state, attempt, standing) => {
  if (RUNNING.has(state.status)) return refuse('already_running');
  const now = shownRevision(state);
  if (now === null) return refuse('not_shown_yet');
  if (!WAITING_FOR_PEOPLE.has(state.status)) return refuse('already_decided');
  if (now.voided !== null) return refuse('plan_changed');
  if (isExpired(standing)) return refuse('expired');
  if (now.approved) return refuse('already_decided');
  return consentFrom(state, now, attempt, standing);
};

/** The revision under decision, once Slack has confirmed its card with the decision. */
function shownRevision(state: CaseState): RevisionState | null {
  const now = currentRevision(state);
  return now?.gated && currentCard(state)?.decisionShown ? now : null;
}

const isExpired = ({ nowMs, expiresAtMs }: Standing): boolean => expiresAtMs !== null && nowMs >= expiresAtMs;

type ConsentKind = Extract<Right, 'approve' | 'override'>;

function consentFrom(state: CaseState, now: RevisionState, attempt: Attempt, { grants }: Standing): Assessed {
  const as: ConsentKind = attempt.kind === 'override' ? 'override' : 'approve';
  if (grants.approve === null && grants.override === null) return refuse('not_an_approver');
  const needed = consentNeeded(state, now);
  if (needed === 'none') return refuse('needs_none');
  if (needed === 'nothing_passes') return refuse('nothing_passes');
  if (needed === 'override' && as === 'approve') return refuse('needs_override');
  const grant = grants[as];
  if (grant === null) return refuse('not_an_approver');
  if (requesters(state).has(attempt.by) && !grant.mayApproveOwn) return refuse('requester_may_not_approve');
  return counted(state, now, attempt, { as, needed, quorum: grant.quorum });
}

type Consented = { as: ConsentKind; needed: 'approve' | 'override'; quorum: number };

/** One person counts once, and an approval counts for nothing where an override is needed. */
function counted(state: CaseState, now: RevisionState, attempt: Attempt, { as, needed, quorum }: Consented): Assessed {
  const counting = now.approvals.filter((approval) => needed === 'approve' || approval.as === 'override');
  const people = new Set(counting.map((approval) => approval.by));
  if (people.has(attempt.by)) return refuse('already_approved_by_you');
  const { reason } = attempt;
  const digest = now.gated?.digest ?? '';
  const body = {
    kind: 'approved' as const,
    ...common(state, attempt),
    digest,
    as,
    reason,
    count: people.size + 1,
    needed: quorum,
  };
  return { ok: true, body };
}

const JUDGES: Record<DecisionKind, Judge> = { approve: consent, override: consent, reject, hold, release };

/** Refusals that belong in the case's trail: somebody with a right tried what the rules do not allow. */
const RECORDED: ReadonlySet<Refusal> = new Set([
  'needs_override',
  'nothing_passes',
  'requester_may_not_approve',
  'not_an_approver',
  'not_this_team',
  'plan_changed',
  'superseded',
  'bad_signature',
]);
/** A stranger who keeps clicking must not be able to fill the log. */
export const REFUSALS_RECORDED_MAX = 50;

/**
 * A refused reply stays in its thread and is read again after each reconnection, when it might be allowed: it is recorded
 * whatever the reason, so that what was refused once stays refused. A click is never read again.
 */
export function isRecorded(state: CaseState, { via }: Pick<Attempt, 'via'>, refusal: Refusal): boolean {
  if (isClosed(state)) return false;
  return via === 'reply' || (RECORDED.has(refusal) && state.refusedAttempts < REFUSALS_RECORDED_MAX);
}
