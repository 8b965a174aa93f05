import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { Message } from '../../views/blocks.ts';
import { NOT_RECORDED } from '../answers.ts';
import { durably } from '../durable-ack.ts';
import type { Typed } from '../payloads.ts';
import { readTyped } from '../payloads.ts';
import { signedMoment } from '../signed-moment.ts';

export type CommandArgs = SlackCommandMiddlewareArgs & AllMiddlewareArgs;

/** One typed command and the ways to answer it; every answer is seen by its author alone. */
export type Turn = {
  typed: Typed;
  /** When it was said, where the sender signs for it. */
  atMs: number | null;
  /** The acknowledgement itself carries the first answer, so it reaches channels that the app is no member of. */
  ack(message: Message | null): Promise<void>;
  follow(message: Message): Promise<void>;
  client: CommandArgs['client'];
};

const privately = ({ text, blocks }: Message) => ({
  response_type: 'ephemeral' as const,
  text,
  ...(blocks.length === 0 ? {} : { blocks }),
});

export function turnOf({ ack, body, respond, client, context }: CommandArgs): Turn {
  const typed = readTyped(body);
  return {
    typed,
    atMs: signedMoment(context),
    ack: (message) => (message === null ? ack() : ack(privately(message))),
    async follow(message) {
      await respond({ ...privately(message), replace_original: false });
    },
    client,
  };
}

export const textOnly = (text: string): Message => ({ text, blocks: [] });

/** Acks with what came of the work; `meanwhile` stands in where that is not known in time. */
export function answer(turn: Turn, work: () => Promise<Message>, meanwhile: string = NOT_RECORDED): Promise<void> {
  return durably({ work, inTime: turn.ack, notRecorded: () => turn.ack(textOnly(meanwhile)), late: turn.follow });
}
