import type { Stress } from '../contracts/findings.ts';
import type { GateOutput, Reason } from '../contracts/gate.ts';
import type { Plan, StressAnswer } from '../contracts/plan.ts';
import { canonicalJson } from './canonical.ts';

type Seen = { stress: Stress; gate: Pick<GateOutput, 'reasons' | 'gate_config_hash'> };
export type Recheck = { stands: true } | { stands: false; differences: string[] };

/** A card has room for so many; the rest is counted. */
const DIFFERENCES_MAX = 49;

/**
 * Whether what was approved still is what would run, by the gate's own findings of this moment. It does not where
 * something that the digest names says something else, a rule fails that passed on the card, or a rule that failed
 * then has more against it now. What merely went away is an improvement; figures and order never count.
 */
export function assessRecheck(shown: Seen, fresh: Seen): Recheck {
  const differences = [
    ...actionDifferences(shown, fresh),
    ...documentDifferences(shown.stress, fresh.stress),
    ...policyDifferences(shown.stress, fresh.stress),
    ...ruleDifferences(shown, fresh),
  ];
  if (differences.length === 0) return { stands: true };
  const more = differences.length - DIFFERENCES_MAX;
  return { stands: false, differences: more > 0 ? [...differences.slice(0, DIFFERENCES_MAX), `and ${more} more`] : differences };
}

/**
 * What the planner said of each claim when the revision was stressed, drawn from the record: a re-check asks the stores
 * again, not the planner.
 */
export function restressedAnswer(plan: Plan, shown: Stress): StressAnswer {
  const cited = new Set(shown.documents.filter((document) => document.cited).map(({ id }) => id));
  return {
    incident_id: plan.incident_id,
    claim_evidence: shown.claims.map((claim) => ({
      claim: claim.claim,
      support_docs: [...claim.supports, ...claim.fabricated],
      contradiction_docs: claim.contradicted_by_planner ? [] : claim.contradictions.filter((id) => cited.has(id)),
      contradicted: claim.contradicted_by_planner,
    })),
    policy_conflicts: shown.policies.filter(({ found_by }) => found_by !== 'governor').map(({ id }) => id),
    confidence_post_stress: plan.confidence_initial,
    position_after_stress: shown.position_after_stress,
  };
}

function actionDifferences(shown: Seen, fresh: Seen): string[] {
  const [before, now] = [shown.stress, fresh.stress];
  const differences: string[] = [];
  if (before.action_id !== now.action_id)
    differences.push(`the plan now means ${named(now.action_id)}, and meant ${named(before.action_id)}`);
  else if (before.action_hash !== now.action_hash) differences.push(`the catalogue's entry ${named(now.action_id)} has changed`);
  if (canonicalJson(before.parameters) !== canonicalJson(now.parameters)) differences.push('the parameters have changed');
  if (shown.gate.gate_config_hash !== fresh.gate.gate_config_hash) differences.push("the gate's thresholds have changed");
  return differences;
}

const named = (id: string | null): string => (id === null ? 'no action' : `\`${id}\``);

/** A document that only spoke against the plan may vanish; one that says something else now has to be read again. */
function documentDifferences(shown: Stress, fresh: Stress): string[] {
  const now = new Map(fresh.documents.map((document) => [document.id, document.hash]));
  return shown.documents
    .filter(({ cited, role }) => cited || role === 'contradiction')
    .flatMap(({ id, kind, hash, role }) => {
      const found = now.get(id);
      if (found === undefined) return role === 'contradiction' ? [] : [`the ${kind} \`${id}\` has vanished`];
      return found === hash ? [] : [`the ${kind} \`${id}\` has changed`];
    });
}

function policyDifferences(shown: Stress, fresh: Stress): string[] {
  const now = new Map(fresh.policies.map((policy) => [policy.id, policy.hash]));
  const changed = shown.policies.filter(({ id, hash }) => now.has(id) && now.get(id) !== hash);
  // One that a planner named before its hours began says nothing else now, and forbids all the same.
  const absolute = fresh.policies.filter((policy) => policy.absolute);
  return [
    ...changed.map(({ id }) => `the policy \`${id}\` has changed`),
    ...absolute.map(({ id }) => `the policy \`${id}\` forbids it now, and nothing passes it`),
  ];
}

function ruleDifferences(shown: Seen, fresh: Seen): string[] {
  return fresh.gate.reasons.flatMap((reason) => {
    const more = newIds(reason, shown.stress, fresh.stress);
    const against = more.length === 0 ? '' : `: ${more.map((id) => `\`${id}\``).join(', ')}`;
    if (!shown.gate.reasons.includes(reason)) return [`the rule ${reason} passed on the card and fails now${against}`];
    return more.length === 0 && !hasMore(reason, shown.stress, fresh.stress)
      ? []
      : [`more speaks against the rule ${reason}${against}`];
  });
}

/** The ids behind a failed rule; rules about a single figure have none. */
const IDS: Partial<Record<Reason, (stress: Stress) => readonly string[]>> = {
  policy_conflict: ({ policies }) => policies.map(({ id }) => id),
  contradictions: ({ contradiction_ids }) => contradiction_ids,
  fabricated_authority: ({ findings }) => findings.fabricated_ids,
  stale_evidence: ({ findings }) => findings.stale_ids,
};

function newIds(reason: Reason, shown: Stress, fresh: Stress): string[] {
  const before = new Set(IDS[reason]?.(shown) ?? []);
  return (IDS[reason]?.(fresh) ?? []).filter((id) => !before.has(id));
}

/** Lists are cut where they are very long; the count is not. */
const hasMore = (reason: Reason, shown: Stress, fresh: Stress): boolean =>
  reason === 'contradictions' && fresh.findings.contradictions > shown.findings.contradictions;
