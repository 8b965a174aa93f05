import type { Action } from '../contracts/catalogue.ts';
import type { ApproverRule } from '../contracts/config.ts';
import type { Offer, Phase, Shown } from '../contracts/shown.ts';
import { consentNeeded } from './attempt.ts';
import type { GroupMembers } from './authority.ts';
import { whoMay } from './authority.ts';
import type { CaseState, RevisionState } from './case-state.ts';
import { currentNumber, currentRevision, isClosed } from './case-state.ts';
import type { Timings, VerifyTiming } from './next.ts';
import { RECHECKS_MAX, recheckRun } from './next.ts';

/** What a card needs to know beside the case: nothing here comes from a model. */
export type ShownFacts = {
  actions: ReadonlyMap<string, Action>;
  rules: readonly ApproverRule[];
  groups: GroupMembers;
  timings: Timings;
  simulated: boolean;
};

type Progress = Shown['progress'][number];

/** Everything the card of one revision says, drawn from the case alone. */
export function assessShown(state: CaseState, number: number, facts: ShownFacts): Shown {
  const revision = state.revisions.find((one) => one.revision === number);
  const current = number === currentNumber(state);
  const gated = revision?.gated ?? null;
  const stress = revision?.stressed?.stress ?? null;
  const action = stress?.action_id ? facts.actions.get(stress.action_id) : undefined;
  const needs = revision === undefined || gated === null ? 'none' : consentNeeded(state, revision);
  return {
    ref: gated === null ? null : { case_id: state.caseId, revision: number, digest: gated.digest },
    case_id: state.caseId,
    revision: number,
    status: state.status,
    incident: state.incident,
    simulated: facts.simulated,
    superseded: !current,
    progress: progressOf(state, revision),
    ...planPart(revision),
    action: action === undefined ? null : actionPart(action, stress?.parameters ?? {}),
    claims: stress?.claims ?? [],
    documents: stress?.documents ?? [],
    policies: stress?.policies ?? [],
    contradiction_ids: stress?.contradiction_ids ?? [],
    fabricated_ids: stress?.findings.fabricated_ids ?? [],
    telemetry: stress?.findings.telemetry ?? null,
    telemetry_problem: stress?.telemetry_problem ?? null,
    confidence: stress?.confidence ?? null,
    coverage: stress?.findings.coverage ?? null,
    context_mode: gated?.compress.context_mode ?? null,
    decision: gated?.gate.decision ?? null,
    reasons: gated?.gate.reasons ?? [],
    rules: gated?.gate.rules ?? [],
    flips: gated?.gate.flips ?? [],
    needs,
    who_may_decide: needs === 'approve' || needs === 'override' ? whoMay(facts.rules, needs, facts.groups, state.incident) : [],
    ...approvalPart(state, revision, facts, needs),
    ...timePart(state, revision, facts.timings),
    ...outcomePart(state, number, action),
    ticket: state.ticket === null ? null : { key: state.ticket.key, url: state.ticket.url },
    problem: state.problem,
    offers: current && gated !== null ? offersOf(state, revision, needs, action) : [],
    next_steps: nextStepsOf(state, revision, needs, action),
  };
}

function planPart(
  revision: RevisionState | undefined,
): Pick<Shown, 'plan' | 'planner' | 'fallback_from' | 'chosen_by' | 'differences'> {
  if (revision === undefined) return { plan: null, planner: null, fallback_from: null, chosen_by: null, differences: [] };
  const { plan, planner, fallback_from, chosen_by, differences } = revision.planned;
  return { plan, planner, fallback_from, chosen_by, differences: revision.voided ?? differences };
}

function actionPart(action: Action, parameters: Record<string, unknown>): NonNullable<Shown['action']> {
  const { id, title, description, risk, executor, target } = action;
  return { id, title, description, risk, executor, target, parameters };
}

type ApprovalPart = Pick<Shown, 'approvals' | 'approvals_needed' | 'refused_attempts' | 'last_act' | 'waiting'>;

function approvalPart(
  state: CaseState,
  revision: RevisionState | undefined,
  facts: ShownFacts,
  needs: Shown['needs'],
): ApprovalPart {
  const right = needs === 'override' ? 'override' : 'approve';
  const { service, severity } = state.incident;
  const rules = facts.rules.filter(
    (rule) =>
      (rule.services.length === 0 || rule.services.includes('*') || rule.services.includes(service)) &&
      (rule.severities.length === 0 || rule.severities.includes(severity)) &&
      (rule.kinds.length === 0 || rule.kinds.includes(right)),
  );
  return {
    approvals: (revision?.approvals ?? []).map(({ by, as, at, via, reason }) => ({ by, as, at, via, reason })),
    approvals_needed: Math.max(1, ...rules.map((rule) => rule.quorum)),
    // Attempts that were refused change nothing on the card, so they are not counted on it.
    refused_attempts: 0,
    last_act: state.lastAct,
    waiting: state.waiting === null ? null : { for: state.waiting.for, until: state.waiting.until, detail: state.waiting.detail },
  };
}

const after = (instant: string, seconds: number): string => new Date(Date.parse(instant) + seconds * 1_000).toISOString();

function timePart(
  state: CaseState,
  revision: RevisionState | undefined,
  timings: Timings,
): Pick<Shown, 'executes_at' | 'expires_at'> {
  const gated = revision?.gated;
  if (!gated || isClosed(state)) return { executes_at: null, expires_at: null };
  const running = state.status === 'ready_to_execute' && !revision.approved;
  const waiting = state.status === 'pending_approval' || state.status === 'ready_to_execute' || state.status === 'held';
  return {
    executes_at: running ? after(gated.at, timings.hold_window_s) : null,
    expires_at: waiting ? after(gated.at, timings.approval_expiry_s) : null,
  };
}

function outcomePart(
  state: CaseState,
  number: number,
  action: Action | undefined,
): Pick<Shown, 'execution' | 'recovery' | 'verify_at' | 'learned'> {
  const mine = state.execution?.revision === number ? state.execution : null;
  if (mine === null) return { execution: null, recovery: null, verify_at: null, learned: null };
  const verify: VerifyTiming | null =
    action === undefined ? null : { settleS: action.recovery.settle_s, windowS: action.recovery.window_s };
  const effect = mine.effectAt ?? mine.recordedAt;
  const { recovery, learned } = state;
  return {
    execution: {
      key: mine.key,
      started_at: mine.startedAt,
      outcome: mine.outcome,
      detail: mine.detail,
      effect_at: mine.effectAt,
    },
    recovery:
      recovery === null
        ? null
        : { result: recovery.result, before: mine.baseline, after: recovery.after, detail: recovery.detail },
    verify_at: state.status === 'verifying' && effect && verify ? after(effect, verify.settleS + verify.windowS) : null,
    learned:
      learned === null
        ? null
        : { runbook_id: learned.runbookId, title: learned.title, text: learned.text, decision: learned.decision },
  };
}

/** Only what can lead somewhere is offered; nothing is offered while an action is under way. */
export function offersOf(
  state: CaseState,
  revision: RevisionState | undefined,
  needs: Shown['needs'],
  action: Action | undefined,
): Offer[] {
  if (state.status === 'resolved')
    return state.learned?.decision === null ? ['accept_runbook', 'edit_runbook', 'discard_runbook'] : [];
  if (state.status === 'outcome_unknown') return ['it_ran', 'it_did_not_run'];
  if (state.status === 'not_recovered') return [...(action?.rollback ? (['rollback'] as const) : []), 'choose_action', 'reject'];
  if (state.status !== 'pending_approval' && state.status !== 'ready_to_execute' && state.status !== 'held') return [];
  const offers: Offer[] = [];
  const open = revision !== undefined && revision.voided === null && !revision.approved;
  if (open && needs === 'approve') offers.push('approve');
  if (open && (needs === 'override' || needs === 'approve')) offers.push('override');
  offers.push('reject', state.held ? 'release' : 'hold');
  if (mayLookAgain(state, revision)) offers.push('look_again');
  if (needs !== 'none') offers.push('choose_action');
  return offers;
}

/** Blocks that fresh evidence or figures may turn. */
const TURNED_BY_LOOKING = [
  'unsupported',
  'thin_coverage',
  'telemetry_unknown',
  'stale_evidence',
  'position_withdrawn',
  'fabricated_authority',
] as const;

function mayLookAgain(state: CaseState, revision: RevisionState | undefined): boolean {
  if (revision?.voided) return recheckRun(state) >= RECHECKS_MAX;
  return (
    state.status === 'pending_approval' && TURNED_BY_LOOKING.some((reason) => revision?.gated?.gate.reasons.includes(reason))
  );
}

const PHASES: readonly Phase[] = ['plan', 'stress', 'gate', 'execute', 'verify', 'learn'];

function progressOf(state: CaseState, revision: RevisionState | undefined): Progress[] {
  const done = phasesDone(state, revision);
  const stopped = isClosed(state) && state.status !== 'resolved';
  return PHASES.map((phase, index) => {
    if (index < done) return { phase, status: 'complete', detail: '' };
    if (index > done || stopped) return { phase, status: 'pending', detail: '' };
    return {
      phase,
      status: PROGRESS_OF[state.status] ?? 'pending',
      detail: state.attempts > 0 ? `attempt ${state.attempts + 1}` : '',
    };
  });
}

const PROGRESS_OF: Partial<Record<CaseState['status'], Progress['status']>> = {
  detected: 'in_progress',
  analyzing: 'in_progress',
  executing: 'in_progress',
  verifying: 'in_progress',
  learning: 'in_progress',
  failed: 'error',
  not_recovered: 'error',
  outcome_unknown: 'error',
};

/** How many of the phases this revision has behind it. */
function phasesDone(state: CaseState, revision: RevisionState | undefined): number {
  if (revision === undefined) return 0;
  if (revision.stressed === null) return 1;
  if (revision.gated === null) return 2;
  const mine = state.execution?.revision === revision.revision ? state.execution : null;
  if (mine?.outcome !== 'done') return 3;
  if (state.recovery?.result !== 'recovered') return 4;
  return state.status === 'resolved' ? PHASES.length : 5;
}

function nextStepsOf(
  state: CaseState,
  revision: RevisionState | undefined,
  needs: Shown['needs'],
  action: Action | undefined,
): string[] {
  const steps: string[] = [];
  if (state.status === 'outcome_unknown') steps.push('Look at the target yourself, then say whether the action ran.');
  if (state.status === 'not_recovered')
    steps.push(action?.rollback ? 'Roll back, or choose another action.' : 'Choose another action; this one has no rollback.');
  if (state.status !== 'pending_approval') return steps;
  if (needs === 'approve') steps.push('Weigh the reasons below, then approve or reject.');
  if (needs === 'override') steps.push('Only a force override with a reason can run this; better, choose a safer action.');
  if (needs === 'nothing_passes') steps.push('This plan cannot run as it is: choose an action from the catalogue.');
  if (revision?.gated?.gate.reasons.includes('unsupported'))
    steps.push('Add evidence or a runbook for this service, then look again.');
  if (state.waiting?.for === 'recovered_meanwhile')
    steps.push('The service is well again: reject, unless the action is still wanted.');
  return steps.slice(0, 3);
}

export const shownNow = (state: CaseState, facts: ShownFacts): Shown => assessShown(state, currentNumber(state), facts);
export const planOf = (state: CaseState) => currentRevision(state)?.planned.plan ?? null;
