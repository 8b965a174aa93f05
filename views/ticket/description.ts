import type { BodyOf } from '../../contracts/entry.ts';
import type { Shown } from '../../contracts/shown.ts';
import { opener } from '../card/foot.ts';
import { bold, code, data, type Line, line, link, when, words } from '../line.ts';
import { cut, oneLine } from '../text.ts';
import { SEVERITY, SOURCE } from '../words.ts';
import { decision, evidence, identity, proposal } from './decision.ts';
import { heading, list, passage, section, sentence, type TicketPart } from './parts.ts';
import { refusals } from './refusals.ts';

export type TicketFacts = {
  /** Attempts that were refused before the ticket was opened. */
  refused: readonly BodyOf<'refused'>[];
  /** The card in Slack; null where it is not posted, or its address not known. */
  cardUrl: string | null;
  /** Hosts that links may lead to. */
  hosts: readonly string[];
};

const SUMMARY_CHARS = 220;
const SYMPTOMS_SHOWN = 10;
const SYMPTOM_CHARS = 300;
const ABOUT_MAX = 3;

/** What a list of tickets shows: how bad, where, and what. */
export const ticketSummary = ({ incident: { severity, service, summary } }: Pick<Shown, 'incident'>): string =>
  cut(oneLine(`[${severity}] ${service}: ${summary}`), SUMMARY_CHARS);

/** The case up to its first decision: what is wrong, what is proposed, what speaks for and against it, and where to act. */
export function ticketDescription(shown: Shown, { refused, cardUrl, hosts }: TicketFacts): TicketPart[] {
  const { incident } = shown;
  return [
    ...(shown.simulated ? [sentence(line`${bold('The world behind this case is simulated.')}`)] : []),
    sentence(lead(shown)),
    sentence(line`${bold(standing(shown))} ${toCard(cardUrl, hosts)}`),
    heading('What was reported'),
    passage(incident.summary),
    ...list(
      incident.symptoms.map((symptom) => [data(symptom, SYMPTOM_CHARS)]),
      SYMPTOMS_SHOWN,
    ),
    ...proposal(shown),
    ...decision(shown),
    ...(shown.ref === null ? [] : [sentence(identity(shown))]),
    ...evidence(shown),
    ...(refused.length === 0 ? [] : section('Refused so far', ...refusals(refused, false))),
    ...section('About this ticket', ...list(about(shown), ABOUT_MAX)),
  ];
}

function lead({ incident, case_id }: Shown): Line {
  const { service, severity, opened_at, source } = incident;
  return line`Service ${code(service)}, severity ${bold(SEVERITY[severity].toLowerCase())}, case ${code(case_id)}. Opened by ${opener(incident)} ${words(SOURCE[source])} at ${when(opened_at)}.`;
}

/** Whoever is woken by this ticket has to know first whether it waits for them. */
function standing({ decision: said, needs, status }: Shown): string {
  if (said === null) return status === 'failed' ? 'The case has stopped: a person has to take over.' : 'A plan is being checked.';
  return needs === 'none' ? 'No decision is needed.' : 'It waits for a person to decide.';
}

const toCard = (cardUrl: string | null, hosts: readonly string[]): Line =>
  cardUrl === null ? line`The case has a card in Slack.` : line`${link(cardUrl, 'Open the card in Slack', hosts)}`;

const about = ({ case_id }: Shown): Line[] => [
  line`Decisions are made on the card. Nothing that is written on this ticket decides anything.`,
  line`Each stage of the case is told here in a comment. The ticket is closed only after the service was seen to recover.`,
  line`Everything recorded: ${code(`governor show ${case_id}`)}`,
];
