import { type Drawn, el, use } from '../dom.ts';
import { entriesIn, type Fields, fieldsIn, flagIn, textIn } from '../fields.ts';
import { drawElement } from './elements/element.ts';
import { richText } from './rich-text.ts';
import { Text, textField } from './text.ts';

type DrawBlock = (block: unknown) => Drawn;

/** A card must have something to show: one of its texts, its image or a button. */
export function card(block: Fields): Drawn | undefined {
  const parts = (['title', 'subtitle', 'body'] as const).map((name) => ({ name, text: textField(block, name) }));
  const actions = entriesIn(block, 'actions') ?? [];
  if (parts.every(({ text }) => text === undefined) && block.hero_image === undefined && actions.length === 0) return undefined;
  const blockId = textIn(block, 'block_id') ?? '';
  return el(
    'div',
    { class: 'block card' },
    block.hero_image !== undefined && drawElement(block.hero_image, blockId, 'send'),
    parts.map(({ name, text }) => text !== undefined && el('div', { key: name, class: `card-${name}` }, use(Text, { text }))),
    actions.length > 0 &&
      el(
        'div',
        { class: 'actions' },
        actions.map((action, index) => el('div', { key: index, class: 'action' }, drawElement(action, blockId, 'send'))),
      ),
  );
}

/** Cards side by side. */
export function carousel(block: Fields, drawBlock: DrawBlock): Drawn | undefined {
  const cards = entriesIn(block, 'elements');
  return cards === undefined || cards.length === 0 ? undefined : el('div', { class: 'block carousel' }, cards.map(drawBlock));
}

/** Blocks in a frame under one title, folded away if the app wants it so. */
export function container(block: Fields, drawBlock: DrawBlock): Drawn | undefined {
  const children = entriesIn(block, 'child_blocks');
  if (children === undefined || children.length === 0) return undefined;
  const title = textField(block, 'title');
  const rich = fieldsIn(block, 'rich_text_title');
  const subtitle = textField(block, 'subtitle');
  const head = el(
    flagIn(block, 'is_collapsible') ? 'summary' : 'div',
    { class: 'container-head' },
    title !== undefined && el('div', { class: 'container-title' }, use(Text, { text: title })),
    rich !== undefined && richText(rich),
    subtitle !== undefined && el('div', { class: 'container-subtitle' }, use(Text, { text: subtitle })),
  );
  const body = el('div', { class: 'container-body' }, children.map(drawBlock));
  if (!flagIn(block, 'is_collapsible')) return el('div', { class: 'block container' }, head, body);
  return el('details', { class: 'block container', open: !flagIn(block, 'default_collapsed') }, head, body);
}
