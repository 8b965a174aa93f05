import { z } from 'zod';
import { ACCOUNTS, type Account, accountOf, STRANGER_TEAM } from '../accounts.ts';
import { PageArguments, page } from './cursor.ts';
import { method, refuse } from './method.ts';

const LIST_LIMIT = 200;

const EMAIL_SCOPE = 'users:read.email';
const emailOf = ({ name, bot }: Account): string | null => (bot === undefined ? `${name}@sandbox.example` : null);

/** As Slack does, e-mail addresses are left out for an app that may not read them. */
function apiUser(account: Account, scopes: readonly string[]): Record<string, unknown> {
  const { id, name, realName, title, teamId, tint, bot } = account;
  const email = scopes.includes(EMAIL_SCOPE) ? emailOf(account) : null;
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
      ...(email === null ? {} : { email }),
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

export const usersInfo = method(
  { scopes: ['users:read'] },
  z.looseObject({ user: z.string().min(1) }),
  ({ user }, { manifest }) => {
    const account = accountOf(user);
    return account === undefined || account.id !== user
      ? refuse('user_not_found')
      : { ok: true, user: apiUser(account, manifest.scopes) };
  },
);

/** People of other companies are found by nobody's address. */
export const usersLookupByEmail = method(
  { scopes: [EMAIL_SCOPE] },
  z.looseObject({ email: z.string().min(1) }),
  ({ email }, { manifest }) => {
    const wanted = email.trim().toLowerCase();
    const account = ACCOUNTS.find((one) => one.teamId !== STRANGER_TEAM.id && emailOf(one) === wanted);
    return account === undefined ? refuse('users_not_found') : { ok: true, user: apiUser(account, manifest.scopes) };
  },
);

/** The members of this workspace; strangers are found by users.info alone. */
export const usersList = method({ scopes: ['users:read'] }, z.looseObject(PageArguments), (args, { now, manifest }) => {
  const paged = page(
    ACCOUNTS.filter(({ teamId }) => teamId !== STRANGER_TEAM.id),
    args,
    LIST_LIMIT,
  );
  if (!paged.ok) return paged.refusal;
  return {
    ok: true,
    members: paged.items.map((account) => apiUser(account, manifest.scopes)),
    cache_ts: Math.floor(now() / 1000),
    response_metadata: { next_cursor: paged.next_cursor },
  };
});
