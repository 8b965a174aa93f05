import { entriesIn, type Fields, fieldsIn, flagIn, listIn, numberIn, textIn, textsIn } from '../fields.ts';

/** The workspace as the page keeps it: what the control API answers, read once, with names of the page's own. */
export type Message = {
  ts: string;
  channel: string;
  threadTs: string | undefined;
  user: string;
  userId: string;
  isBot: boolean;
  text: string;
  blocks: readonly unknown[];
  attachments: readonly Fields[];
  ephemeralTo: string | undefined;
  edited: boolean;
  subtype: string | undefined;
  replyCount: number;
  replyUsers: readonly string[];
  latestReply: string | undefined;
  reactions: readonly { name: string; count: number }[];
};

export type Account = {
  id: string;
  name: string;
  realName: string;
  title: string;
  tint: string;
  isBot: boolean;
  isStranger: boolean;
};
export type Channel = { id: string; name: string; topic: string; hasApp: boolean };
export type Shortcut = { type: string; name: string; callbackId: string };
export type Workspace = {
  team: string;
  accounts: readonly Account[];
  /** Names of the accounts a person at the page can act as. */
  actAs: readonly string[];
  channels: readonly Channel[];
  groups: readonly { id: string; handle: string }[];
  commands: readonly { command: string; description: string; usage: string }[];
  shortcuts: readonly Shortcut[];
};

/** An open modal or App Home; `state` is what was entered so far, as `{block_id: {action_id: entry}}`. */
export type View = {
  id: string;
  type: string;
  hash: string;
  title: string;
  submit: string | undefined;
  close: string | undefined;
  blocks: readonly unknown[];
  state: Fields;
};
/**
 * A simulated service; `recent` holds its error rates of the last minutes, oldest first, the present one last. A rate of
 * null means that it is silent: nobody asks it anything, or nobody sees it.
 */
export type Service = {
  service: string;
  errorRate: number | null;
  baseline: number;
  status: string;
  recent: readonly number[];
};
/** `at` is in milliseconds; `note` tells entries of one name apart, or says what failed. */
export type Traffic = { at: number; direction: 'call' | 'envelope'; name: string; ok: boolean; note: string; body: unknown };

/** Undefined without a time, a channel or an author: such a message has no place to stand. */
export function readMessage(value: Fields): Message | undefined {
  const ts = textIn(value, 'ts');
  const channel = textIn(value, 'channel');
  const user = textIn(value, 'user');
  if (ts === undefined || channel === undefined || user === undefined) return undefined;
  return {
    ts,
    channel,
    user,
    threadTs: textIn(value, 'thread_ts'),
    userId: textIn(value, 'user_id') ?? user,
    isBot: flagIn(value, 'is_bot'),
    text: textIn(value, 'text') ?? '',
    blocks: entriesIn(value, 'blocks') ?? [],
    attachments: listIn(value, 'attachments'),
    ephemeralTo: textIn(value, 'ephemeral_to'),
    edited: flagIn(value, 'edited'),
    subtype: textIn(value, 'subtype'),
    replyCount: numberIn(value, 'reply_count') ?? 0,
    replyUsers: textsIn(value, 'reply_users'),
    latestReply: textIn(value, 'latest_reply'),
    reactions: listIn(value, 'reactions').map((reaction) => ({
      name: textIn(reaction, 'name') ?? '',
      count: numberIn(reaction, 'count') ?? 0,
    })),
  };
}

export function readView(value: Fields): View | undefined {
  const id = textIn(value, 'id') ?? textIn(value, 'view_id');
  const type = textIn(value, 'type');
  if (id === undefined || type === undefined) return undefined;
  const label = (name: string): string | undefined => textIn(fieldsIn(value, name) ?? {}, 'text');
  return {
    id,
    type,
    hash: textIn(value, 'hash') ?? '',
    title: label('title') ?? '',
    submit: label('submit'),
    close: label('close'),
    blocks: entriesIn(value, 'blocks') ?? [],
    state: fieldsIn(fieldsIn(value, 'state') ?? {}, 'values') ?? {},
  };
}

export function readService(value: Fields): Service | undefined {
  const service = textIn(value, 'service');
  const errorRate = value.error_rate === null ? null : numberIn(value, 'error_rate');
  if (service === undefined || errorRate === undefined) return undefined;
  const recent = (entriesIn(value, 'recent_error_rates') ?? []).filter((rate) => typeof rate === 'number');
  return {
    service,
    errorRate,
    baseline: numberIn(value, 'baseline') ?? 0,
    status: textIn(value, 'status') ?? 'healthy',
    recent: errorRate === null ? recent : [...recent, errorRate],
  };
}

/** A Web API call or an envelope, as the inspector lists it; the whole JSON stays with it. */
export function readTraffic(direction: Traffic['direction'], value: Fields): Traffic {
  const outcome = fieldsIn(value, direction === 'call' ? 'answer' : 'outcome') ?? fieldsIn(value, 'response') ?? {};
  const error = textIn(outcome, 'error') ?? textIn(value, 'error');
  return {
    at: readTime(value.at),
    direction,
    name: textIn(value, 'method') ?? textIn(value, 'type') ?? direction,
    ok: error === undefined,
    note: error ?? trafficNote(value),
    body: value,
  };
}

/** What tells two envelopes of one type apart at a glance. */
function trafficNote(value: Fields): string {
  const payload = fieldsIn(value, 'payload') ?? {};
  const event = fieldsIn(payload, 'event') ?? {};
  const action = listIn(payload, 'actions')[0] ?? {};
  const words = [
    textIn(payload, 'command'),
    textIn(payload, 'text'),
    textIn(event, 'type'),
    textIn(event, 'subtype'),
    textIn(action, 'action_id'),
  ];
  return words.filter((word) => word !== undefined).join(' ');
}

function readTime(at: unknown): number {
  const time = typeof at === 'string' ? Date.parse(at) : at;
  return typeof time === 'number' && Number.isFinite(time) ? time : Date.now();
}

/** The entries of a list that could be read. */
export const readAll = <Item>(from: Fields, name: string, read: (value: Fields) => Item | undefined): Item[] =>
  listIn(from, name).flatMap((value) => read(value) ?? []);
