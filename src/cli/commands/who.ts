import type { Right } from '../../../pipeline/authority.ts';
import { groupsNamed } from '../../../pipeline/authority.ts';
import type { WhoOfKind } from '../../../pipeline/who.ts';
import { assessWho } from '../../../pipeline/who.ts';
import { caseNamed } from '../case-facts.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import { withStore } from '../opened.ts';
import { print, sheet, strong } from '../print.ts';

const RIGHTS: readonly Right[] = ['approve', 'override', 'release'];

export const who: Command = {
  name: 'who',
  usage: 'CASE',
  says: 'tells who may decide this case, how many are needed, and who of those named may not',
  words: { min: 1, max: 1 },
  options: {},
  async run(invocation) {
    const answer = await withStore(async ({ store, settings: { config } }) => {
      const state = await caseNamed(store, invocation.words[0] ?? '');
      // User groups are Slack's: without asking it they are named, not resolved.
      return { ...assessWho(state, config.approvers, new Map()), groups: groupsNamed(config) };
    });
    const { case_id, severity, service, kinds, groups } = answer;
    print(invocation, answer, () => [
      [strong(case_id), `  ${severity} on ${service}`],
      ...sheet(RIGHTS.map((right) => [right, peopleOf(kinds[right])])),
      ...(groups.length > 0 ? [`  and the members of ${groups.join(', ')}, as Slack has them at that moment`] : []),
    ]);
    return EXIT.good;
  },
};

function peopleOf({ people, needed, excluded }: WhoOfKind): string {
  const named = people.length === 0 ? 'nobody by name' : people.join(', ');
  const together = needed > 1 ? ` (${needed} together)` : '';
  return [`${named}${together}`, ...excluded.map(({ who: one, why }) => `not ${one}: ${why}`)].join('; ');
}
