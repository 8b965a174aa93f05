import { z } from 'zod';
import { ACCOUNTS, type Account, accountOf, STRANGER_TEAM } from '../accounts.ts';
import { PageArguments, page } from './cursor.ts';
import { method, refuse } from './method.ts';

const LIST_LIMIT = 200;

function apiUser({ id, name, realName, title, teamId, tint, bot }: Account): Record<string, unknown> {
  return {
    id,
    team_id: teamId,
    name,
    deleted: false,
    color: tint.slice(1),
    real_name: realName,
    tz: 'Etc/UTC',
    tz_label: 'Coordinated Universal Time',
    tz_offset: 0,
    profile: {
      title,
      real_name: realName,
      real_name_normalized: realName,
      display_name: name,
      display_name_normalized: name,
      ...(bot === undefined ? { email: `${name}@sandbox.example` } : {}),
      team: teamId,
      ...(bot === undefined ? {} : { bot_id: bot.id, api_app_id: bot.appId }),
    },
    is_admin: false,
    is_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: bot !== undefined,
    is_app_user: false,
    ...(teamId === STRANGER_TEAM.id ? { is_stranger: true } : {}),
    updated: 0,
  };
}

export const usersInfo = method({ scopes: ['users:read'] }, z.looseObject({ user: z.string().min(1) }), ({ user }) => {
  const account = accountOf(user);
  return account === undefined || account.id !== user ? refuse('user_not_found') : { ok: true, user: apiUser(account) };
});

/** The members of this workspace; strangers are found by users.info alone. */
export const usersList = method({ scopes: ['users:read'] }, z.looseObject(PageArguments), (args, { now }) => {
  const paged = page(
    ACCOUNTS.filter(({ teamId }) => teamId !== STRANGER_TEAM.id),
    args,
    LIST_LIMIT,
  );
  if (!paged.ok) return paged.refusal;
  return {
    ok: true,
    members: paged.items.map(apiUser),
    cache_ts: Math.floor(now() / 1000),
    response_metadata: { next_cursor: paged.next_cursor },
  };
});
