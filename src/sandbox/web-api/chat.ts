import { z } from 'zod';
import { accountOf, type Channel, channelOf, GOVERNOR, TEAM } from '../accounts.ts';
import type { Message } from '../store/messages.ts';
import { isMember } from '../workspace/conversation.ts';
import { apiMessage } from '../workspace/message-shapes.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { ContentArguments, parseContent } from './content.ts';
import { type ApiAnswer, Flag, method, refuse } from './method.ts';

/** Posting cuts longer text; everything else refuses it, and updates allow a tenth. */
const POST_TEXT = { max: 40_000, cut: true };
const EPHEMERAL_TEXT = { max: 40_000, cut: false };
const UPDATE_TEXT = { max: 4000, cut: false };

const ThreadTs = z
  .string()
  .transform((ts) => (ts === '' ? undefined : ts))
  .optional();
const Post = ContentArguments.extend({ channel: z.string().min(1), thread_ts: ThreadTs, reply_broadcast: Flag.optional() });

export const chatPostMessage = method({ scopes: ['chat:write'] }, Post, (args, workspace) => {
  const place = writableChannel(args.channel);
  if ('refusal' in place) return place.refusal;
  const parsed = parseContent(args, POST_TEXT);
  if (!parsed.ok) return parsed.refusal;
  const refusal = threadRefusal(workspace, place.channel, args.thread_ts);
  if (refusal !== undefined) return refusal;
  const message = workspace.conversation.post({
    channel: place.channel,
    author: GOVERNOR,
    text: '',
    ...parsed.content,
    ...threadOf(args.thread_ts),
    ...(args.reply_broadcast === true && args.thread_ts !== undefined ? { subtype: 'thread_broadcast' } : {}),
  });
  return { ok: true, channel: message.channel, ts: message.ts, message: apiMessage(message, { withMetadata: true }) };
});

/** Where the bot may write: a channel it is in, or a person's direct conversation. */
function writableChannel(name: string): { channel: Channel } | { refusal: ApiAnswer } {
  const channel = channelOf(name);
  if (channel === undefined) return { refusal: refuse('channel_not_found') };
  return isMember(channel.id, GOVERNOR.id) ? { channel } : { refusal: refuse('not_in_channel') };
}

function threadOf(threadTs: string | undefined): { thread_ts?: string } {
  return threadTs === undefined ? {} : { thread_ts: threadTs };
}

function threadRefusal({ messages }: Workspace, channel: Channel, threadTs: string | undefined): ApiAnswer | undefined {
  if (threadTs === undefined) return undefined;
  const parent = messages.find(channel.id, threadTs);
  if (parent === undefined) return refuse('thread_not_found');
  return parent.ephemeral_to === undefined ? undefined : refuse('cannot_reply_to_message');
}

const Update = ContentArguments.extend({ channel: z.string().min(1), ts: z.string().min(1) });

/** What an update leaves out stays as it was; an empty list removes it. */
export const chatUpdate = method({ scopes: ['chat:write'] }, Update, (args, workspace) => {
  const own = ownMessage(workspace, args, 'cant_update_message');
  if ('refusal' in own) return own.refusal;
  const parsed = parseContent(args, UPDATE_TEXT);
  if (!parsed.ok) return parsed.refusal;
  const message = workspace.conversation.edit(own.message, parsed.content, GOVERNOR.id);
  return {
    ok: true,
    channel: message.channel,
    ts: message.ts,
    text: message.text,
    message: apiMessage(message, { withMetadata: true }),
  };
});

/** A bot may change what it posted itself, and nothing that only one person can see. */
function ownMessage(
  { messages }: Workspace,
  { channel: name, ts }: { channel: string; ts: string },
  notOwn: string,
): { message: Message } | { refusal: ApiAnswer } {
  const channel = channelOf(name);
  if (channel === undefined) return { refusal: refuse('channel_not_found') };
  const message = messages.find(channel.id, ts);
  if (message === undefined || message.ephemeral_to !== undefined) return { refusal: refuse('message_not_found') };
  return message.user === GOVERNOR.id ? { message } : { refusal: refuse(notOwn) };
}

export const chatDelete = method(
  { scopes: ['chat:write'] },
  z.looseObject({ channel: z.string(), ts: z.string() }),
  (args, workspace) => {
    const own = ownMessage(workspace, args, 'cant_delete_message');
    if ('refusal' in own) return own.refusal;
    workspace.conversation.remove(own.message);
    return { ok: true, channel: own.message.channel, ts: own.message.ts };
  },
);

const Ephemeral = ContentArguments.extend({ channel: z.string().min(1), user: z.string().min(1), thread_ts: ThreadTs });

export const chatPostEphemeral = method({ scopes: ['chat:write'] }, Ephemeral, (args, workspace) => {
  const place = writableChannel(args.channel);
  if ('refusal' in place) return place.refusal;
  const viewer = accountOf(args.user);
  if (viewer === undefined) return refuse('user_not_found');
  if (!isMember(place.channel.id, viewer.id)) return refuse('user_not_in_channel');
  const parsed = parseContent(args, EPHEMERAL_TEXT);
  if (!parsed.ok) return parsed.refusal;
  const draft = { channel: place.channel, author: GOVERNOR, text: '', ...parsed.content, ...threadOf(args.thread_ts) };
  return { ok: true, message_ts: workspace.conversation.postEphemeral({ ...draft, ephemeral_to: viewer.id }).ts };
});

export const chatGetPermalink = method(
  {},
  z.looseObject({ channel: z.string(), message_ts: z.string() }),
  (args, { baseUrl, messages }) => {
    const channel = channelOf(args.channel);
    if (channel === undefined) return refuse('channel_not_found');
    const message = messages.find(channel.id, args.message_ts);
    if (message === undefined) return refuse('message_not_found');
    const thread = message.thread_ts === undefined ? '' : `?thread_ts=${message.thread_ts}&cid=${channel.id}`;
    return {
      ok: true,
      channel: channel.id,
      permalink: `${baseUrl()}/archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`,
      team: TEAM.id,
    };
  },
);
