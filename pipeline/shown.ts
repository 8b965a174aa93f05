import type { Action } from '../contracts/catalogue.ts';
import type { ApproverRule } from '../contracts/config.ts';
import type { Stress } from '../contracts/findings.ts';
import type { Shown } from '../contracts/shown.ts';
import { consentNeeded, requesters } from './attempt.ts';
import type { GroupMembers } from './authority.ts';
import { grantsOf, whoMay } from './authority.ts';
import type { CaseState, RevisionState } from './case-state.ts';
import { currentNumber, isClosed } from './case-state.ts';
import type { Timings, VerifyTiming } from './next.ts';
import { offersOf } from './offers.ts';
import { nextStepsOf, progressOf } from './progress.ts';
import { effectMsOf } from './recovery.ts';
import { asOffered } from './rollback.ts';
import { addUsage } from './usage.ts';

/** What a card needs to know beside the case: nothing here comes from a model. */
export type ShownFacts = {
  actions: ReadonlyMap<string, Action>;
  rules: readonly ApproverRule[];
  groups: GroupMembers;
  timings: Timings;
  simulated: boolean;
};

/** Everything the card of one revision says, drawn from the case alone. */
export function assessShown(state: CaseState, number: number, facts: ShownFacts): Shown {
  const revision = state.revisions.find((one) => one.revision === number);
  const current = number === currentNumber(state);
  const gated = revision?.gated ?? null;
  const stress = revision?.stressed?.stress ?? null;
  const action = stress?.action_id ? facts.actions.get(stress.action_id) : undefined;
  const offered = asOffered(action, state.execution);
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
    offers: current && gated !== null ? offersOf(state, revision, needs, offered) : [],
    next_steps: nextStepsOf(state, revision, needs, offered),
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
  | 'parameter_problems'
  | 'confidence'
  | 'scores'
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
  parameter_problems: [],
  confidence: null,
  scores: null,
  coverage: null,
};

const stressPart = ({
  claims,
  documents,
  policies,
  contradiction_ids,
  telemetry_problem,
  parameter_problems,
  confidence,
  scores,
  findings,
}: Stress): StressPart => ({
  claims,
  documents,
  policies,
  contradiction_ids,
  fabricated_ids: findings.fabricated_ids,
  telemetry: findings.telemetry,
  telemetry_problem,
  parameter_problems,
  confidence,
  scores: scores ?? null,
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
): Pick<Shown, 'plan' | 'planner' | 'fallback_from' | 'chosen_by' | 'usage' | 'unretrieved_ids' | 'differences'> {
  if (revision === undefined)
    return {
      plan: null,
      planner: null,
      fallback_from: null,
      chosen_by: null,
      usage: null,
      unretrieved_ids: [],
      differences: [],
    };
  const { plan, planner, fallback_from, chosen_by, unretrieved_ids = [], differences } = revision.planned;
  const usage = addUsage(revision.planned.usage ?? null, revision.stressed?.usage ?? null);
  return { plan, planner, fallback_from, chosen_by, usage, unretrieved_ids, differences: revision.voided ?? differences };
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
  const effect = mine.recordedAt === null ? null : new Date(effectMsOf(mine)).toISOString();
  const { recovery, learned } = state;
  const picture = state.cards[number]?.picture?.fileId ?? null;
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
        : { result: recovery.result, before: mine.baseline, after: recovery.after, detail: recovery.detail, picture },
    verify_at: state.status === 'verifying' && effect && verify ? after(effect, verify.settleS + verify.windowS) : null,
    learned:
      learned === null
        ? null
        : {
            runbook_id: learned.runbookId,
            title: learned.title,
            text: learned.text,
            decision: learned.decision,
            failures: learned.failures,
          },
  };
}

export const shownNow = (state: CaseState, facts: ShownFacts): Shown => assessShown(state, currentNumber(state), facts);
