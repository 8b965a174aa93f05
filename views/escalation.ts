import type { EscalationNotice } from '../contracts/escalation.ts';
import { bullets, type Message, paragraph, rich } from './blocks.ts';
import { laidOut } from './layout.ts';
import { bold, code, data, joined, type Line, line, link, plainText, when, words } from './line.ts';
import { REASON, SEVERITY, STANDSTILL } from './words.ts';

const SUMMARY_CHARS = 300;
const DETAIL_CHARS = 600;

/** What one person is told in private about a case that stands still, with the way to its card. It decides nothing. */
export function escalationMessage(notice: EscalationNotice, hosts: readonly string[]): Message {
  const world = notice.simulated ? [words('[simulated] ')] : [];
  const first: Line = [
    ...world,
    ...line`${bold(SEVERITY[notice.severity])} incident in ${code(notice.service)}: case ${code(notice.case_id)} `,
    ...line`${words(STANDSTILL[notice.reason])}, since ${when(notice.since)}.`,
  ];
  const facts = [reported(notice), ...proposed(notice), ...links(notice, hosts)];
  const blocks = rich(paragraph(first), bullets(facts));
  return {
    text: plainText(joined([first, reported(notice)], ' ')),
    blocks: laidOut([{ name: 'escalation', blocks, keep: true }], notice.revision),
  };
}

const reported = ({ summary }: EscalationNotice): Line => line`Reported: ${data(summary, SUMMARY_CHARS)}`;

function proposed({ proposed_action, rules, detail }: EscalationNotice): Line[] {
  const plan = proposed_action === null ? [] : [line`Proposed: ${code(proposed_action)}`];
  const failed = REASONS.filter((reason) => rules.includes(reason)).map((reason) => words(REASON[reason]));
  const why = failed.length === 0 ? [] : [line`Blocked because of ${joined(failed, ', ')}`];
  return [...plan, ...why, line`Stands at: ${data(detail, DETAIL_CHARS)}`];
}

const REASONS = Object.keys(REASON).filter((word): word is keyof typeof REASON => Object.hasOwn(REASON, word));

function links({ card_url, ticket_url }: EscalationNotice, hosts: readonly string[]): Line[] {
  const card = card_url === null ? [] : [line`${link(card_url, 'Open the card', hosts)}: decide there, not here.`];
  const ticket = ticket_url === null ? [] : [line`Ticket: ${link(ticket_url, ticket_url, hosts)}`];
  return [...card, ...ticket];
}
