import type { ApproverRule, GovernorConfig } from '../contracts/config.ts';
import type { Severity } from '../contracts/words.ts';
import type { Person } from './ports.ts';

export type Right = 'approve' | 'override' | 'release';
export type Grant = { quorum: number; mayApproveOwn: boolean };
export type Grants = Record<Right, Grant | null>;
/** Members of the user groups that the rules name, as Slack had them when this was asked. */
export type GroupMembers = ReadonlyMap<string, readonly string[]>;
export type Matter = { service: string; severity: Severity };

const RIGHTS: readonly Right[] = ['approve', 'override', 'release'];

/** An empty list in a rule means all; a rule without people applies to nobody. */
const covers = <T>(list: readonly T[], value: T): boolean => list.length === 0 || list.includes(value);

function applies(rule: ApproverRule, right: Right, matter: Matter): boolean {
  const service = rule.services.length === 0 || rule.services.includes('*') || rule.services.includes(matter.service);
  return service && covers(rule.severities, matter.severity) && covers(rule.kinds, right);
}

export function peopleOf(rule: ApproverRule, groups: GroupMembers): string[] {
  const members = rule.groups.flatMap((group) => [...(groups.get(group) ?? [])]);
  return [...new Set([...rule.users, ...rule.keys.map((key) => key.user), ...members])];
}

/**
 * What one person may do in this matter. Several rules may grant the same right: the quorum is the strictest of all
 * rules that apply to the matter, so that adding a lenient rule for one person never loosens what others need.
 */
export function grantsOf(rules: readonly ApproverRule[], userId: string, groups: GroupMembers, matter: Matter): Grants {
  const grants: Grants = { approve: null, override: null, release: null };
  for (const right of RIGHTS) {
    const relevant = rules.filter((rule) => applies(rule, right, matter));
    const mine = relevant.filter((rule) => peopleOf(rule, groups).includes(userId));
    if (mine.length === 0) continue;
    grants[right] = {
      quorum: Math.max(...relevant.map((rule) => rule.quorum)),
      mayApproveOwn: mine.some((rule) => rule.may_approve_own),
    };
  }
  return grants;
}

/** Everybody who may exercise the right now, for the card and for `who`. */
export function whoMay(rules: readonly ApproverRule[], right: Right, groups: GroupMembers, matter: Matter): string[] {
  const relevant = rules.filter((rule) => applies(rule, right, matter));
  return [...new Set(relevant.flatMap((rule) => peopleOf(rule, groups)))].sort();
}

/** Whether this person has the right, or any right where none is named, in any matter: for what belongs to no single case. */
export function holdsRight(rules: readonly ApproverRule[], userId: string, groups: GroupMembers, right?: Right): boolean {
  const relevant = rules.filter((rule) => right === undefined || covers(rule.kinds, right));
  return relevant.some((rule) => peopleOf(rule, groups).includes(userId));
}

export const groupsNamed = (config: Pick<GovernorConfig, 'approvers'>): string[] => [
  ...new Set(config.approvers.flatMap((rule) => rule.groups)),
];

/** Somebody who may be believed to be a person of this team; anything unknown is not. */
export function isOwnPerson(person: Person | null, ownTeam: string): 'not_a_person' | 'not_this_team' | null {
  if (person === null || person.deleted || person.isBot) return 'not_a_person';
  return person.teamId === ownTeam ? null : 'not_this_team';
}
