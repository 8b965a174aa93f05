import { type Drawn, el, use } from '../dom.ts';
import { entriesIn, type Fields, fieldsIn, isFields, textIn } from '../fields.ts';
import { parseMarkdown } from '../text/markdown.ts';
import { safeUrl } from '../text/safe-url.ts';
import { icon } from '../ui/icon.ts';
import { drawElement, type Mode } from './elements/element.ts';
import { Link, labelOf, Passages, readText, Text, textField } from './text.ts';

const blockId = (block: Fields): string => textIn(block, 'block_id') ?? '';

/** Slack takes a header of plain_text only. */
export function header(block: Fields): Drawn | undefined {
  const text = textField(block, 'text');
  return text?.type !== 'plain_text'
    ? undefined
    : el('div', { class: 'block header', role: 'heading', 'aria-level': 3 }, use(Text, { text }));
}

export function divider(): Drawn {
  return el('hr', { class: 'divider' });
}

/** Text, fields or both, with at most one element beside them. */
export function section(block: Fields): Drawn | undefined {
  const text = textField(block, 'text');
  const fields = entriesIn(block, 'fields')?.map(readText);
  if ((text === undefined && fields === undefined) || fields?.includes(undefined) === true) return undefined;
  return el(
    'div',
    { class: 'block section' },
    el(
      'div',
      { class: 'section-body' },
      text !== undefined && use(Text, { text }),
      fields !== undefined &&
        el(
          'div',
          { class: 'section-fields' },
          fields.map((field, index) => field !== undefined && el('div', { key: index }, use(Text, { text: field }))),
        ),
    ),
    block.accessory !== undefined &&
      el('div', { class: 'section-accessory' }, drawElement(block.accessory, blockId(block), 'send')),
  );
}

/** Small print: texts and small images in one line. */
export function context(block: Fields): Drawn | undefined {
  const elements = entriesIn(block, 'elements');
  if (elements === undefined || elements.length === 0) return undefined;
  return el(
    'div',
    { class: 'block context' },
    elements.map((element, index) => {
      const text = readText(element);
      return el(
        'span',
        { key: index, class: 'context-element' },
        text === undefined ? drawElement(element, blockId(block), 'send') : use(Text, { text }),
      );
    }),
  );
}

/** The drawer is handed in so that this file and the elements' own need no cycle of knowledge about rows. */
export function row(
  block: Fields,
  name: string,
  draw: (element: unknown, blockId: string, mode: Mode) => Drawn,
): Drawn | undefined {
  const elements = entriesIn(block, 'elements');
  if (elements === undefined || elements.length === 0) return undefined;
  return el(
    'div',
    { class: `block ${name}` },
    elements.map((element, index) => el('div', { key: index, class: 'action' }, draw(element, blockId(block), 'send'))),
  );
}

export const contextActions = (block: Fields): Drawn | undefined => row(block, 'context-actions', drawElement);

/**
 * A file of this workspace is shown. An image from elsewhere is named instead of loaded: a card must not be able to make a
 * browser call an address.
 */
export function image(block: Fields): Drawn | undefined {
  const alt = textIn(block, 'alt_text');
  if (alt === undefined) return undefined;
  const title = textField(block, 'title');
  const file = textIn(fieldsIn(block, 'slack_file') ?? {}, 'id');
  const caption = title !== undefined && el('figcaption', null, use(Text, { text: title }));
  const picture =
    file === undefined
      ? imageElsewhere(alt, textIn(block, 'image_url') ?? 'an image')
      : el('img', { class: 'image-shown', src: `/files/${encodeURIComponent(file)}`, alt });
  return el('figure', { class: 'block image' }, caption, picture);
}

const imageElsewhere = (alt: string, address: string): Drawn =>
  el(
    'div',
    { class: 'image-frame', role: 'img', 'aria-label': alt },
    el('span', { class: 'image-glyph' }, icon('image')),
    el('span', null, alt),
    el('span', { class: 'image-address' }, `${address} (not loaded in the sandbox)`),
  );

/** A link to the video; nothing of it is embedded. */
export function video(block: Fields): Drawn | undefined {
  const title = labelOf(block, 'title');
  const url = safeUrl(textIn(block, 'title_url') ?? textIn(block, 'video_url') ?? '');
  if (title === undefined || url === undefined) return undefined;
  return el(
    'div',
    { class: 'block image' },
    el('div', { class: 'image-frame' }, el('span', { class: 'image-glyph' }, icon('play')), use(Link, { url, label: title })),
  );
}

/** A remote file by its id; the sandbox keeps no files. */
export function file(block: Fields): Drawn | undefined {
  const id = textIn(block, 'external_id');
  return id === undefined
    ? undefined
    : el(
        'div',
        { class: 'block image' },
        el('div', { class: 'image-frame' }, el('span', { class: 'image-glyph' }, icon('file')), id),
      );
}

/** Standard Markdown, as model texts use it. */
export function markdown(block: Fields): Drawn | undefined {
  const text = textIn(block, 'text');
  return text === undefined || text === ''
    ? undefined
    : el('div', { class: 'block markdown' }, use(Passages, { passages: parseMarkdown(text) }));
}

const LEVELS: Record<string, string> = { default: '●', info: 'ℹ', warning: '!', error: '✕', success: '✓' };

/** One sentence that stands out by its level, which the mark tells as well as the colour. */
export function alert(block: Fields): Drawn | undefined {
  const text = textField(block, 'text');
  const level = textIn(block, 'level') ?? 'default';
  if (text === undefined || !Object.hasOwn(LEVELS, level) || !isFields(block.text)) return undefined;
  return el(
    'div',
    { class: `block alert alert-${level}`, role: 'note' },
    el('span', { class: 'alert-icon', 'aria-label': level }, LEVELS[level]),
    use(Text, { text }),
  );
}
