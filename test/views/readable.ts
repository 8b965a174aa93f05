type Fields = Record<string, unknown>;

const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? (value as Fields[]) : []);

/** What a person would read of blocks, a line a block: mentions as `@id`, times as their fallback. */
export const readable = (blocks: readonly object[]): string => blocks.map((block) => lineOf(block as Fields)).join('\n');

function lineOf(block: Fields): string {
  if (block.type === 'rich_text') return listOf(block.elements).map(partOf).join('\n');
  if (block.type === 'actions')
    return listOf(block.elements)
      .map(({ text }) => `[${stringOf(text)}]`)
      .join(' ');
  if (block.type === 'plan')
    return [block.title, ...listOf(block.tasks).map(({ title, status }) => `${title}: ${status}`)].join('\n');
  if (block.type === 'table')
    return listOf(block.rows)
      .map((row) => listOf(row).map(stringOf).join(' | '))
      .join('\n');
  const texts = [...listOf(block.fields), ...listOf(block.elements), ...(block.text === undefined ? [] : [block.text as Fields])];
  return texts.map(stringOf).join('\n');
}

function partOf({ type, elements }: Fields): string {
  const inside = listOf(elements);
  return type === 'rich_text_list'
    ? inside.map((item) => listOf(item.elements).map(wordOf).join('')).join('\n')
    : inside.map(wordOf).join('');
}

function wordOf(element: Fields): string {
  if (element.type === 'user') return `@${element.user_id}`;
  if (element.type === 'usergroup') return `@${element.usergroup_id}`;
  return String(element.type === 'date' ? element.fallback : element.text);
}

function stringOf(text: unknown): string {
  const { type, text: content } = text as Fields;
  if (type !== 'mrkdwn') return String(content);
  return String(content)
    .replace(/<!date\^[^|]*\|([^>]*)>/g, '$1')
    .replace(/<(?:@|!subteam\^)([A-Z0-9]+)>/g, '@$1')
    .replace(/<[^|>]*\|([^>]*)>/g, '$1')
    .replace(/[`*]/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}
