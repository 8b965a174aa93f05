import type { BodyOf, EntryBody, EntryKind } from '../contracts/entry.ts';
import type { Shown } from '../contracts/shown.ts';
import { bullets, longQuotes, type Message, paragraph, rich } from './blocks.ts';
import { headline } from './card/head.ts';
import { lastTimes, percent } from './figures.ts';
import { inMessages, laidOut } from './layout.ts';
import { bold, code, data, firstFew, joined, type Line, line, person, plainText, soon, when, words } from './line.ts';
import { LIMITS } from './text.ts';
import { ORDER_ENDED, OUTCOME, REACHED_BY, RECOVERY, STANDSTILL, SURFACE, WAITING } from './words.ts';

const REASON_CHARS = 600;
const CHANGES_SHOWN = 10;
const QUOTE_CHARS = 2_900;
const NAMES_SHOWN = 5;

type Noted = Extract<
  EntryKind,
  | 'approved'
  | 'rejected'
  | 'held'
  | 'released'
  | 'escalated'
  | 'expired'
  | 'voided'
  | 'waiting'
  | 'execution_started'
  | 'execution_recorded'
  | 'verified'
  | 'learning_skipped'
  | 'learning_decided'
  | 'learning_doubted'
  | 'ticket_failed'
  | 'failed'
>;
type Sentences = { [K in Noted]: (body: BodyOf<K>) => Line[] };

const because = (reason: string | null): Line => (reason === null ? [] : line`: ${data(reason, REASON_CHARS)}`);

const UNDONE: Record<BodyOf<'ticket_failed'>['act'], string> = {
  open: 'opened',
  comment: 'told how the case goes on',
  close: 'closed',
};

/** The first line is the sentence, the others its list. */
const SENTENCES: Sentences = {
  approved: ({ by, as, reason, via, count, needed }) => {
    const kind = as === 'override' ? line`${bold('Overridden')} by` : line`Approved by`;
    const more = count < needed ? line` ${count} of ${needed} people so far.` : [];
    return [line`${kind} ${person(by)} ${words(SURFACE[via])}${because(reason)}.${more}`];
  },
  rejected: ({ by, reason, via }) => [
    line`Rejected by ${person(by)} ${words(SURFACE[via])}${because(reason)}. Nothing more runs.`,
  ],
  held: ({ by, reason, via }) => [
    line`Held by ${person(by)} ${words(SURFACE[via])}${because(reason)}. Nothing runs until it is released.`,
  ],
  released: ({ by, reason, via }) => [line`Released by ${person(by)} ${words(SURFACE[via])}${because(reason)}.`],
  escalated: ({ reason, channel, to, outcome, detail }) =>
    outcome === 'sent'
      ? [line`${person(to)} was told ${words(REACHED_BY[channel])} that this case ${words(STANDSTILL[reason])}.`]
      : [line`${person(to)} could not be told ${words(REACHED_BY[channel])}: ${data(detail, REASON_CHARS)}.`],
  expired: () => [line`The time for a decision is over. Nothing ran, and nothing will.`],
  voided: ({ differences }) => [
    line`The last check before running found changes. Consent given so far no longer counts; a new card follows.`,
    ...changes(differences),
  ],
  waiting: ({ for: what, until, detail }) => {
    const end = until === null ? [] : line` until ${when(until)}`;
    return [line`It waits: ${words(WAITING[what])}${end}${detail === '' ? [] : line` (${data(detail, 200)})`}.`];
  },
  execution_started: ({ action_id, key, not_after }) => [
    line`Ordered from the executor: ${code(action_id)} under the key ${code(key)}. It must begin before ${soon(not_after)}.`,
  ],
  execution_recorded: ({ outcome, detail, settled_by }) => {
    const said =
      settled_by === null
        ? line`${words(ORDER_ENDED[outcome])}`
        : line`Settled by ${person(settled_by)}: ${words(OUTCOME[outcome])}`;
    return [line`${said}${detail === '' ? [] : line`, ${data(detail, REASON_CHARS)}`}.`];
  },
  verified: ({ result, telemetry, detail }) => {
    const rate = telemetry === null ? [] : line` Error rate now ${words(percent(telemetry.error_rate))}.`;
    // The detail names the rates with their limit.
    return [line`${words(RECOVERY[result])}${detail === '' ? rate : line` Measured: ${data(detail, REASON_CHARS)}.`}`];
  },
  learning_skipped: ({ problem }) => [line`No runbook was learned: ${data(problem, REASON_CHARS)}.`],
  learning_decided: ({ decision, by, runbook_id }) => [
    line`The learned runbook ${code(runbook_id)} was ${words(decision)} by ${person(by)}.`,
  ],
  learning_doubted: ({ runbook_id, failures, case_id }) => [
    line`The learned runbook ${code(runbook_id)} did not help ${words(lastTimes(failures))}, most recently in case ${code(case_id)}. It supports no plan until an approver accepts it again on the card.`,
  ],
  ticket_failed: ({ act, key, problem }) => [
    line`The ticket${key === null ? [] : line` ${code(key)}`} cannot be ${words(UNDONE[act])}: ${data(problem, REASON_CHARS)}. It goes on being tried, and nothing else waits for it.`,
  ],
  failed: ({ step, problem }) => [
    line`The case stops at ${code(step)}: ${data(problem, REASON_CHARS)}. A person has to take over.`,
  ],
};

function changes(differences: readonly string[]): Line[] {
  const more = differences.length - CHANGES_SHOWN;
  const shown = differences.slice(0, CHANGES_SHOWN).map((change) => [data(change, 300)]);
  return more > 0 ? [...shown, line`… ${more} more`] : shown;
}

/** The thread's note about one entry; null for entries that the card itself tells or that concern nobody. */
export function noteOf(body: EntryBody, seq: number): Message | null {
  const lines = sentencesOf(body);
  return lines === null ? null : message(lines, `note-${seq}`, seq);
}

/** What is said of one entry: a sentence, and the items under it; null where nothing is. */
export function sentencesOf(body: EntryBody): Line[] | null {
  const sentence = Object.hasOwn(SENTENCES, body.kind) ? SENTENCES[body.kind as Noted] : undefined;
  return sentence === undefined ? null : (sentence as (noted: EntryBody) => Line[])(body);
}

function message([first = [], ...rest]: readonly Line[], name: string, seq: number): Message {
  const blocks = rich(paragraph(first), bullets(rest));
  return { text: plainText(joined([first, ...rest], ' ')), blocks: laidOut([{ name, blocks, keep: true }], seq) };
}

/** Asks those who may decide, by name, before the time is over. */
export function reminderNote({ who_may_decide, expires_at, needs }: Shown, seq: number): Message {
  const people =
    who_may_decide.length === 0 ? line`Nobody is named who may decide` : firstFew(who_may_decide.map(person), NAMES_SHOWN);
  const way = words(needs === 'override' ? 'FORCE_OVERRIDE reason' : 'APPROVE');
  const ask =
    who_may_decide.length === 0
      ? line`.`
      : line`: this plan waits for you. Reply ${way} or REJECT here, or use the buttons on the card.`;
  const end = expires_at === null ? [] : line` It expires at ${when(expires_at)}, and then nothing runs.`;
  return message([line`${people}${ask}${end}`], `reminder-${seq}`, seq);
}

/** Under the old card, once a newer one stands: what changed, and that this thread decides nothing any more. */
export function supersededNote(newer: Shown, seq: number): Message {
  const first = line`Revision ${newer.revision} replaces this card: ${data(headline(newer), LIMITS.header)}. Replies here decide nothing any more.`;
  return message([first, ...changes(newer.differences)], `superseded-${seq}`, seq);
}

/** The learned runbook to the letter, for whoever has to accept it. */
export function learnedThread({ learned }: Shown, seq: number): Message[] {
  if (learned === null) return [];
  const head = rich(paragraph(line`${bold('Learned runbook ')}${code(learned.runbook_id)} · ${data(learned.title, 500)}`));
  const messages = inMessages([...head, ...longQuotes(learned.text, QUOTE_CHARS)]);
  return messages.map((blocks, index) => ({
    text: plainText(line`Learned runbook ${code(learned.runbook_id)}, part ${index + 1} of ${messages.length}`),
    blocks: laidOut([{ name: `learned-${index}`, blocks, keep: true }], seq),
  }));
}
