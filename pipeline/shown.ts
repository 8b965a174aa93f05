import type { Action } from '../contracts/catalogue.ts';
import type { ApproverRule } from '../contracts/config.ts';
import type { Stress } from '../contracts/findings.ts';
import type { Offer, Phase, Shown } from '../contracts/shown.ts';
import { consentNeeded, requesters, WAITING_FOR_PEOPLE } from './attempt.ts';
import type { GroupMembers } from './authority.ts';
import { grantsOf, whoMay } from './authority.ts';
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
    ref: refOf(state, revision),
    case_id: state.caseId,
    revision: number,
    status: state.status,
    incident: state.incident,
    simulated: facts.simulated,
    superseded: !current,
    progress: progressOf(state, revision),
    ...planPart(revision),
    action: actionPart(action, stress),
    ...(stress === null ? UNSTRESSED : stressPart(stress)),
    ...(gated === null ? UNDECIDED : gatePart(gated)),
    needs,
    who_may_decide: deciders(state, needs, facts),
    ...approvalPart(state, revision, facts, needs),
    ...timePart(state, revision, facts.timings),
    ...outcomePart(state, number, action),
    ticket: ticketPart(state),
    problem: state.problem,
    offers: current && gated !== null ? offersOf(state, revision, needs, action) : [],
    next_steps: nextStepsOf(state, revision, needs, action),
  };
}

const refOf = (state: CaseState, revision: RevisionState | undefined): Shown['ref'] =>
  revision?.gated ? { case_id: state.caseId, revision: revision.revision, digest: revision.gated.digest } : null;

const ticketPart = ({ ticket }: CaseState): Shown['ticket'] => (ticket === null ? null : { key: ticket.key, url: ticket.url });

/** Everybody whose consent would count now: whoever asked for the plan is left out where the rules do not let them approve their own. */
function deciders(state: CaseState, needs: Shown['needs'], { rules, groups }: ShownFacts): string[] {
  if (needs !== 'approve' && needs !== 'override') return [];
  const asked = requesters(state);
  const mayApproveOwn = (user: string): boolean => grantsOf(rules, user, groups, state.incident)[needs]?.mayApproveOwn ?? false;
  return whoMay(rules, needs, groups, state.incident).filter((user) => !asked.has(user) || mayApproveOwn(user));
}

type StressPart = Pick<
  Shown,
  | 'claims'
  | 'documents'
  | 'policies'
  | 'contradiction_ids'
  | 'fabricated_ids'
  | 'telemetry'
  | 'telemetry_problem'
  | 'confidence'
  | 'coverage'
>;

const UNSTRESSED: StressPart = {
  claims: [],
  documents: [],
  policies: [],
  contradiction_ids: [],
  fabricated_ids: [],
  telemetry: null,
  telemetry_problem: null,
  confidence: null,
  coverage: null,
};

const stressPart = ({
  claims,
  documents,
  policies,
  contradiction_ids,
  telemetry_problem,
  confidence,
  findings,
}: Stress): StressPart => ({
  claims,
  documents,
  policies,
  contradiction_ids,
  fabricated_ids: findings.fabricated_ids,
  telemetry: findings.telemetry,
  telemetry_problem,
  confidence,
  coverage: findings.coverage,
});

type GatePart = Pick<Shown, 'context_mode' | 'decision' | 'reasons' | 'rules' | 'flips'>;

const UNDECIDED: GatePart = { context_mode: null, decision: null, reasons: [], rules: [], flips: [] };

const gatePart = ({ compress, gate }: NonNullable<RevisionState['gated']>): GatePart => ({
  context_mode: compress.context_mode,
  decision: gate.decision,
  reasons: gate.reasons,
  rules: gate.rules,
  flips: gate.flips,
});

function planPart(
  revision: RevisionState | undefined,
): Pick<Shown, 'plan' | 'planner' | 'fallback_from' | 'chosen_by' | 'differences'> {
  if (revision === undefined) return { plan: null, planner: null, fallback_from: null, chosen_by: null, differences: [] };
  const { plan, planner, fallback_from, chosen_by, differences } = revision.planned;
  return { plan, planner, fallback_from, chosen_by, differences: revision.voided ?? differences };
}

function actionPart(action: Action | undefined, stress: Stress | null): Shown['action'] {
  if (action === undefined) return null;
  const { id, title, description, risk, executor, target } = action;
  return { id, title, description, risk, executor, target, parameters: stress?.parameters ?? {} };
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
  return WAITING_FOR_PEOPLE.has(state.status) ? offersWhileWaiting(state, revision, needs) : [];
}

function offersWhileWaiting(state: CaseState, revision: RevisionState | undefined, needs: Shown['needs']): Offer[] {
  const open = revision !== undefined && revision.voided === null && !revision.approved;
  const consents: Offer[] = open ? CONSENTS[needs] : [];
  const again: Offer[] = mayLookAgain(state, revision) ? ['look_again'] : [];
  const choice: Offer[] = needs === 'none' ? [] : ['choose_action'];
  return [...consents, 'reject', state.held ? 'release' : 'hold', ...again, ...choice];
}

const CONSENTS: Record<Shown['needs'], Offer[]> = {
  none: [],
  approve: ['approve', 'override'],
  override: ['override'],
  nothing_passes: [],
};

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
  if (needs === 'approve') steps.push('Weigh what speaks for and against it, then approve or reject.');
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
