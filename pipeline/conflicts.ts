import type { Action } from '../contracts/catalogue.ts';
import type { Policy } from '../contracts/documents.ts';
import type { PolicyConflict } from '../contracts/findings.ts';
import type { Incident } from '../contracts/incident.ts';
import type { Plan, StressAnswer } from '../contracts/plan.ts';
import type { Catalogue } from './catalogue.ts';
import { textOf } from './document-text.ts';
import { documentHash } from './hash.ts';
import { forbids } from './policies.ts';
import { redact } from './redaction.ts';
import type { Known } from './weigh.ts';

type Asked = { plan: Plan; answer: StressAnswer | null; incident: Incident; now: number };

/**
 * The policies against this action: those that we find, and those that the planner names and that exist, even where we
 * would not have found them. Only our own finding makes a policy absolute, so that no model can shut a case for good.
 */
export function conflictsOf(
  { plan, answer, incident, now }: Asked,
  action: Action | null,
  catalogue: Catalogue,
  policies: readonly Policy[],
  known: Known,
): PolicyConflict[] {
  const question = { action, proposed: plan.proposed_action, service: incident.service, severity: incident.severity, now };
  const ours = new Map(policies.filter((policy) => forbids(policy, question, catalogue)).map((policy) => [policy.id, policy]));
  const theirs = new Set(answer?.policy_conflicts ?? []);
  const ids = [...new Set([...ours.keys(), ...theirs])].sort();
  return ids.flatMap((id) => {
    const document = ours.get(id) ?? known.get(id);
    if (document === undefined) return [];
    const absolute = ours.get(id)?.absolute === true;
    return [
      {
        id,
        rule: redact(textOf(document)).slice(0, RULE_CHARS_MAX),
        hash: documentHash(document),
        absolute,
        found_by: foundBy(ours.has(id), theirs.has(id)),
      },
    ];
  });
}

const RULE_CHARS_MAX = 5_000;

function foundBy(ours: boolean, theirs: boolean): PolicyConflict['found_by'] {
  if (ours && theirs) return 'both';
  return ours ? 'governor' : 'planner';
}
