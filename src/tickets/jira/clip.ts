import type { TicketBlock, TicketSpan, TicketText } from '../../../contracts/ticket-text.ts';

const CUT: TicketBlock = {
  is: 'line',
  spans: [{ is: 'words', text: '… (cut here; the case’s own log has the whole text)', bold: false }],
};
/** About what a node costs beside its letters. */
const NODE_CHARS = 40;

/** At most `max` UTF-16 units, no character torn apart. */
export function cut(text: string, max: number, end = '…'): string {
  if (text.length <= max) return text;
  return `${text.slice(0, Math.max(0, max - end.length)).replace(/[\ud800-\udbff]$/, '')}${end}`;
}

/** The first `max` characters of a text, about as a document counts them; that something is missing is said behind them. */
export function clipped(text: TicketText, max: number): TicketText {
  let left = max;
  for (const [index, block] of text.entries()) {
    const length = lengthOf(block);
    if (length > left) return [...text.slice(0, index), ...partOf(block, left), CUT];
    left -= length;
  }
  return text;
}

function lengthOf(block: TicketBlock): number {
  if (block.is === 'line') return NODE_CHARS + spansLength(block.spans);
  if (block.is === 'list') return block.items.reduce((sum, item) => sum + NODE_CHARS + spansLength(item), NODE_CHARS);
  return NODE_CHARS + block.text.length;
}

const textOf = (span: TicketSpan): string => (span.is === 'link' ? span.label + span.url : span.text);
const spansLength = (spans: readonly TicketSpan[]): number =>
  spans.reduce((sum, span) => sum + NODE_CHARS + textOf(span).length, 0);

/** What fits of a block that does not fit whole: part of a long passage or of a list, nothing of anything else. */
function partOf(block: TicketBlock, max: number): TicketBlock[] {
  if (block.is === 'passage' && max > NODE_CHARS) return [{ is: 'passage', text: cut(block.text, max - NODE_CHARS) }];
  if (block.is === 'line') return [{ is: 'line', spans: someSpans(block.spans, max - NODE_CHARS) }];
  if (block.is !== 'list') return [];
  const items: (readonly TicketSpan[])[] = [];
  let left = max - NODE_CHARS;
  for (const item of block.items) {
    left -= NODE_CHARS + spansLength(item);
    if (left < 0) break;
    items.push(item);
  }
  return [{ is: 'list', items }];
}

function someSpans(spans: readonly TicketSpan[], max: number): TicketSpan[] {
  const some: TicketSpan[] = [];
  let left = max;
  for (const span of spans) {
    const room = left - NODE_CHARS;
    if (textOf(span).length <= room) some.push(span);
    else return room > 0 && span.is !== 'link' ? [...some, { ...span, text: cut(span.text, room) }] : some;
    left = room - textOf(span).length;
  }
  return some;
}
