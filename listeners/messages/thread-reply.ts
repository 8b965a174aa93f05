import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import type { ListenerParts } from '../parts.ts';
import { readSaid } from '../payloads.ts';
import type { CardThreads } from './card-threads.ts';
import { statedBy } from './reply-attempt.ts';
import { takeReply } from './take-reply.ts';

type Args = SlackEventMiddlewareArgs<'message'> & AllMiddlewareArgs;

/** A decision word in the thread of a card. Whatever is no such word, or stands elsewhere, is nobody's business. */
export function threadReply(parts: ListenerParts, threads: CardThreads) {
  return async ({ event }: Pick<Args, 'event'>): Promise<void> => {
    const said = readSaid(event);
    const stated = said === null ? null : statedBy(said);
    if (stated === null) return;
    const state = await threads.find(stated.said.channel, stated.threadTs);
    if (state !== undefined) await takeReply(parts, state, stated);
  };
}
