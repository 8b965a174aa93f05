import { z } from 'zod';
import { GOVERNOR, TEAM } from '../accounts.ts';
import { method } from './method.ts';

export const apiTest = method({ token: 'none' }, z.looseObject({ error: z.string().optional() }), ({ error, ...args }) =>
  error === undefined ? { ok: true, args } : { ok: false, error, args: { error, ...args } },
);

export const authTest = method({}, z.looseObject({}), (_args, { baseUrl }) => ({
  ok: true,
  url: `${baseUrl()}/`,
  team: TEAM.name,
  user: GOVERNOR.name,
  team_id: TEAM.id,
  user_id: GOVERNOR.id,
  bot_id: GOVERNOR.bot.id,
  is_enterprise_install: false,
}));

export const appsConnectionsOpen = method({ token: 'app' }, z.looseObject({}), (_args, { baseUrl, connections }) => ({
  ok: true,
  url: `${baseUrl().replace(/^http/, 'ws')}${connections.issueTicket()}`,
}));
