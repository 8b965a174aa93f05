import type { CaseState } from '../../../pipeline/case-state.ts';
import { currentRevision } from '../../../pipeline/case-state.ts';
import type { CaseCopy, ExecutionCopy } from './copy-fold.ts';

type Document = Record<string, unknown>;

/** Where a case stands, for people who look at it in Kibana, and the mark by which open cases are found. */
export const caseDocument = ({ caseId, seq, hash, open, at, state }: CaseCopy): Document => ({
  case_id: caseId,
  seq,
  hash,
  open,
  updated_at: at,
  ...(state === null ? {} : { ...incidentPart(state), ...revisionPart(state), ...outcomePart(state) }),
});

const incidentPart = ({ incident, status, openedAt, held, waiting, problem }: CaseState): Document => ({
  status,
  service: incident.service,
  severity: incident.severity,
  summary: incident.summary,
  symptoms: incident.symptoms,
  source: incident.source,
  opened_by: incident.opened_by,
  opened_at: openedAt,
  held,
  waiting_for: waiting?.for ?? null,
  problem,
});

function revisionPart(state: CaseState): Document {
  const revision = currentRevision(state);
  if (revision === undefined) return { revision: 0 };
  const { planned, gated, approvals } = revision;
  return {
    revision: revision.revision,
    proposed_action: planned.plan.proposed_action,
    rationale: planned.plan.rationale,
    digest: gated?.digest ?? null,
    decision: gated?.gate.decision ?? null,
    reasons: gated?.gate.reasons ?? [],
    approved_by: approvals.map(({ by }) => by),
  };
}

const outcomePart = ({ execution, executionCount, recovery, learned, ticket }: CaseState): Document => ({
  executions: executionCount,
  outcome: execution?.outcome ?? null,
  recovery: recovery?.result ?? null,
  learned_runbook: learned?.runbookId ?? null,
  ticket_key: ticket?.key ?? null,
  ticket_url: ticket?.url ?? null,
});

/** One execution: what was ordered, what came of it, and whether the service recovered. */
export const executionDocument = ({ caseId, state }: CaseCopy, execution: ExecutionCopy): Document => ({
  ...orderPart(execution),
  case_id: caseId,
  seq: execution.seq,
  service: state?.incident.service ?? null,
  severity: state?.incident.severity ?? null,
  ...recordedPart(execution),
  ...verifiedPart(execution),
});

const orderPart = ({ started, startedAt }: ExecutionCopy): Document => ({
  key: started.key,
  revision: started.revision,
  action_id: started.action_id,
  action_hash: started.action_hash,
  executor: started.executor,
  parameters: started.parameters,
  digest: started.digest,
  started_at: startedAt,
  not_after: started.not_after,
  recheck_reasons: started.recheck_reasons,
  error_rate_before: started.baseline?.error_rate ?? null,
});

const recordedPart = ({ recorded }: ExecutionCopy): Document => ({
  outcome: recorded?.body.outcome ?? null,
  detail: recorded?.body.detail ?? null,
  effect_at: recorded?.body.effect_at ?? null,
  recorded_at: recorded?.at ?? null,
  settled_by: recorded?.body.settled_by ?? null,
});

const verifiedPart = ({ verified }: ExecutionCopy): Document => ({
  recovery: verified?.body.result ?? null,
  recovery_detail: verified?.body.detail ?? null,
  verified_at: verified?.at ?? null,
  error_rate_after: verified?.body.telemetry?.error_rate ?? null,
});
