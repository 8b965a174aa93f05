import { z } from 'zod';
import { accountOf, CHANNELS, type Channel, channelOf, GOVERNOR, TEAM } from '../accounts.ts';
import { isShared } from '../workspace/message-shapes.ts';
import { PageArguments, page } from './cursor.ts';
import { Flag, method, refuse } from './method.ts';

const LIST_LIMIT = 100;
const READ = ['channels:read', 'groups:read', 'mpim:read', 'im:read'];
const WRITE = ['channels:manage', 'groups:write', 'im:write', 'mpim:write'];

function apiChannel(channel: Channel): Record<string, unknown> {
  if (channel.isIm)
    return { id: channel.id, is_im: true, is_open: true, user: channel.members.find((member) => member !== GOVERNOR.id) };
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_private: false,
    is_archived: false,
    is_im: false,
    is_member: channel.members.includes(GOVERNOR.id),
    is_ext_shared: isShared(channel.id),
    context_team_id: TEAM.id,
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    num_members: channel.members.length,
  };
}

export const conversationsInfo = method({ scopes: READ }, z.looseObject({ channel: z.string() }), ({ channel: name }) => {
  const channel = channelOf(name);
  return channel === undefined ? refuse('channel_not_found') : { ok: true, channel: apiChannel(channel) };
});

export const conversationsList = method({ scopes: READ }, z.looseObject(PageArguments), (args) => {
  const paged = page(CHANNELS, args, LIST_LIMIT);
  if (!paged.ok) return paged.refusal;
  return { ok: true, channels: paged.items.map(apiChannel), response_metadata: { next_cursor: paged.next_cursor } };
});

export const conversationsMembers = method({ scopes: READ }, z.looseObject({ channel: z.string(), ...PageArguments }), (args) => {
  const channel = channelOf(args.channel);
  if (channel === undefined) return refuse('channel_not_found');
  const paged = page(channel.members, args, LIST_LIMIT);
  if (!paged.ok) return paged.refusal;
  return { ok: true, members: paged.items, response_metadata: { next_cursor: paged.next_cursor } };
});

const Open = z.looseObject({ users: z.string().optional(), channel: z.string().optional(), return_im: Flag.optional() });

/** Opens a person's direct conversation; the workspace has no group conversations. */
export const conversationsOpen = method({ scopes: WRITE }, Open, ({ users, channel: name, return_im: whole }) => {
  const [userId, ...others] = (users ?? '').split(',').filter((id) => id !== '');
  if (others.length > 0) return refuse('method_not_supported_for_channel_type');
  if (userId !== undefined && accountOf(userId) === undefined) return refuse('user_not_found');
  const channel = channelOf(userId ?? name ?? '');
  if (channel === undefined || !channel.isIm) return refuse('channel_not_found');
  return { ok: true, channel: whole === true ? apiChannel(channel) : { id: channel.id } };
});
