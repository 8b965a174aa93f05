import { z } from 'zod';
import { channelOf, GOVERNOR } from '../accounts.ts';
import { messageProblems } from '../validate/message.ts';
import { method, refuse } from './method.ts';

/** Says what is wrong with blocks without posting them; needs no token. */
export const blocksValidate = method({ token: 'none' }, z.looseObject({ blocks: z.unknown() }), ({ blocks }) => {
  const errors = messageProblems(blocks).map(({ code, message, field, pointer, constraint }) => ({
    code,
    message,
    field,
    pointer,
    ...(constraint === undefined ? {} : { constraint }),
  }));
  return errors.length === 0 ? { ok: true } : refuse('invalid_blocks', { errors });
});

const Reaction = z.looseObject({ channel: z.string(), timestamp: z.string(), name: z.string().min(1) });

export const reactionsAdd = method(
  { scopes: ['reactions:write'] },
  Reaction,
  ({ channel: name, timestamp, name: emoji }, { messages, conversation }) => {
    const channel = channelOf(name);
    if (channel === undefined) return refuse('channel_not_found');
    const message = messages.find(channel.id, timestamp);
    if (message === undefined || message.ephemeral_to !== undefined) return refuse('message_not_found');
    return conversation.react(message, emoji, GOVERNOR.id) ? { ok: true } : refuse('already_reacted');
  },
);
