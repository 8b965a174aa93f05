import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { tsMs } from '../../pipeline/case-id.ts';
import { parseCommand } from '../../pipeline/intake/command.ts';
import type { Message } from '../../views/blocks.ts';
import { helpMessage } from '../../views/help.ts';
import { NOT_RECORDED, problemText } from '../answers.ts';
import { durably } from '../durable-ack.ts';
import { messageKey } from '../intake-keys.ts';
import { openedMessage, openFor } from '../opening.ts';
import type { ListenerParts } from '../parts.ts';
import type { Said } from '../payloads.ts';
import { readSaid } from '../payloads.ts';

type Args = SlackEventMiddlewareArgs<'app_mention'> & AllMiddlewareArgs;

/** `@governor service severity summary` opens a case. Nothing is ever decided by a mention: it gets the help instead. */
export function appMention(parts: ListenerParts) {
  return async ({ event, context, client }: Args): Promise<void> => {
    const said = readSaid(event);
    if (said === null || said.user === null || said.botId !== null || said.subtype !== null || said.edited) return;
    const { channel, user, threadTs } = { ...said, user: said.user };
    const answer = async ({ text, blocks }: Message): Promise<void> => {
      const thread = threadTs === null ? {} : { thread_ts: threadTs };
      await client.chat.postEphemeral({ channel, user, text, ...thread, ...(blocks.length === 0 ? {} : { blocks }) });
    };
    await durably({
      work: () => opened(parts, said, user, behindMention(said.text, context.botUserId)),
      inTime: answer,
      notRecorded: () => answer({ text: NOT_RECORDED, blocks: [] }),
      late: answer,
    });
  };
}

async function opened(parts: ListenerParts, { channel, ts }: Said, user: string, text: string): Promise<Message> {
  const command = parseCommand(text);
  if (!command.ok || command.does !== 'open') {
    return helpMessage({ services: await parts.intake.services(), problem: command.ok ? null : problemText(command.problem) });
  }
  const { service, severity, summary } = command;
  const intakeKey = messageKey(channel, ts);
  const request = {
    service,
    severity,
    summary,
    symptoms: [],
    source: 'mention' as const,
    openedBy: user,
    channel,
    intakeKey,
    atMs: tsMs(ts),
  };
  return openedMessage(await openFor(parts, request), request);
}

/** What stands behind the mention of the app; without one, or where our own id is unknown, behind the first mention. */
function behindMention(text: string, botUserId: string | undefined): string {
  const mention = botUserId === undefined ? /<@[^>]*>/ : new RegExp(`<@${botUserId}(?:\\|[^>]*)?>`);
  const found = mention.exec(text);
  return found === null ? text : text.slice(found.index + found[0].length);
}
