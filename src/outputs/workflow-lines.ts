import type { BodyOf, Entry, EntryKind } from '../../contracts/entry.ts';
import type { WorkflowEvent } from '../../contracts/output-lines.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentNumber } from '../../pipeline/case-state.ts';

/** What came of a daily summary, which belongs to no case. */
export type SummaryTold = { at: string; target: string; outcome: 'sent' | 'failed'; detail: string };

type Said = Pick<WorkflowEvent, 'channel' | 'outcome' | 'actor' | 'target' | 'detail'>;
type Says<K extends EntryKind> = (body: BodyOf<K>, state: CaseState) => Said;

const DETAIL_CHARS = 1_000;

const slack = (target: string | null, detail = '', actor: string | null = null): Said => ({
  channel: 'slack',
  outcome: 'done',
  actor,
  target,
  detail,
});
const place = (channel: string, ts: string): string => `${channel}:${ts}`;
const cardAt = ({ cards }: CaseState, revision: number): string | null => {
  const card = cards[revision];
  return card === undefined ? null : place(card.channel, card.ts);
};
const inThread = ({ cards }: CaseState, revision: number, ts: string): string => place(cards[revision]?.channel ?? '', ts);

type Decided = { revision: number; by: string; via: string; reason: string | null };
const decided = ({ revision, by, via, reason }: Decided, state: CaseState): Said => ({
  ...slack(cardAt(state, revision), reason === null ? via : `${via}: ${reason}`, by),
});
const ticket = (target: string | null, detail = ''): Said => ({ ...slack(target, detail), channel: 'ticket' });

/** Kinds that went to, or came from, somewhere outside; the steps in between are in agent_runs.jsonl. */
const SAYS: { [K in EntryKind]?: Says<K> } = {
  incident_opened: ({ incident, channel }) => ({
    ...slack(channel, incident.source, incident.opened_by),
    channel: 'intake',
  }),
  card_posted: ({ channel, ts }) => slack(place(channel, ts)),
  decision_shown: ({ revision, thread_ts }, state) => slack(inThread(state, revision, thread_ts)),
  card_updated: ({ revision }, state) => slack(cardAt(state, revision)),
  card_superseded: ({ revision }, state) => slack(cardAt(state, revision)),
  thread_posted: ({ revision, key, ts }, state) => slack(inThread(state, revision, ts), key),
  reminded: ({ revision, ts }, state) => slack(inThread(state, revision, ts)),
  approved: (body, state) => ({
    ...decided(body, state),
    detail: `${body.as} ${body.count} of ${body.needed} ${body.via}${body.reason === null ? '' : `: ${body.reason}`}`,
  }),
  refused: ({ revision, by, via, attempted, refusal }, state) => ({
    ...slack(cardAt(state, revision), `${attempted} ${via}: ${refusal}`, by),
    outcome: 'refused',
  }),
  rejected: decided,
  held: decided,
  released: decided,
  learning_decided: ({ revision, by, via, decision, runbook_id }, state) =>
    slack(cardAt(state, revision), `${decision} ${runbook_id} ${via}`, by),
  escalated: ({ channel, to, outcome, reason, detail }) => ({
    channel: 'escalation',
    outcome: outcome === 'sent' ? 'done' : 'failed',
    actor: null,
    target: to,
    detail: `${reason} by ${channel}${detail === '' ? '' : `: ${detail}`}`,
  }),
  execution_started: ({ executor, action_id, key }) => ({ ...slack(executor, `${action_id} ${key}`), channel: 'executor' }),
  execution_recorded: ({ outcome, detail, settled_by }, state) => ({
    channel: 'executor',
    outcome: ENDED[outcome],
    actor: settled_by,
    target: state.execution?.executor ?? null,
    detail: detail === '' ? outcome : `${outcome}: ${detail}`,
  }),
  ticket_opened: ({ key, url }) => ticket(key, url),
  ticket_commented: ({ key, comment_id }) => ticket(key, comment_id),
  ticket_closed: ({ key }) => ticket(key),
  ticket_failed: ({ act, key, problem }) => ({ ...ticket(key, `${act}: ${problem}`), outcome: 'failed' }),
};

const ENDED: Record<BodyOf<'execution_recorded'>['outcome'], WorkflowEvent['outcome']> = {
  done: 'done',
  failed: 'failed',
  refused: 'refused',
  unknown: 'failed',
  never_ran: 'failed',
  // Nobody took it, so nobody said no.
  not_sent: 'failed',
};

/** The line of one entry, with the case as it was behind it; none for entries that concern nobody outside. */
export function workflowLines(entry: Entry, state: CaseState): WorkflowEvent[] {
  const { at, case_id, seq, entry_id, body } = entry;
  const says = SAYS[body.kind] as Says<EntryKind> | undefined;
  if (says === undefined) return [];
  const said = says(body, state);
  const { service, severity } = state.incident;
  const revision = 'revision' in body ? body.revision : currentNumber(state);
  const named = { at, case_id, seq, entry_id, service, severity, revision, event: body.kind };
  return [{ ...named, ...said, detail: said.detail.slice(0, DETAIL_CHARS) }];
}

/** The line of a daily summary. */
export const summaryLine = ({ at, target, outcome, detail }: SummaryTold): WorkflowEvent => ({
  at,
  case_id: null,
  seq: null,
  entry_id: null,
  service: null,
  severity: null,
  revision: null,
  channel: 'escalation',
  event: 'daily_summary',
  outcome: outcome === 'sent' ? 'done' : 'failed',
  actor: null,
  target,
  detail: detail.slice(0, DETAIL_CHARS),
});
