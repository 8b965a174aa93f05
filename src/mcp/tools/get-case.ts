import { z } from 'zod';
import { RecoveryResult, Waiting } from '../../../contracts/entry-words.ts';
import { Reason } from '../../../contracts/gate.ts';
import { CaseStatus, Decision, Severity } from '../../../contracts/words.ts';
import { consentNeeded, WAITING_FOR_PEOPLE } from '../../../pipeline/attempt.ts';
import type { CaseState, RevisionState } from '../../../pipeline/case-state.ts';
import { currentRevision, isClosed } from '../../../pipeline/case-state.ts';
import type { Cases } from '../../../pipeline/cases.ts';
import type { Redact } from '../../../pipeline/intake/incident-text.ts';
import { documentIds } from '../fields.ts';
import { defineTool, READS, type Tool } from '../tool.ts';
import { POLL_AFTER_S } from './submit-plan.ts';

const ids = z.array(z.string());
const TEXT_CHARS_MAX = 2_000;

const CaseFound = z.strictObject({
  document_ids: documentIds,
  case_id: z.string(),
  service: z.string(),
  severity: Severity,
  summary: z.string(),
  state: CaseStatus,
  closed: z.boolean().describe('True where nothing more will happen.'),
  revision: z.int().nullable().describe('Which plan of the case this is about; null before the first.'),
  proposed_action: z.string().nullable(),
  planner: z.string().nullable().describe('Who made the plan.'),
  action_id: z.string().nullable().describe('The action of the catalogue it means; null where it means none.'),
  digest: z.string().nullable(),
  decision: Decision.nullable().describe('What the rules say; null while they have not been asked.'),
  reasons: z.array(Reason).describe('The rules that failed.'),
  needs: z
    .enum(['none', 'approve', 'override', 'nothing_passes'])
    .nullable()
    .describe('What people have to do before it runs, where it waits for them. It cannot be done here.'),
  supports: ids,
  contradictions: ids,
  policy_conflicts: ids,
  fabricated_ids: ids.describe('Cited ids that exist nowhere.'),
  waiting_for: Waiting.nullable(),
  executions: z.int(),
  recovery: RecoveryResult.nullable(),
  problem: z.string().nullable(),
  poll_after_s: z.number().nullable().describe('How many seconds to wait before asking again; null where nothing more comes.'),
});
type CaseFound = z.infer<typeof CaseFound>;

type Parts = { cases: Pick<Cases, 'load'>; redact: Redact };

/** Where a case stands, for whoever submitted its plan. */
export function getCaseTool({ cases, redact }: Parts): Tool {
  const shown = (text: string): string => redact(text).slice(0, TEXT_CHARS_MAX).toWellFormed();

  const found = (state: CaseState): CaseFound => {
    const { incident, status, problem } = state;
    const closed = isClosed(state);
    const rest = { executions: state.executionCount, recovery: state.recovery?.result ?? null };
    return {
      case_id: state.caseId,
      service: incident.service,
      severity: incident.severity,
      summary: shown(incident.summary),
      state: status,
      closed,
      ...revisionOf(state, shown),
      waiting_for: state.waiting?.for ?? null,
      ...rest,
      problem: problem === null ? null : shown(problem),
      poll_after_s: closed ? null : POLL_AFTER_S,
    };
  };

  return defineTool({
    name: 'get_case',
    title: 'Get a case',
    description:
      'Tells where a case stands: its state, what the rules decided about its plan and why, and what people still have to do.',
    input: z.strictObject({ case_id: z.string().min(1).max(200).describe('The id that submit_plan gave.') }),
    output: CaseFound,
    hints: READS,
    async run({ case_id }) {
      const state = await cases.load(case_id);
      if (state === undefined) return { ok: false, code: 'unknown_case', message: 'there is no case of that id' };
      return { ok: true, answer: found(state) };
    },
  });
}

type OfRevision = Pick<
  CaseFound,
  | 'document_ids'
  | 'revision'
  | 'proposed_action'
  | 'planner'
  | 'action_id'
  | 'digest'
  | 'decision'
  | 'reasons'
  | 'needs'
  | 'supports'
  | 'contradictions'
  | 'policy_conflicts'
  | 'fabricated_ids'
>;

function revisionOf(state: CaseState, shown: Redact): OfRevision {
  const now = currentRevision(state);
  if (now === undefined) return NO_REVISION;
  const { plan, planner } = now.planned;
  return {
    ...NO_REVISION,
    revision: now.revision,
    proposed_action: shown(plan.proposed_action),
    planner,
    ...foundFor(state, now),
  };
}

function foundFor(state: CaseState, now: RevisionState): Partial<OfRevision> {
  const { stressed, gated } = now;
  if (stressed === null) return {};
  const { documents, policies, contradiction_ids, action_id, findings } = stressed.stress;
  const named = (role: string) => documents.filter((document) => document.role === role).map(({ id }) => id);
  const decided = gated === null ? {} : { digest: gated.digest, decision: gated.gate.decision, reasons: gated.gate.reasons };
  return {
    action_id,
    supports: named('support'),
    contradictions: contradiction_ids,
    policy_conflicts: policies.map(({ id }) => id),
    fabricated_ids: findings.fabricated_ids,
    document_ids: documents.map(({ id }) => id),
    ...decided,
    needs: gated !== null && !now.approved && WAITING_FOR_PEOPLE.has(state.status) ? consentNeeded(state, now) : null,
  };
}

const NO_REVISION: OfRevision = {
  document_ids: [],
  revision: null,
  proposed_action: null,
  planner: null,
  action_id: null,
  digest: null,
  decision: null,
  reasons: [],
  needs: null,
  supports: [],
  contradictions: [],
  policy_conflicts: [],
  fabricated_ids: [],
};
