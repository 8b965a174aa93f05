import { type Drawn, el } from '../dom.ts';
import { entriesIn, type Fields, flagIn, isFields, listIn, textIn } from '../fields.ts';
import { richText } from './rich-text.ts';

const ALIGNMENTS = new Set(['left', 'center', 'right']);

/** Cells are raw texts, raw numbers or rich text; a row that is no list makes the whole table invalid. */
export function table(block: Fields): Drawn | undefined {
  const rows = readRows(block);
  if (rows === undefined) return undefined;
  const columns = listIn(block, 'column_settings');
  const classes = rows[0]?.map((_cell, index) => columnClass(columns[index])) ?? [];
  return el('div', { class: 'block table-frame' }, grid(rows, classes));
}

/** A table with a caption, drawn whole: Slack's paging of it adds nothing to what is said. */
export function dataTable(block: Fields): Drawn | undefined {
  const rows = readRows(block);
  const caption = textIn(block, 'caption');
  if (rows === undefined || caption === undefined) return undefined;
  return el('div', { class: 'block table-frame' }, el('div', { class: 'table-caption' }, caption), grid(rows, []));
}

function readRows(block: Fields): (readonly unknown[])[] | undefined {
  const rows = entriesIn(block, 'rows');
  if (rows === undefined || rows.length === 0) return undefined;
  const read = rows.filter((row): row is readonly unknown[] => Array.isArray(row) && row.length > 0);
  return read.length === rows.length ? read : undefined;
}

function columnClass(setting: Fields | undefined): string {
  const align = textIn(setting ?? {}, 'align') ?? 'left';
  return `align-${ALIGNMENTS.has(align) ? align : 'left'}${flagIn(setting ?? {}, 'is_wrapped') ? ' is-wrapped' : ''}`;
}

/** The first row is the head, as Slack draws it. */
function grid(rows: (readonly unknown[])[], classes: readonly string[]): Drawn {
  const line = (row: readonly unknown[], tag: 'th' | 'td'): Drawn[] =>
    row.map((cell, index) => el(tag, { key: index, class: classes[index] }, cellOf(cell)));
  return el(
    'table',
    { class: 'table' },
    el(
      'thead',
      null,
      rows.slice(0, 1).map((row, index) => el('tr', { key: index }, line(row, 'th'))),
    ),
    el(
      'tbody',
      null,
      rows.slice(1).map((row, index) => el('tr', { key: index }, line(row, 'td'))),
    ),
  );
}

function cellOf(cell: unknown): Drawn | string {
  if (!isFields(cell)) return JSON.stringify(cell) ?? '';
  if (textIn(cell, 'type') === 'rich_text') return richText(cell) ?? '';
  return textIn(cell, 'text') ?? JSON.stringify(cell);
}
