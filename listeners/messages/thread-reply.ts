import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { NOT_RECORDED } from '../answers.ts';
import type { ListenerParts } from '../parts.ts';
import { readSaid } from '../payloads.ts';
import { tellPrivately } from '../private-answer.ts';
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
    const place = { by: stated.user, channel: stated.said.channel, threadTs: stated.threadTs };
    await parts.dealWith(async () => {
      const state = await threads.find(stated.said.channel, stated.threadTs).catch(async (fault: unknown) => {
        // Whose thread it is cannot be told; whoever writes such a word in one has to know that nobody took it.
        await tellPrivately(parts, place, NOT_RECORDED);
        throw fault;
      });
      if (state !== undefined) await takeReply(parts, state, stated);
    });
  };
}
