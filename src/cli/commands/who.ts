import type { Right } from '../../../pipeline/authority.ts';
import { whoMay } from '../../../pipeline/authority.ts';
import { caseNamed } from '../case-facts.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import { withStore } from '../opened.ts';
import { print } from '../print.ts';

const RIGHTS: readonly Right[] = ['approve', 'override', 'release'];

export const who: Command = {
  name: 'who',
  usage: 'CASE',
  says: 'tells who may decide this case, and by which rule of the config',
  words: { min: 1, max: 1 },
  options: {},
  async run(invocation) {
    const answer = await withStore(async ({ store, settings }) => {
      const { incident } = await caseNamed(store, invocation.words[0] ?? '');
      const { approvers } = settings.config;
      // User groups are Slack's: without asking it they are named, not resolved.
      const may = Object.fromEntries(RIGHTS.map((right) => [right, whoMay(approvers, right, new Map(), incident)]));
      const groups = [...new Set(approvers.flatMap((rule) => rule.groups))];
      return {
        case_id: incident.id,
        service: incident.service,
        severity: incident.severity,
        may,
        groups,
        requester: incident.opened_by,
      };
    });
    print(invocation, answer, () => [
      `${answer.case_id}  ${answer.severity} on ${answer.service}, opened by ${answer.requester} (who may not approve unless a rule says so)`,
      ...RIGHTS.map((right) => `  ${right.padEnd(9)} ${answer.may[right]?.join(', ') || 'nobody by name'}`),
      ...(answer.groups.length > 0 ? [`  and the members of ${answer.groups.join(', ')}, as Slack has them at that moment`] : []),
    ]);
    return EXIT.good;
  },
};
