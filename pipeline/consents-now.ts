import type { ApproverRule } from '../contracts/config.ts';
import { consentNeeded, requesters } from './attempt.ts';
import { type Grant, type GroupMembers, grantsOf, isOwnPerson } from './authority.ts';
import type { Approval, CaseState, RevisionState } from './case-state.ts';
import type { People } from './decisions.ts';
import { NO_GROUPS, whyUnsigned } from './personal-keys.ts';
import type { Person } from './ports.ts';

/** What is known, right before an effect, of those who consented to it. */
export type Electorate = {
  rules: readonly ApproverRule[];
  groups: GroupMembers;
  /** By user id, of everybody who consented in Slack. */
  persons: ReadonlyMap<string, Person | null>;
  ownTeam: string;
};

/** Asks Slack only where somebody has consented there. Throws where it cannot be asked. */
export async function electorateOf(
  { approvals }: Pick<RevisionState, 'approvals'>,
  people: People,
  rules: readonly ApproverRule[],
): Promise<Electorate> {
  const inSlack = approvals.filter(({ key }) => key === null).map(({ by }) => by);
  const ownTeam = people.ownTeam();
  if (inSlack.length === 0) return { rules, groups: NO_GROUPS, persons: new Map(), ownTeam };
  const [groups, ...persons] = await Promise.all([
    people.groups(),
    ...inSlack.map(async (user) => [user, await people.person(user)] as const),
  ]);
  return { rules, groups, persons: new Map(persons), ownTeam };
}

/**
 * The consents of this revision that do not stand any more, in sentences. Rights, keys, user groups and people may have
 * changed since they were recorded, and the log may hold what nobody was entitled to say: none of that lets anything run.
 */
export function fallenConsents(revision: RevisionState, state: CaseState, around: Electorate): string[] {
  const fallen = revision.approvals.flatMap((approval) => {
    const why = whyFallen(approval, state, around);
    return why === null ? [] : [`the ${approval.as === 'override' ? 'override' : 'approval'} of ${approval.by} ${why}`];
  });
  return fallen.length > 0 ? fallen : tooFew(revision, state, around);
}

const NOBODY_MAY = 'nobody can let this plan run, whatever was recorded';

const grantOf = ({ by, as, key }: Approval, { incident }: CaseState, { rules, groups }: Electorate): Grant | null =>
  grantsOf(rules, by, key === null ? groups : NO_GROUPS, incident)[as];

/** Completes a sentence; null where the consent stands. */
function whyFallen(approval: Approval, state: CaseState, around: Electorate): string | null {
  const { by, key, as } = approval;
  if (key !== null) {
    const why = whyUnsigned(around.rules, by, key, as, state.incident);
    if (why !== null) return why;
  } else if (isOwnPerson(around.persons.get(by) ?? null, around.ownTeam) !== null)
    return 'does not count any more: they are no active person of this workspace';
  const grant = grantOf(approval, state, around);
  if (grant === null) return 'does not count any more: they have no such right for this case';
  const isOwn = requesters(state).has(by) && !grant.mayApproveOwn;
  return isOwn ? 'does not count any more: they asked for it themselves' : null;
}

/** The quorum of the rules as they are now; the last consent is the one that it was counted with. */
function tooFew(revision: RevisionState, state: CaseState, around: Electorate): string[] {
  const last = revision.approvals.at(-1);
  if (last === undefined) return [];
  const needed = consentNeeded(state, revision);
  if (needed === 'nothing_passes') return [NOBODY_MAY];
  const isOverride = needed === 'override';
  const counting = revision.approvals.filter(({ as }) => !isOverride || as === 'override');
  const agreed = new Set(counting.map(({ by }) => by)).size;
  const quorum = grantOf(last, state, around)?.quorum ?? 1;
  return agreed >= quorum ? [] : [`${quorum} people have to agree by now, and ${agreed} did`];
}
