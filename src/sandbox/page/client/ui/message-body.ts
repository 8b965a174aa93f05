import { useEffect, useState } from 'preact/hooks';
import { Blocks } from '../blocks/block.ts';
import { type Choices, type Press, pressKey, type Surface, SurfaceContext } from '../blocks/surface.ts';
import { Mrkdwn } from '../blocks/text.ts';
import { type Drawn, el, use } from '../dom.ts';
import { entriesIn, type Fields, isFields, textIn } from '../fields.ts';
import type { Message } from '../wire/model.ts';
import { usePage } from './page-context.ts';

/** A message's content: its blocks if it has any, else its text; then its attachments. */
export function MessageBody({ message }: { message: Message }): Drawn {
  const surface = useMessageSurface(message);
  const isCard = message.isBot && message.blocks.length > 0 && !message.blocks.every(isPlainText);
  return use(
    SurfaceContext.Provider,
    { value: surface },
    el(
      'div',
      { class: 'message-body' },
      message.blocks.length > 0
        ? el(
            'div',
            { class: isCard ? `frame frame-${toneOf(message.blocks)}` : 'plain-blocks' },
            use(Blocks, { blocks: message.blocks }),
          )
        : message.text !== '' && use(Mrkdwn, { text: message.text }),
      message.attachments.map((attachment, index) => use(Attachment, { key: index, attachment })),
    ),
  );
}

/** A typed message arrives as one rich_text block; it is text and no card. */
const isPlainText = (block: unknown): boolean => isFields(block) && textIn(block, 'type') === 'rich_text';

const TONES = ['error', 'warning', 'success', 'info'] as const;

/** The colour of a card's edge: its gravest alert, or else how far its plan has come. */
function toneOf(blocks: readonly unknown[]): string {
  const levels = blocks.filter(isFields).map((block) => textIn(block, 'level'));
  return TONES.find((tone) => levels.includes(tone)) ?? 'neutral';
}

const NAMED_COLOURS: Record<string, string> = { good: '#2eb67d', warning: '#ecb22e', danger: '#e01e5a' };

function Attachment({ attachment }: { attachment: Fields }): Drawn {
  const named = textIn(attachment, 'color') ?? '';
  const colour = NAMED_COLOURS[named] ?? (/^#?[0-9a-f]{6}$/i.test(named) ? `#${named.replace('#', '')}` : undefined);
  const text = textIn(attachment, 'text') ?? textIn(attachment, 'fallback') ?? '';
  const blocks = entriesIn(attachment, 'blocks') ?? [];
  return el(
    'div',
    { class: 'frame', style: colour === undefined ? {} : { borderLeftColor: colour } },
    blocks.length > 0 ? use(Blocks, { blocks }) : use(Mrkdwn, { text }),
  );
}

/** What was chosen in a message belongs to the person looking at it; a changed card starts afresh block by block. */
function useMessageSurface(message: Message): Surface {
  const { actions, ask } = usePage();
  const [choices, setChoices] = useState<Choices>({});
  const [pending, setPending] = useState<string | undefined>(undefined);
  useEffect(() => setPending(undefined), [message]);
  return {
    kind: 'message',
    choices,
    errors: {},
    pending,
    ask,
    choose: (press) => setChoices((before) => withChoice(before, press)),
    act: (press) => {
      setPending(pressKey(press));
      void actions.press(press, message, choices).finally(() => setPending(undefined));
    },
  };
}

/** The choices with one more, in place of what its element held before. */
export function withChoice(choices: Choices, { blockId, actionId, choice }: Press): Choices {
  return { ...choices, [blockId]: { ...choices[blockId], [actionId]: choice } };
}
