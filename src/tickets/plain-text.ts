import type { TicketBlock, TicketSpan, TicketText } from '../../contracts/ticket-text.ts';

/** A ticket's text for a tracker that shows letters and line ends, and nothing else. */
export const plainText = (text: TicketText): string => text.map(blockText).join('\n\n');

function blockText(block: TicketBlock): string {
  switch (block.is) {
    case 'heading':
      return block.text.toUpperCase();
    case 'line':
      return lineText(block.spans);
    case 'list':
      return block.items.map((item) => `• ${lineText(item)}`).join('\n');
    case 'passage':
      return block.text;
  }
}

export const lineText = (spans: readonly TicketSpan[]): string => spans.map(spanText).join('');

function spanText(span: TicketSpan): string {
  if (span.is !== 'link') return span.text;
  return span.label === span.url ? span.url : `${span.label}: ${span.url}`;
}
