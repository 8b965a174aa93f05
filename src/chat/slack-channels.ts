import type { Log } from '../log.ts';
import { pageOf, type SlackCalls } from './slack-call.ts';
import { ChatFault } from './slack-fault.ts';
import { ChannelItem, Linked } from './slack-shapes.ts';

export type SlackChannels = {
  /** Reading wants a channel's id, while posting also takes its name, which is what a configuration holds. */
  idOf(nameOrId: string): Promise<string>;
  /** The id of the channel in which a message was found. */
  idAt(nameOrId: string, ts: string): Promise<string>;
  /** A post's answer tells the id of the channel it went to. */
  learn(nameOrId: string, id: string): void;
};

const ID = /^[CDGU][A-Z0-9]{6,}$/;
const PUBLIC = { types: 'public_channel', exclude_archived: true };
const bare = (name: string): string => name.replace(/^#/, '').toLowerCase();

export function createSlackChannels({ calls, log }: { calls: SlackCalls; log: Log }): SlackChannels {
  const known = new Map<string, string>();
  const learn = (nameOrId: string, id: string): void => {
    if (!ID.test(nameOrId)) known.set(bare(nameOrId), id);
  };

  const listed = async (name: string): Promise<string | undefined> => {
    const page = pageOf('channels', ChannelItem);
    const channels = await calls.pages('conversations.list', PUBLIC, page, (channel) => channel.name === name);
    return channels.find((channel) => channel.name === name)?.id;
  };

  /** Without the right to list channels the name is tried as it is, and Slack says what it thinks of it. */
  const listedIfAllowed = async (name: string): Promise<string | undefined> => {
    try {
      return await listed(name);
    } catch (fault) {
      if (!(fault instanceof ChatFault) || fault.slackError !== 'missing_scope') throw fault;
      log.warn('this app may not list channels; grant `channels:read`, or configure the id of the channel', { channel: name });
      return undefined;
    }
  };

  return {
    learn,
    async idOf(nameOrId) {
      if (ID.test(nameOrId)) return nameOrId;
      const id = known.get(bare(nameOrId)) ?? (await listedIfAllowed(bare(nameOrId)));
      if (id !== undefined) learn(nameOrId, id);
      return id ?? nameOrId;
    },
    async idAt(nameOrId, ts) {
      if (ID.test(nameOrId)) return nameOrId;
      const { channel } = await calls.repeatable('chat.getPermalink', { channel: nameOrId, message_ts: ts }, Linked);
      learn(nameOrId, channel);
      return channel;
    },
  };
}
