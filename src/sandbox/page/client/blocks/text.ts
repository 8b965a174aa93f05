import { type Drawn, el, use } from '../dom.ts';
import { type Fields, isFields, textIn } from '../fields.ts';
import { formatDate } from '../text/date.ts';
import { readPlain } from '../text/inline.ts';
import { parseMrkdwn } from '../text/mrkdwn.ts';
import type { Inline, Passage } from '../text/nodes.ts';
import { hiddenHost } from '../text/safe-url.ts';
import { type Directory, useDirectory } from './surface.ts';

/** A text composition object, checked; undefined means the block that holds it is invalid. */
export type TextObject = { type: 'plain_text' | 'mrkdwn'; text: string; emoji: boolean; verbatim: boolean };

/** The one place where text objects are checked. */
export function readText(value: unknown): TextObject | undefined {
  if (!isFields(value)) return undefined;
  const type = textIn(value, 'type');
  const text = textIn(value, 'text');
  if ((type !== 'plain_text' && type !== 'mrkdwn') || text === undefined || text === '') return undefined;
  return { type, text, emoji: value.emoji !== false, verbatim: value.verbatim === true };
}

export const textField = (from: Fields, name: string): TextObject | undefined => readText(from[name]);

/** The characters of a text object, for labels and attributes where no element fits. */
export const labelOf = (from: Fields, name: string): string | undefined => textField(from, name)?.text;

/** A text object as Slack shows it: mrkdwn is read, plain_text is not. */
export function Text({ text }: { text: TextObject }): Drawn {
  if (text.type === 'plain_text') return use(Inlines, { nodes: readPlain(text.text, text.emoji) });
  return use(Passages, { passages: parseMrkdwn(text.text, { verbatim: text.verbatim }) });
}

/** Bare mrkdwn, such as a message's `text`. */
export function Mrkdwn({ text }: { text: string }): Drawn {
  return use(Passages, { passages: parseMrkdwn(text) });
}

export function Passages({ passages }: { passages: readonly Passage[] }): Drawn {
  return el(
    'div',
    { class: 'text' },
    passages.map((passage, index) => use(PassageView, { key: index, passage })),
  );
}

function PassageView({ passage }: { passage: Passage }): Drawn {
  switch (passage.kind) {
    case 'rule':
      return el('hr', { class: 'divider' });
    case 'pre':
      return el('pre', { class: 'pre' }, el('code', null, use(Inlines, { nodes: passage.children })));
    case 'quote':
      return el('blockquote', { class: 'quote' }, use(Inlines, { nodes: passage.children }));
    case 'heading':
      // A heading inside a message must not compete with the page's own outline: one level deeper than the channel's.
      return el(
        'div',
        { class: `md-heading md-heading-${Math.min(passage.level, 3)}`, role: 'heading', 'aria-level': passage.level + 2 },
        use(Inlines, { nodes: passage.children }),
      );
    case 'list':
      return el(
        passage.ordered ? 'ol' : 'ul',
        { class: 'list', start: passage.start },
        passage.items.map((nodes, index) => el('li', { key: index }, use(Inlines, { nodes }))),
      );
    case 'table':
      return el(
        'div',
        { class: 'table-frame' },
        el(
          'table',
          { class: 'table' },
          el(
            'tbody',
            null,
            passage.rows.map((row, index) => tableRow(row, index)),
          ),
        ),
      );
    case 'paragraph':
      return el('div', { class: 'paragraph' }, use(Inlines, { nodes: passage.children }));
  }
}

function tableRow(row: readonly Inline[][], index: number): Drawn {
  return el(
    'tr',
    { key: index },
    row.map((nodes, column) => el(index === 0 ? 'th' : 'td', { key: column }, use(Inlines, { nodes }))),
  );
}

/** Nodes as elements; the text in them becomes text nodes, never markup. */
export function Inlines({ nodes }: { nodes: readonly Inline[] }): Drawn {
  const directory = useDirectory();
  return el(
    'span',
    { class: 'inline' },
    nodes.map((node, index) => inline(node, directory, index)),
  );
}

const TAGS = { bold: 'b', italic: 'i', strike: 's', code: 'code' } as const;

function inline(node: Inline, directory: Directory, key: number): Drawn | string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'break':
      return el('br', { key });
    case 'emoji':
      return el('span', { key, class: 'emoji', role: 'img', 'aria-label': node.name, title: `:${node.name}:` }, node.glyph);
    case 'link':
      return use(Link, { key, url: node.url, label: node.label });
    case 'date':
      return date(node, key);
    case 'broadcast':
      return el('span', { key, class: 'mention mention-broadcast' }, `@${node.range}`);
    case 'user':
      return el('span', { key, class: 'mention', 'data-user': node.id }, `@${directory.userName(node.id)}`);
    case 'channel':
      return el('span', { key, class: 'mention' }, `#${directory.channelName(node.id)}`);
    case 'usergroup':
      return el('span', { key, class: 'mention mention-broadcast' }, `@${directory.groupHandle(node.id)}`);
    default:
      return el(
        TAGS[node.kind],
        { key, class: node.kind },
        node.children.map((child, index) => inline(child, directory, index)),
      );
  }
}

function date(node: Extract<Inline, { kind: 'date' }>, key: number): Drawn {
  const label = formatDate(node.timestamp, node.format, node.fallback);
  if (node.url !== undefined) return use(Link, { key, url: node.url, label });
  return el('time', { key, title: node.fallback }, label);
}

/** Every address given here has passed `safeUrl`. A label that names another host is followed by the real one. */
export function Link({ url, label }: { url: string; label: string }): Drawn {
  const host = hiddenHost(url, label);
  const link = el('a', { class: 'link', href: url, title: url, target: '_blank', rel: 'noopener noreferrer' }, label);
  if (host === undefined) return link;
  return el('span', null, link, el('span', { class: 'link-host', title: 'The label names another host' }, ` (${host})`));
}
