import type { Message } from '../wire/model.ts';
import { type State, shownChannel } from './state.ts';

type Change = (state: State) => State;

/** Puts a message in, or in place of its earlier form; a new one elsewhere than on screen counts as unread. */
export function putMessage(message: Message, isNew: boolean): Change {
  return (state) => {
    if (!maySee(state, message)) return state;
    const channel = state.messages[message.channel] ?? {};
    const known = channel[message.ts] !== undefined;
    const messages = { ...state.messages, [message.channel]: { ...channel, [message.ts]: message } };
    return { ...state, messages, unread: isNew && !known ? countUnread(state, message) : state.unread };
  };
}

export function dropMessage({ channel, ts }: Pick<Message, 'channel' | 'ts'>): Change {
  return (state) => {
    const { [ts]: _dropped, ...rest } = state.messages[channel] ?? {};
    return { ...state, messages: { ...state.messages, [channel]: rest } };
  };
}

/** Replaces a channel's messages by what was fetched. */
export function setMessages(channel: string, messages: readonly Message[]): Change {
  return (state) => {
    const visible = messages.filter((message) => maySee(state, message)).map((message) => [message.ts, message] as const);
    return { ...state, messages: { ...state.messages, [channel]: Object.fromEntries(visible) } };
  };
}

/** The server sends a person only what they may see; the page checks again, as the account may just have been switched. */
const maySee = (state: State, message: Message): boolean =>
  message.ephemeralTo === undefined || message.ephemeralTo === state.actAs;

function countUnread(state: State, message: Message): State['unread'] {
  const mine = message.user === state.actAs;
  if (mine || message.channel === shownChannel(state)) return state.unread;
  return { ...state.unread, [message.channel]: (state.unread[message.channel] ?? 0) + 1 };
}

const byTime = (left: Message, right: Message): number => Number(left.ts) - Number(right.ts);

/** A channel's own messages in order of time; replies stay in their thread. */
export function channelMessages(state: State, channel: string): Message[] {
  return Object.values(state.messages[channel] ?? {})
    .filter(({ ts, threadTs, subtype }) => threadTs === undefined || threadTs === ts || subtype === 'thread_broadcast')
    .sort(byTime);
}

/** A thread's parent and replies in order of time. */
export function threadMessages(state: State, channel: string, ts: string): Message[] {
  return Object.values(state.messages[channel] ?? {})
    .filter((message) => message.ts === ts || message.threadTs === ts)
    .sort(byTime);
}
