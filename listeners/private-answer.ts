import { NOT_RECORDED } from './answers.ts';
import { durably } from './durable-ack.ts';
import type { ListenerParts } from './parts.ts';
import type { Click } from './payloads.ts';

export type Place = { by: string; channel: string | null; threadTs: string | null };

/** Tells one person alone. Where nothing has a channel (App Home, forms opened there) it goes to them directly. */
export function tellPrivately(
  { chat }: Pick<ListenerParts, 'chat'>,
  { by, channel, threadTs }: Place,
  text: string,
): Promise<void> {
  return chat.tell({ channel: channel ?? by, user: by, threadTs, text });
}

/** What a click leads to: `text` is told at once only where nothing else shows it. */
export type ClickOutcome = { text: string; shownElsewhere: boolean };

/** Answers a button: durable first, then the ack; what was refused is told to the one who clicked, and to nobody else. */
export function answerClick(
  parts: ListenerParts,
  ack: () => Promise<void>,
  click: Click,
  work: () => Promise<ClickOutcome>,
): Promise<void> {
  return durably({
    work,
    inTime: async ({ text, shownElsewhere }) => {
      await ack();
      if (!shownElsewhere) await tellPrivately(parts, click, text);
    },
    notRecorded: async () => {
      await ack();
      await tellPrivately(parts, click, NOT_RECORDED);
    },
    late: ({ text }) => tellPrivately(parts, click, text),
  });
}
