import { z } from 'zod';
import { TEAM, USER_GROUPS } from '../accounts.ts';
import { PageArguments, page } from './cursor.ts';
import { Flag, method, refuse } from './method.ts';

const SCOPES = ['usergroups:read'];
const LIST_LIMIT = 200;

export const usergroupsUsersList = method(
  { scopes: SCOPES },
  z.looseObject({ usergroup: z.string().min(1), ...PageArguments }),
  (args) => {
    const group = USER_GROUPS.find(({ id }) => id === args.usergroup);
    if (group === undefined) return refuse('no_such_subteam');
    const paged = page(group.users, args, LIST_LIMIT);
    if (!paged.ok) return paged.refusal;
    return { ok: true, users: paged.items, response_metadata: { next_cursor: paged.next_cursor } };
  },
);

export const usergroupsList = method(
  { scopes: SCOPES },
  z.looseObject({ include_users: Flag.optional(), ...PageArguments }),
  (args) => {
    const paged = page(USER_GROUPS, args, LIST_LIMIT);
    if (!paged.ok) return paged.refusal;
    const usergroups = paged.items.map(({ id, handle, name, users }) => ({
      id,
      team_id: TEAM.id,
      is_usergroup: true,
      name,
      handle,
      date_delete: 0,
      user_count: users.length,
      ...(args.include_users === true ? { users } : {}),
    }));
    return { ok: true, usergroups, response_metadata: { next_cursor: paged.next_cursor } };
  },
);
