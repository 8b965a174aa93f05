import { caseFacts, caseNamed } from '../case-facts.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import { withStore } from '../opened.ts';
import { print } from '../print.ts';

export const show: Command = {
  name: 'show',
  usage: 'CASE',
  says: 'shows one case: where it stands, what was decided and why',
  words: { min: 1, max: 1 },
  options: {},
  async run(invocation) {
    const facts = await withStore(async ({ store }) => caseFacts(await caseNamed(store, invocation.words[0] ?? '')));
    const { incident } = facts;
    print(invocation, facts, () => [
      `${facts.case_id}  ${facts.state}`,
      `  ${incident.severity} on ${incident.service}: ${incident.summary}`,
      `  proposed  ${facts.proposed_action ?? 'nothing yet'} (revision ${facts.revision ?? '-'})`,
      `  decision  ${facts.decision ?? 'none yet'}${facts.reasons.length > 0 ? `: ${facts.reasons.join(', ')}` : ''}`,
      `  digest    ${facts.digest ?? '-'}`,
      `  ran       ${facts.executions} time(s), recovery ${facts.recovery ?? 'not checked'}, ticket ${facts.ticket ?? '-'}`,
      `  card      ${facts.channel ?? '-'} ${facts.ts ?? ''}`,
    ]);
    return EXIT.good;
  },
};
