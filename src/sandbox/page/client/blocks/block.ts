import { type Drawn, use } from '../dom.ts';
import { type Fields, isFields, textIn } from '../fields.ts';
import { card, carousel, container } from './card.ts';
import { drawElement } from './elements/element.ts';
import { input } from './input.ts';
import { invalidBox } from './invalid.ts';
import { alert, context, contextActions, divider, file, header, image, markdown, row, section, video } from './layout.ts';
import { plan, taskCard } from './plan.ts';
import { richText } from './rich-text.ts';
import { dataTable, table } from './table.ts';

/** Draws one block; undefined means the block lacks what its type needs. */
export type BlockRenderer = (block: Fields) => Drawn | undefined;

const RENDERERS: Record<string, BlockRenderer> = {
  header,
  section,
  context,
  divider,
  image,
  markdown,
  alert,
  video,
  file,
  actions: (block) => row(block, 'actions', drawElement),
  context_actions: contextActions,
  input,
  rich_text: richText,
  plan,
  task_card: taskCard,
  table,
  data_table: dataTable,
  card,
  carousel: (block) => carousel(block, drawBlock),
  container: (block) => container(block, drawBlock),
};

/** A list of blocks as a message, a modal or a home tab shows them. */
export function Blocks({ blocks }: { blocks: readonly unknown[] }): Drawn[] {
  return blocks.map((block, index) => use(BlockView, { key: keyOf(block, index), block }));
}

function BlockView({ block }: { block: unknown }): Drawn {
  return drawBlock(block);
}

/** Any block: drawn, or as a loud box that says why not. */
export function drawBlock(block: unknown): Drawn {
  const type = isFields(block) ? (textIn(block, 'type') ?? '') : '';
  if (!isFields(block) || !Object.hasOwn(RENDERERS, type)) return invalidBox('The sandbox does not know this block', block);
  return RENDERERS[type]?.(block) ?? invalidBox('This block is invalid', block);
}

/** A block keeps its element (and what was typed in it) while its id stays; a new id is a new element, as in Slack. */
function keyOf(block: unknown, index: number): string {
  return `${index} ${isFields(block) ? (textIn(block, 'block_id') ?? '') : ''}`;
}
