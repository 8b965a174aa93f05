import type { CaseFacts } from '../case-facts.ts';
import { caseFacts, caseNamed } from '../case-facts.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../command.ts';
import { decisionPart, statusPart } from '../inks.ts';
import { withStore } from '../opened.ts';
import type { Line } from '../print.ts';
import { print, sheet, strong } from '../print.ts';

export const show: Command = {
  name: 'show',
  usage: 'CASE',
  says: 'shows one case: where it stands, what was decided and why',
  words: { min: 1, max: 1 },
  options: {},
  async run(invocation) {
    const facts = await withStore(async ({ store }) => caseFacts(await caseNamed(store, invocation.words[0] ?? '')));
    print(invocation, facts, () => linesOf(facts));
    return EXIT.good;
  },
};

function linesOf(facts: CaseFacts): Line[] {
  const { incident } = facts;
  const because = facts.reasons.length > 0 ? `: ${facts.reasons.join(', ')}` : '';
  return [
    [strong(facts.case_id), '  ', statusPart(facts.state)],
    ...sheet([
      ['reported', `${incident.severity} on ${incident.service}: ${incident.summary}`],
      ['opened', `${incident.opened_at} by ${incident.opened_by}`],
      ['proposed', `${facts.proposed_action ?? 'nothing yet'}${facts.revision === null ? '' : ` (revision ${facts.revision})`}`],
      ['decision', facts.decision === null ? 'none yet' : [decisionPart(facts.decision), because]],
      ['digest', facts.digest ?? '-'],
      ['ran', `${facts.executions === 1 ? 'once' : `${facts.executions} times`}, recovery ${facts.recovery ?? 'not checked'}`],
      ['ticket', facts.ticket ?? '-'],
      ['card', facts.channel === null ? '-' : `${facts.channel} ${facts.ts ?? ''}`],
    ]),
  ];
}
