import type { BodyOf, Entry } from '../../contracts/entry.ts';
import type { ReliabilityMetric } from '../../contracts/output-lines.ts';
import type { CaseState, RevisionState } from '../../pipeline/case-state.ts';
import { addUsage } from '../../pipeline/usage.ts';
import { derivedOf } from './derived-of.ts';

/** The figures of a decision or of a recovery check; every other entry measures nothing. */
export function reliabilityLines(entry: Entry, state: CaseState): ReliabilityMetric[] {
  const { body } = entry;
  if (body.kind === 'gated') return decisionLines(entry, body, state);
  return body.kind === 'verified' ? recoveryLines(entry, body, state) : [];
}

function named({ at, case_id, seq, entry_id }: Entry, state: CaseState, revision: number) {
  const { service, severity } = state.incident;
  const ms_from_opening = Math.max(0, Date.parse(at) - Date.parse(state.openedAt));
  return { at, case_id, seq, entry_id, service, severity, revision, ms_from_opening };
}

function decisionLines(entry: Entry, body: BodyOf<'gated'>, state: CaseState): ReliabilityMetric[] {
  const revision = state.revisions.find((one) => one.revision === body.revision);
  if (!revision?.stressed) return [];
  return [
    {
      ...named(entry, state, body.revision),
      measure: 'decision',
      ...decidedPart(body),
      ...testedPart(revision, revision.stressed),
    },
  ];
}

const decidedPart = ({ gate, compress, digest, auto_execute }: BodyOf<'gated'>) => ({
  decision: gate.decision,
  reasons: gate.reasons,
  digest,
  auto_execute,
  context_mode: compress.context_mode,
  ...derivedOf(gate),
});

function testedPart({ planned }: RevisionState, { stress, usage }: BodyOf<'stressed'>) {
  const { findings } = stress;
  return {
    planner: planned.planner,
    proposed_action: planned.plan.proposed_action,
    claims: findings.claims,
    supports: findings.supports,
    coverage: findings.coverage,
    contradictions: findings.contradictions,
    policy_conflicts: findings.policy_conflicts.length,
    fabricated: findings.fabricated_ids.length,
    integration_quality: stress.integration_quality,
    confidence: stress.confidence,
    scores: stress.scores ?? null,
    usage: addUsage(planned.usage ?? null, usage ?? null),
  };
}

function recoveryLines(entry: Entry, body: BodyOf<'verified'>, state: CaseState): ReliabilityMetric[] {
  return [
    {
      ...named(entry, state, body.revision),
      measure: 'recovery',
      action_id: state.execution?.actionId ?? '',
      result: body.result,
      error_rate_before: state.execution?.baseline?.error_rate ?? null,
      error_rate_after: body.telemetry?.error_rate ?? null,
    },
  ];
}
