import type { ApproverRule } from '../contracts/config.ts';
import type { Severity } from '../contracts/words.ts';
import { requesters } from './attempt.ts';
import type { GroupMembers, Right } from './authority.ts';
import { grantsOf, whoMay } from './authority.ts';
import type { CaseState } from './case-state.ts';

export type WhoOfKind = { people: string[]; needed: number; excluded: { who: string; why: string }[] };
export type Who = { case_id: string; service: string; severity: Severity; kinds: Record<Right, WhoOfKind> };

const OWN = 'opened the case or chose its action';

/** Who may decide about this case now, how many are needed, and who of those named may not. */
export function assessWho(state: CaseState, rules: readonly ApproverRule[], groups: GroupMembers): Who {
  const { service, severity } = state.incident;
  const own = requesters(state);

  const kindOf = (right: Right): WhoOfKind => {
    const named = whoMay(rules, right, groups, state.incident).map((who) => ({
      who,
      grant: grantsOf(rules, who, groups, state.incident)[right],
    }));
    // Releasing asks nothing of the plan, so whoever opened the case may release it.
    const barred = named.filter(({ who, grant }) => right !== 'release' && own.has(who) && grant?.mayApproveOwn !== true);
    const excluded = barred.map(({ who }) => ({ who, why: OWN }));
    const people = named.map(({ who }) => who).filter((who) => !excluded.some((one) => one.who === who));
    return { people, needed: right === 'release' ? 1 : Math.max(1, ...named.map(({ grant }) => grant?.quorum ?? 1)), excluded };
  };

  const kinds = { approve: kindOf('approve'), override: kindOf('override'), release: kindOf('release') };
  return { case_id: state.caseId, service, severity, kinds };
}
