import type { WebClient } from '@slack/web-api';
import type { Chat, Clock, PostKey } from '../../pipeline/ports.ts';
import { compareTs } from '../../pipeline/reply.ts';
import type { Log } from '../log.ts';
import type { ConnectionState } from './connection.ts';
import { createSlackCalls, pageOf, type SlackCalls } from './slack-call.ts';
import { createSlackChannels, type SlackChannels } from './slack-channels.ts';
import { ChatFault } from './slack-fault.ts';
import { Done, GroupUsers, isPostOf, metadataOf, Posted, personOf, replyOf, SlackMessage, UserAnswer } from './slack-shapes.ts';

export type SlackChatOptions = {
  /** From `createSlackClient`: one that does not retry by itself. */
  client: WebClient;
  /** Known once Slack has answered auth.test. */
  botUserId: () => string;
  connection: () => ConnectionState;
  clock: Clock;
  log: Log;
};

/** How far Slack's clock may be behind ours when an earlier post is searched for; a minute more to read costs little. */
const SKEW_MS = 60_000;
/** An injected address must be neither fetched nor shown. */
const NO_UNFURL = { unfurl_links: false, unfurl_media: false };
const MESSAGES = pageOf('messages', SlackMessage);
const NOBODY = new Set(['user_not_found', 'user_not_visible']);
/** Reasons why an ephemeral message cannot reach somebody; a direct one still can. */
const NOT_THERE = new Set(['user_not_in_channel', 'not_in_channel', 'channel_not_found', 'is_archived']);

const slackTime = (ms: number): string => (Math.max(0, ms) / 1_000).toFixed(6);

type Parts = { calls: SlackCalls; channels: SlackChannels; botUserId: () => string };

/** The Chat port over Slack's Web API. Faults are ChatFaults, whose codes say what may be done about them. */
export function createSlackChat({ client, botUserId, connection, clock, log }: SlackChatOptions): Chat {
  const calls = createSlackCalls({ client, clock });
  const channels = createSlackChannels({ calls, log });

  return {
    connection,
    async post(post) {
      const earlier = post.lookFirst ? await findPost({ calls, channels, botUserId }, post) : null;
      if (earlier !== null)
        log.info('a post whose answer was lost had arrived', { case_id: post.caseId, key: post.key, ts: earlier.ts });
      if (earlier !== null) return earlier;
      const { channel, threadTs, text, blocks } = post;
      const thread = threadTs === null ? {} : { thread_ts: threadTs };
      const posted = await calls.once(
        'chat.postMessage',
        { channel, ...thread, text, blocks, metadata: metadataOf(post), ...NO_UNFURL },
        Posted,
      );
      channels.learn(channel, posted.channel);
      return posted;
    },
    async keepFirst(post) {
      const { channel, ts } = post;
      const first = await findPost({ calls, channels, botUserId }, post, ts);
      if (first === null) return { channel, ts };
      log.info('a post that another process had made before is taken back', { case_id: post.caseId, key: post.key, ts });
      await takeBack(calls, { channel, ts });
      return first;
    },
    takeBack: (post) => takeBack(calls, post),
    async update({ channel, ts, text, blocks }) {
      await calls.repeatable('chat.update', { channel, ts, text, blocks, ...NO_UNFURL }, Done);
    },
    tell: (to) => tell(calls, to),
    async replies(channel, threadTs, afterTs) {
      const query = { channel: await channels.idOf(channel), ts: threadTs, oldest: afterTs };
      const messages = await calls.pages('conversations.replies', query, MESSAGES);
      // The thread's first message is always among them, whatever the range.
      const replies = messages.filter(({ ts }) => ts !== threadTs && compareTs(ts, afterTs) > 0);
      return replies.sort((a, b) => compareTs(a.ts, b.ts)).map(replyOf);
    },
    async person(userId) {
      try {
        return personOf((await calls.repeatable('users.info', { user: userId }, UserAnswer)).user);
      } catch (fault) {
        if (fault instanceof ChatFault && NOBODY.has(fault.slackError ?? '')) return null;
        throw fault;
      }
    },
    async groupMembers(groupId) {
      return (await calls.repeatable('usergroups.users.list', { usergroup: groupId }, GroupUsers)).users;
    },
  };
}

/**
 * The post of an earlier try, if it got through: in the channel for a card, in the card's thread for all else. With
 * `beforeTs` it is the earliest of those before that time.
 */
async function findPost(
  { calls, channels, botUserId }: Parts,
  post: PostKey & { channel: string; sinceMs: number },
  beforeTs: string | null = null,
): Promise<{ channel: string; ts: string } | null> {
  const channel = await channels.idOf(post.channel);
  const isIt = (message: SlackMessage): boolean => isPostOf(message, botUserId(), post);
  const latest = beforeTs === null ? {} : { latest: beforeTs };
  const range = { channel, oldest: slackTime(post.sinceMs - SKEW_MS), ...latest, include_all_metadata: true };
  // Any post will do where there can be one only; the earliest of several is known once all are read.
  const stop = beforeTs === null ? isIt : undefined;
  const messages =
    post.threadTs === null
      ? await calls.pages('conversations.history', range, MESSAGES, stop)
      : await calls.pages('conversations.replies', { ...range, ts: post.threadTs }, MESSAGES, stop);
  const isBefore = ({ ts }: SlackMessage): boolean => beforeTs === null || compareTs(ts, beforeTs) < 0;
  const [found] = messages.filter((message) => isIt(message) && isBefore(message)).sort((a, b) => compareTs(a.ts, b.ts));
  return found === undefined ? null : { channel: await channels.idAt(channel, found.ts), ts: found.ts };
}

async function takeBack(calls: SlackCalls, { channel, ts }: { channel: string; ts: string }): Promise<void> {
  try {
    await calls.repeatable('chat.delete', { channel, ts }, Done);
  } catch (fault) {
    if (!(fault instanceof ChatFault && fault.code === 'message_gone')) throw fault;
  }
}

type Telling = Parameters<Chat['tell']>[0];

/** Privately in the channel or thread, or directly where one of the two is not there. */
async function tell(calls: SlackCalls, { channel, user, threadTs, text }: Telling): Promise<void> {
  const thread = threadTs === null ? {} : { thread_ts: threadTs };
  try {
    await calls.once('chat.postEphemeral', { channel, user, text, ...thread }, Done);
  } catch (fault) {
    const isElsewhere = fault instanceof ChatFault && NOT_THERE.has(fault.slackError ?? '');
    if (!isElsewhere) throw fault;
    await calls.once('chat.postMessage', { channel: user, text, ...NO_UNFURL }, Done);
  }
}
