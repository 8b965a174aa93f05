import { ACCOUNTS, APP_ID, accountOf, CHANNELS, GOVERNOR, nameOf, TEAM, USER_GROUPS } from '../accounts.ts';
import { isShared, shownMessage } from '../workspace/message-shapes.ts';
import { shownView } from '../workspace/screens.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { CHANNEL_DEFAULT, channelNamed, people, personNamed } from './lookups.ts';

/** Everything in a channel, replies and ephemeral messages included; `user` leaves out what that person cannot see. */
export function shownMessages({ messages }: Workspace, query: URLSearchParams): Record<string, unknown>[] {
  const channel = channelNamed(query.get('channel') ?? CHANNEL_DEFAULT);
  const viewer = query.get('user');
  const viewerId = viewer === null ? undefined : personNamed(viewer).id;
  const threadTs = query.get('thread_ts');
  return messages
    .list(channel.id)
    .filter(({ ephemeral_to: only }) => viewerId === undefined || only === undefined || only === viewerId)
    .filter(({ ts, thread_ts: thread }) => threadTs === null || ts === threadTs || thread === threadTs)
    .map(shownMessage);
}

/** Open modals, the one in front last, and App Home; of one person or of all. */
export function shownViews({ views }: Workspace, user: string | null): Record<string, unknown>[] {
  const userId = user === null ? undefined : personNamed(user).id;
  return views
    .list()
    .filter((view) => userId === undefined || view.user === userId)
    .map(shownView);
}

export function workspaceFacts({ manifest, connections, transport }: Workspace): Record<string, unknown> {
  return {
    team: TEAM,
    app: {
      id: APP_ID,
      name: manifest.appName,
      bot_user_id: GOVERNOR.id,
      bot_id: GOVERNOR.bot.id,
      home_tab: manifest.homeTabEnabled,
    },
    users: ACCOUNTS.map(({ id, name, realName, title, teamId, tint, bot }) => ({
      id,
      name,
      real_name: realName,
      title,
      team_id: teamId,
      tint,
      is_bot: bot !== undefined,
      is_stranger: teamId !== TEAM.id,
    })),
    channels: CHANNELS.map(({ id, name, topic, members }) => ({
      id,
      name,
      topic,
      members: members.map(nameOf),
      bot_is_member: members.includes(GOVERNOR.id),
      is_shared: isShared(id),
    })),
    user_groups: USER_GROUPS.map(({ id, handle, name, users }) => ({
      id,
      handle,
      name,
      users: users.map((user) => accountOf(user)?.name ?? user),
    })),
    act_as: people(),
    commands: manifest.commands,
    shortcuts: manifest.shortcuts,
    transport: transport.mode(),
    connections: connections.count(),
  };
}
