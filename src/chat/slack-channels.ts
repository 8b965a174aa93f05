import { pageOf, type SlackCalls } from './slack-call.ts';
import { ChatFault } from './slack-fault.ts';
import { ChannelItem } from './slack-shapes.ts';

export type SlackChannels = {
  /** Reading wants a channel's id, while posting also takes its name, which is what a configuration holds. */
  idOf(nameOrId: string): Promise<string>;
  /** A post's answer tells the id of the channel it went to. */
  learn(nameOrId: string, id: string): void;
};

const ID = /^[CDGU][A-Z0-9]{6,}$/;
const bare = (name: string): string => name.replace(/^#/, '').toLowerCase();

export function createSlackChannels(calls: SlackCalls): SlackChannels {
  const known = new Map<string, string>();
  return {
    learn(nameOrId, id) {
      if (!ID.test(nameOrId)) known.set(bare(nameOrId), id);
    },
    async idOf(nameOrId) {
      if (ID.test(nameOrId)) return nameOrId;
      const name = bare(nameOrId);
      const id = known.get(name) ?? (await listed(calls, name));
      if (id === undefined) return nameOrId;
      known.set(name, id);
      return id;
    },
  };
}

/** Undefined without the right to list channels: the name is then tried as it is, and Slack says what it thinks of it. */
async function listed(calls: SlackCalls, name: string): Promise<string | undefined> {
  const query = { types: 'public_channel', exclude_archived: true };
  try {
    const channels = await calls.pages(
      'conversations.list',
      query,
      pageOf('channels', ChannelItem),
      (channel) => channel.name === name,
    );
    return channels.find((channel) => channel.name === name)?.id;
  } catch (fault) {
    if (fault instanceof ChatFault && fault.slackError === 'missing_scope') return undefined;
    throw fault;
  }
}
