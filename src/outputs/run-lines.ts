import type { Entry, EntryKind } from '../../contracts/entry.ts';
import type { AgentRun } from '../../contracts/output-lines.ts';
import type { CaseStatus } from '../../contracts/words.ts';
import type { CaseState, RevisionState } from '../../pipeline/case-state.ts';
import { currentNumber } from '../../pipeline/case-state.ts';
import { addUsage } from '../../pipeline/usage.ts';
import { decisionOf, derivedOf } from './derived-of.ts';

/** Entries that can bring a case to rest; which state it then is in says whether they did. */
const ENDING: ReadonlySet<EntryKind> = new Set([
  'learned',
  'learning_skipped',
  'rejected',
  'expired',
  'failed',
  'verified',
  'execution_recorded',
]);
const AT_REST: ReadonlySet<CaseStatus> = new Set([
  'resolved',
  'rejected',
  'expired',
  'failed',
  'not_recovered',
  'outcome_unknown',
]);

/** The whole record of a revision where it was decided, and of the case where it came to rest. */
export function runLines(entry: Entry, state: CaseState): AgentRun[] {
  const { body } = entry;
  const isEnd = ENDING.has(body.kind) && AT_REST.has(state.status);
  if (body.kind !== 'gated' && !isEnd) return [];
  const number = 'revision' in body ? body.revision : currentNumber(state);
  const revision = state.revisions.find((one) => one.revision === number);
  const { at, case_id, seq, entry_id } = entry;
  return [
    {
      at,
      case_id,
      seq,
      entry_id,
      stage: body.kind === 'gated' ? 'decision' : 'end',
      status: state.status,
      incident: state.incident,
      revision: number,
      ...plannedPart(revision),
      ...decidedPart(revision),
      ...outcomePart(state),
    },
  ];
}

function plannedPart(revision: RevisionState | undefined) {
  const { planned, stressed } = revision ?? {};
  return {
    origin: planned?.origin ?? null,
    planner: planned?.planner ?? null,
    fallback_from: planned?.fallback_from ?? null,
    chosen_by: planned?.chosen_by ?? null,
    plan: planned?.plan ?? null,
    stress: stressed?.stress ?? null,
    usage: addUsage(planned?.usage ?? null, stressed?.usage ?? null),
  };
}

function decidedPart(revision: RevisionState | undefined) {
  const { gated = null, approvals = [] } = revision ?? {};
  return {
    compress: gated?.compress ?? null,
    gate: gated === null ? null : decisionOf(gated.gate),
    derived: gated === null ? null : derivedOf(gated.gate),
    digest: gated?.digest ?? null,
    approvals: approvals.map(({ by, as, at, via, reason }) => ({ by, as, at, via, reason })),
  };
}

function outcomePart(state: CaseState) {
  const { execution, recovery, learned, ticket, escalations } = state;
  return {
    refused_attempts: state.refusedAttempts,
    executed: execution?.outcome === 'done',
    execution: execution === null ? null : executionPart(execution),
    recovery:
      recovery === null
        ? null
        : { result: recovery.result, before: execution?.baseline ?? null, after: recovery.after, detail: recovery.detail },
    learned_runbook: learned?.runbookId ?? null,
    ticket: ticket === null ? null : { key: ticket.key, url: ticket.url },
    escalations: Object.entries(escalations).map(([key, { to, outcome, at }]) => ({ key, to, outcome, at })),
    problem: state.problem,
    opened_at: state.openedAt,
  };
}

const executionPart = (execution: NonNullable<CaseState['execution']>) => ({
  key: execution.key,
  revision: execution.revision,
  action_id: execution.actionId,
  executor: execution.executor,
  parameters: execution.parameters,
  started_at: execution.startedAt,
  outcome: execution.outcome,
  detail: execution.detail,
  effect_at: execution.effectAt,
});
