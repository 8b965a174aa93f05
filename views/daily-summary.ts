import type { CaseStatus } from '../contracts/words.ts';
import { bullets, type Message, paragraph, rich } from './blocks.ts';
import { laidOut } from './layout.ts';
import { bold, code, data, joined, type Line, line, link, person, plainText, when, words } from './line.ts';
import { STATUS } from './words.ts';

export type SummaryCase = {
  case_id: string;
  service: string;
  status: CaseStatus;
  summary: string;
  since: string;
  card_url: string | null;
};
export type DailySummary = {
  /** The day that is told of, as ISO instants. */
  from: string;
  to: string;
  opened: number;
  /** How many cases of the day stand in each state now. */
  states: Readonly<Partial<Record<CaseStatus, number>>>;
  executions: number;
  refused_attempts: number;
  /** Standing still now, the oldest first; `waiting_more` are not listed. */
  waiting: readonly SummaryCase[];
  waiting_more: number;
  /** People or systems that could not be told of a standstill during the day. */
  unreached: readonly string[];
  paused: boolean;
};

const SUMMARY_CHARS = 120;

/** The day in one message: what came, what ran, and what still waits for somebody. */
export function dailySummary(day: DailySummary, hosts: readonly string[]): Message {
  const first = line`${bold('The last day')}, from ${when(day.from)} to ${when(day.to)}. Incidents: ${day.opened}. Actions run: ${day.executions}. Attempts refused: ${day.refused_attempts}.`;
  const paused = day.paused ? [line`${bold('All execution is paused.')}`] : [];
  const states = Object.entries(STATUS).flatMap(([status, name]) => {
    const count = day.states[status as CaseStatus] ?? 0;
    return count === 0 ? [] : [words(`${name}: ${count}`)];
  });
  const counted = states.length === 0 ? [] : [line`Where they stand: ${joined(states, ', ')}.`];
  const unreached = day.unreached.length === 0 ? [] : [line`Could not be told: ${joined(day.unreached.map(person), ', ')}.`];
  const facts = [...paused, ...counted, ...unreached];
  const waiting = day.waiting.map((one) => waitingLine(one, hosts));
  const more = day.waiting_more > 0 ? [line`… and ${day.waiting_more} more`] : [];
  const head = waiting.length === 0 ? line`Nothing waits for a person.` : line`Waiting for a person now:`;
  const blocks = rich(paragraph(first), bullets(facts), paragraph(head), bullets([...waiting, ...more]));
  return { text: plainText(first), blocks: laidOut([{ name: 'summary', blocks, keep: true }], 0) };
}

function waitingLine({ case_id, service, status, summary, since, card_url }: SummaryCase, hosts: readonly string[]): Line {
  const name = card_url === null ? code(case_id) : link(card_url, case_id, hosts);
  return line`${name} ${code(service)} ${words(STATUS[status])} since ${when(since)}: ${data(summary, SUMMARY_CHARS)}`;
}
