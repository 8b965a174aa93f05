import type { TicketBlock, TicketSpan, TicketText } from '../../contracts/ticket-text.ts';

/** The same text with every run of letters put through `hide`. */
export const without = (hide: (text: string) => string, text: TicketText): TicketText => {
  const span = (one: TicketSpan): TicketSpan =>
    one.is === 'link' ? { ...one, label: hide(one.label) } : { ...one, text: hide(one.text) };
  return text.map((block): TicketBlock => {
    if (block.is === 'line') return { is: 'line', spans: block.spans.map(span) };
    if (block.is === 'list') return { is: 'list', items: block.items.map((item) => item.map(span)) };
    return { ...block, text: hide(block.text) };
  });
};
