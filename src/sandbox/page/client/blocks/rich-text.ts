import { type Drawn, el, use } from '../dom.ts';
import { type Fields, fieldsIn, flagIn, listIn, numberIn, textIn } from '../fields.ts';
import { EMOJI } from '../text/emoji.ts';
import type { Inline } from '../text/nodes.ts';
import { safeUrl } from '../text/safe-url.ts';
import { Inlines } from './text.ts';

/** rich_text: each element says what it is, so its texts are never parsed; whatever they contain is shown as characters. */
export function richText(block: Fields): Drawn | undefined {
  const elements = listIn(block, 'elements');
  if (elements.length === 0) return undefined;
  return el('div', { class: 'block text rich-text' }, elements.map(richElement));
}

function richElement(element: Fields, index: number): Drawn {
  const border = numberIn(element, 'border') === 1 ? ' bordered' : '';
  switch (textIn(element, 'type')) {
    case 'rich_text_section':
      return el('div', { key: index, class: 'paragraph' }, inlinesOf(element));
    case 'rich_text_quote':
      return el('blockquote', { key: index, class: `quote${border}` }, inlinesOf(element));
    case 'rich_text_preformatted':
      return el('pre', { key: index, class: `pre${border}` }, el('code', null, inlinesOf(element)));
    case 'rich_text_list':
      return richList(element, index, border);
    default:
      return unknown(element, index);
  }
}

const NUMBERINGS = ['1', 'a', 'i'] as const;

function richList(element: Fields, index: number, border: string): Drawn {
  const ordered = textIn(element, 'style') === 'ordered';
  const indent = Math.max(0, Math.min(8, numberIn(element, 'indent') ?? 0));
  const items = listIn(element, 'elements').map((item, at) => el('li', { key: at }, inlinesOf(item)));
  const attributes = { key: index, class: `list indent-${indent}${border}`, start: (numberIn(element, 'offset') ?? 0) + 1 };
  return ordered ? el('ol', { ...attributes, type: NUMBERINGS[indent % NUMBERINGS.length] }, items) : el('ul', attributes, items);
}

const inlinesOf = (element: Fields): Drawn => use(Inlines, { nodes: listIn(element, 'elements').flatMap(richInline) });

function richInline(element: Fields): Inline[] {
  const style = fieldsIn(element, 'style') ?? {};
  const marks = (['bold', 'italic', 'strike', 'code'] as const).filter((mark) => flagIn(style, mark));
  return [marks.reduce<Inline[]>((children, kind) => [{ kind, children }], leaf(element))].flat();
}

/** One reader a kind; an element that lacks what its kind needs is shown as what it is, never dropped. */
const LEAVES: Record<string, (element: Fields) => Inline | undefined> = {
  user: (element) => named('user', textIn(element, 'user_id')),
  channel: (element) => named('channel', textIn(element, 'channel_id')),
  usergroup: (element) => named('usergroup', textIn(element, 'usergroup_id')),
  team: (element) => plain(textIn(element, 'team_id')),
  color: (element) => plain(textIn(element, 'value')),
  broadcast: (element) => ({ kind: 'broadcast', range: textIn(element, 'range') ?? 'channel' }),
  emoji: readEmoji,
  link: readLink,
  date: readDate,
};

function leaf(element: Fields): Inline[] {
  const type = textIn(element, 'type') ?? '';
  if (type === 'text') return lines(textIn(element, 'text') ?? '');
  const read = Object.hasOwn(LEAVES, type) ? LEAVES[type]?.(element) : undefined;
  return [read ?? { kind: 'text', text: `[unreadable element: ${JSON.stringify(element)}]` }];
}

function lines(text: string): Inline[] {
  return text
    .split('\n')
    .flatMap((line, index): Inline[] =>
      index === 0 ? [{ kind: 'text', text: line }] : [{ kind: 'break' }, { kind: 'text', text: line }],
    );
}

const named = (kind: 'user' | 'channel' | 'usergroup', id: string | undefined): Inline | undefined =>
  id === undefined ? undefined : { kind, id, label: undefined };

const plain = (text: string | undefined): Inline | undefined => (text === undefined ? undefined : { kind: 'text', text });

function readEmoji(element: Fields): Inline | undefined {
  const name = textIn(element, 'name');
  if (name === undefined) return undefined;
  const glyph = EMOJI[name];
  return glyph === undefined ? { kind: 'text', text: `:${name}:` } : { kind: 'emoji', name, glyph };
}

function readLink(element: Fields): Inline | undefined {
  const address = textIn(element, 'url') ?? '';
  const url = safeUrl(address);
  const label = textIn(element, 'text') ?? address;
  // A refused address stays in sight, so that nobody takes the label for all there was.
  return url === undefined ? plain(`${label} [refused link: ${address}]`) : { kind: 'link', url, label };
}

function readDate(element: Fields): Inline | undefined {
  const timestamp = numberIn(element, 'timestamp');
  const format = textIn(element, 'format');
  if (timestamp === undefined || format === undefined) return undefined;
  return {
    kind: 'date',
    timestamp,
    format,
    url: safeUrl(textIn(element, 'url') ?? ''),
    fallback: textIn(element, 'fallback') ?? '',
  };
}

function unknown(element: Fields, index: number): Drawn {
  return el('div', { key: index, class: 'invalid-inline' }, `Unknown rich text element: ${JSON.stringify(element)}`);
}
