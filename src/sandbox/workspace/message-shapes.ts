import { accountOf, CHANNELS, channelOf, nameOf, STRANGER_TEAM } from '../accounts.ts';
import type { Message } from '../store/messages.ts';

const BOT_PROFILE_ICON = 'data:,';

/** A message as the Web API answers it and as events carry it; metadata only for those who asked. */
export function apiMessage(message: Message, { withMetadata = false } = {}): Record<string, unknown> {
  const { channel: _channel, ephemeral_to: _viewer, metadata, reply_users: replyUsers, ...rest } = message;
  const thread =
    replyUsers === undefined
      ? {}
      : {
          thread_ts: message.ts,
          reply_users: replyUsers,
          reply_users_count: replyUsers.length,
          subscribed: false,
          is_locked: false,
        };
  return {
    type: 'message',
    ...rest,
    ...botProfile(message),
    ...strangerTeams(message),
    ...thread,
    ...(withMetadata && metadata !== undefined ? { metadata } : {}),
  };
}

function botProfile({ bot_id: botId, app_id: appId, user, team }: Message): Record<string, unknown> {
  if (botId === undefined) return {};
  return {
    bot_profile: {
      id: botId,
      app_id: appId,
      name: nameOf(user),
      deleted: false,
      updated: 0,
      icons: { image_48: BOT_PROFILE_ICON },
      team_id: team,
    },
  };
}

/** Messages from another company say so three times, as real ones do. */
function strangerTeams({ team }: Message): Record<string, unknown> {
  return team === STRANGER_TEAM.id ? { user_team: team, source_team: team } : {};
}

/** A message as the control API and the page show it: people and channels by name, for every viewer who may see it. */
export function shownMessage(message: Message): Record<string, unknown> {
  const { channel, user, ephemeral_to: viewer, edited, team: _team, client_msg_id: _client, ...rest } = message;
  return {
    ...rest,
    channel: channelOf(channel)?.name ?? channel,
    channel_id: channel,
    user: nameOf(user),
    user_id: user,
    is_bot: message.bot_id !== undefined,
    blocks: message.blocks ?? [],
    edited: edited !== undefined,
    ...(viewer === undefined ? {} : { ephemeral_to: nameOf(viewer) }),
    ...(message.reply_users === undefined ? {} : { reply_users: message.reply_users.map(nameOf) }),
  };
}

/** Who may see it: one person, the two of a direct conversation, or (undefined) everybody. */
export function viewersOf(message: Message): string[] | undefined {
  if (message.ephemeral_to !== undefined) return [message.ephemeral_to];
  const channel = channelOf(message.channel);
  return channel?.isIm === true ? [...channel.members] : undefined;
}

export function isShared(channelId: string): boolean {
  return CHANNELS.some(
    ({ id, members }) => id === channelId && members.some((member) => accountOf(member)?.teamId === STRANGER_TEAM.id),
  );
}
