import { type Account, type Channel, channelOf } from '../accounts.ts';
import type { Changes } from '../changes.ts';
import type { Database } from '../store/database.ts';
import type { Message, Messages } from '../store/messages.ts';
import { withIds } from './block-ids.ts';
import { changedEvent, deletedEvent, postedEvents, type Subscribed } from './events.ts';
import { shownMessage, viewersOf } from './message-shapes.ts';

export type Draft = Pick<Message, 'text'> &
  Partial<Pick<Message, 'blocks' | 'attachments' | 'thread_ts' | 'metadata' | 'subtype' | 'client_msg_id' | 'ephemeral_to'>> & {
    channel: Channel;
    author: Account;
  };
export type Edit = Partial<Pick<Message, 'text' | 'blocks' | 'attachments' | 'metadata'>>;

export type Conversation = {
  post(draft: Draft): Message;
  /** Visible to `ephemeral_to` alone; it is stored and shown, but no event tells of it. */
  postEphemeral(draft: Draft & { ephemeral_to: string }): Message;
  edit(message: Message, edit: Edit, editor: string): Message;
  remove(message: Message): void;
  react(message: Message, name: string, user: string): boolean;
};

export type ConversationPorts = {
  database: Database;
  messages: Messages;
  changes: Changes;
  nextTs: () => string;
  /** Told of everything the app may have subscribed to. */
  announce: (event: Subscribed) => void;
};

/** The one place where messages come to be, change and go: store, page and app learn of each from here. */
export function createConversation({ database, messages, changes, nextTs, announce }: ConversationPorts): Conversation {
  const show = (kind: 'message' | 'message_changed' | 'message_deleted' | 'ephemeral', message: Message): void =>
    changes.publish(kind, shownMessage(message), viewersOf(message));

  const countReply = (reply: Message): void => {
    const parent = messages.find(reply.channel, reply.thread_ts ?? '');
    if (parent === undefined || reply.ephemeral_to !== undefined) return;
    const replyUsers = [...new Set([...(parent.reply_users ?? []), reply.user])];
    const counted = { ...parent, reply_count: (parent.reply_count ?? 0) + 1, reply_users: replyUsers, latest_reply: reply.ts };
    messages.replace(counted);
    show('message_changed', counted);
  };

  const store = (draft: Draft): Message => {
    const message = toMessage(draft, nextTs(), parentOf(messages, draft));
    database.atomically(() => {
      messages.insert(message);
      if (message.thread_ts !== undefined) countReply(message);
    });
    return message;
  };

  return {
    post(draft) {
      const message = store(draft);
      show('message', message);
      for (const event of postedEvents(message)) announce(event);
      return message;
    },
    postEphemeral(draft) {
      const message = store(draft);
      show('ephemeral', message);
      return message;
    },
    edit(previous, edit, editor) {
      const edited = { user: editor, ts: nextTs() };
      const message = {
        ...previous,
        ...edit,
        ...(edit.blocks === undefined ? {} : { blocks: edit.blocks.map(withIds) }),
        edited,
      };
      messages.replace(message);
      show('message_changed', message);
      if (message.ephemeral_to === undefined) announce(changedEvent(message, previous, edited.ts));
      return message;
    },
    remove(message) {
      messages.remove(message.channel, message.ts);
      show('message_deleted', message);
      if (message.ephemeral_to === undefined) announce(deletedEvent(message, nextTs()));
    },
    react(message, name, user) {
      const others = (message.reactions ?? []).filter((reaction) => reaction.name !== name);
      const users = message.reactions?.find((reaction) => reaction.name === name)?.users ?? [];
      if (users.includes(user)) return false;
      const changed = { ...message, reactions: [...others, { name, users: [...users, user], count: users.length + 1 }] };
      messages.replace(changed);
      show('message_changed', changed);
      return true;
    },
  };
}

/** A reply to a reply lands in the thread that reply is in. */
function parentOf(messages: Messages, { channel, thread_ts: threadTs }: Draft): Message | undefined {
  if (threadTs === undefined) return undefined;
  const named = messages.find(channel.id, threadTs);
  return named?.thread_ts === undefined || named.thread_ts === named.ts ? named : messages.find(channel.id, named.thread_ts);
}

function toMessage({ channel, author, blocks, ...rest }: Draft, ts: string, parent: Message | undefined): Message {
  return {
    ...rest,
    channel: channel.id,
    ts,
    user: author.id,
    team: author.teamId,
    ...(author.bot === undefined ? {} : { bot_id: author.bot.id, app_id: author.bot.appId }),
    ...(blocks === undefined ? {} : { blocks: blocks.map(withIds) }),
    ...(parent === undefined ? {} : { thread_ts: parent.ts, parent_user_id: parent.user }),
  };
}

/** Nobody who is not in a channel can be told about it. */
export function isMember(channelId: string, userId: string): boolean {
  return channelOf(channelId)?.members.includes(userId) ?? false;
}
