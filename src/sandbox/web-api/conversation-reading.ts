import { z } from 'zod';
import { type Channel, channelOf, GOVERNOR } from '../accounts.ts';
import type { Message } from '../store/messages.ts';
import { isMember } from '../workspace/conversation.ts';
import { apiMessage } from '../workspace/message-shapes.ts';
import { PageArguments, page } from './cursor.ts';
import { type ApiAnswer, Flag, method, refuse } from './method.ts';

const HISTORY_LIMIT = 100;
const REPLIES_LIMIT = 1000;
const SCOPES = ['channels:history', 'groups:history', 'mpim:history', 'im:history'];

const Range = z.looseObject({
  channel: z.string().min(1),
  oldest: z.coerce.string().optional(),
  latest: z.coerce.string().optional(),
  inclusive: Flag.optional(),
  include_all_metadata: Flag.optional(),
  ...PageArguments,
});
type Range = z.infer<typeof Range>;

function readableChannel(name: string): { channel: Channel } | { refusal: ApiAnswer } {
  const channel = channelOf(name);
  if (channel === undefined) return { refusal: refuse('channel_not_found') };
  return isMember(channel.id, GOVERNOR.id) ? { channel } : { refusal: refuse('not_in_channel') };
}

/** `oldest` and `latest` are exclusive unless `inclusive` says otherwise. */
function inRange({ oldest, latest, inclusive }: Range): (message: Message) => boolean {
  const from = Number(oldest ?? 0);
  const to = latest === undefined ? Number.POSITIVE_INFINITY : Number(latest);
  return ({ ts }) => (inclusive === true ? Number(ts) >= from && Number(ts) <= to : Number(ts) > from && Number(ts) < to);
}

function answerPage(found: readonly Message[], args: Range, limit: number): ApiAnswer {
  const paged = page(found, args, limit);
  if (!paged.ok) return paged.refusal;
  const messages = paged.items.map((message) => apiMessage(message, { withMetadata: args.include_all_metadata === true }));
  return { ok: true, messages, has_more: paged.more, response_metadata: { next_cursor: paged.next_cursor } };
}

/** Newest first, thread replies left out. */
export const conversationsHistory = method({ scopes: SCOPES }, Range, (args, { messages }) => {
  const place = readableChannel(args.channel);
  if ('refusal' in place) return place.refusal;
  const found = messages.listTopLevel(place.channel.id).filter(inRange(args));
  return {
    ...answerPage(found.reverse(), args, HISTORY_LIMIT),
    pin_count: 0,
    channel_actions_ts: null,
    channel_actions_count: 0,
  };
});

/** Oldest first; the parent is always the first message, whatever the range. */
export const conversationsReplies = method({ scopes: SCOPES }, Range.extend({ ts: z.string().min(1) }), (args, { messages }) => {
  const place = readableChannel(args.channel);
  if ('refusal' in place) return place.refusal;
  const named = messages.find(place.channel.id, args.ts);
  if (named === undefined || named.ephemeral_to !== undefined) return refuse('thread_not_found');
  const within = inRange(args);
  const thread = messages.listThread(place.channel.id, named.thread_ts ?? named.ts);
  return answerPage(
    thread.filter((message, index) => index === 0 || within(message)),
    args,
    REPLIES_LIMIT,
  );
});
