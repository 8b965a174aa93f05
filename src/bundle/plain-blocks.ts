import type { KnownBlock, RichTextBlockElement, RichTextElement } from '@slack/types';

type Texts = { text: string };

/** What a person reads of blocks, without Slack: mentions as `@ID`, times in UTC, buttons in brackets. */
export const plainBlocks = (blocks: readonly KnownBlock[]): string =>
  blocks
    .map(textOf)
    .filter((text) => text !== '')
    .join('\n');

function textOf(block: KnownBlock): string {
  switch (block.type) {
    case 'header':
      return block.text.text;
    case 'section':
      return sectionOf(block.text, block.fields ?? []);
    case 'alert':
      return plainMrkdwn(block.text.text);
    case 'context':
      return block.elements.flatMap((element) => ('text' in element ? [plainMrkdwn(element.text)] : [])).join('  ');
    case 'divider':
      return '---';
    case 'rich_text':
      return block.elements.map(richOf).join('\n');
    case 'actions':
      return block.elements.flatMap((element) => ('text' in element ? [`[${element.text.text}]`] : [])).join(' ');
    default:
      // No card has other blocks; one that gets them says so here, and does not lose them in silence.
      return `(a block of type ${block.type})`;
  }
}

/** A label and its value stand above each other in Slack, and beside each other here. */
const sectionOf = (text: Texts | undefined, fields: readonly Texts[]): string =>
  [
    ...(text === undefined ? [] : [plainMrkdwn(text.text)]),
    ...fields.map((field) => plainMrkdwn(field.text).replace('\n', ': ')),
  ].join('\n');

function richOf(part: RichTextBlockElement): string {
  switch (part.type) {
    case 'rich_text_list':
      return part.elements
        .map(({ elements }, index) => `${part.style === 'ordered' ? `${index + 1}.` : '-'} ${wordsOf(elements)}`)
        .join('\n');
    case 'rich_text_quote':
      return wordsOf(part.elements).replace(/^/gm, '> ');
    case 'rich_text_preformatted':
      return wordsOf(part.elements).replace(/^/gm, '    ');
    default:
      return wordsOf(part.elements);
  }
}

const wordsOf = (elements: readonly RichTextElement[]): string => elements.map(wordOf).join('');

function wordOf(element: RichTextElement): string {
  switch (element.type) {
    case 'text':
      return element.style?.code ? `\`${element.text}\`` : element.text;
    case 'link':
      return linked(element.url, element.text ?? '');
    case 'user':
      return `@${element.user_id}`;
    case 'usergroup':
      return `@${element.usergroup_id}`;
    case 'date':
      return new Date(element.timestamp * MS).toISOString();
    default:
      return `(${element.type})`;
  }
}

const MS = 1_000;
const linked = (url: string, label: string): string => (label === '' || label === url ? url : `${label} (${url})`);

/** Code spans stay as they are, so that what came from outside is told apart; bold and control sequences are undone. */
const MARKUP = /`[^`]*`|\*([^*\n]+)\*|<([^>]*)>/g;
const DATE = /^!date\^(\d+)\^/;

function plainMrkdwn(text: string): string {
  const plain = text.replace(MARKUP, (whole, bold: string | undefined, control: string | undefined) => {
    if (bold !== undefined) return bold;
    return control === undefined ? whole : controlOf(control);
  });
  return plain.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

function controlOf(inside: string): string {
  const seconds = DATE.exec(inside)?.[1];
  if (seconds !== undefined) return new Date(Number(seconds) * MS).toISOString();
  const [target = '', label = ''] = inside.split('|');
  return /^[@!]/.test(target) ? `@${target.replace(/^[@!](?:subteam\^)?/, '')}` : linked(target, label);
}
