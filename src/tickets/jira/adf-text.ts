import type { TicketBlock, TicketSpan, TicketText } from '../../../contracts/ticket-text.ts';
import { unlinked } from '../../../views/text.ts';
import {
  type AdfBlock,
  type AdfDocument,
  type AdfInline,
  bullets,
  code,
  document,
  heading,
  link,
  paragraph,
  strong,
  words,
} from './adf.ts';
import { inlineOf, linkable, prose } from './adf-prose.ts';
import { clipped } from './clip.ts';

/** Jira takes this many characters in a text field. Counted over the whole document as it is sent, they hold however it counts. */
const DOCUMENT_CHARS_MAX = 32_767;
const SHRINK = 0.9;

/** As much of the text as Jira takes, with `end` behind it whole. */
export function fitted(text: TicketText, hosts: readonly string[], end: readonly AdfBlock[] = []): AdfDocument {
  for (let max = DOCUMENT_CHARS_MAX; ; ) {
    const built = document([...clipped(text, max).flatMap((block) => blocksOf(block, hosts)), ...end]);
    const length = JSON.stringify(built).length;
    if (length <= DOCUMENT_CHARS_MAX || max === 0) return built;
    max = Math.floor(max * Math.min(SHRINK, DOCUMENT_CHARS_MAX / length));
  }
}

function blocksOf(block: TicketBlock, hosts: readonly string[]): AdfBlock[] {
  switch (block.is) {
    case 'heading':
      return [heading(block.text)];
    case 'passage':
      return prose(block.text, hosts);
    case 'line':
      return [paragraph(...block.spans.flatMap((span) => inlinesOf(span, hosts)))];
    case 'list':
      return [bullets(block.items.map((item) => paragraph(...item.flatMap((span) => inlinesOf(span, hosts)))))];
  }
}

function inlinesOf(span: TicketSpan, hosts: readonly string[]): AdfInline[] {
  switch (span.is) {
    case 'words':
      return [span.bold ? strong(span.text) : words(span.text)];
    case 'code':
      return [code(span.text)];
    case 'data':
      return inlineOf(span.text, hosts);
    case 'link':
      return [linkOf(span, hosts)];
  }
}

/** Where it may not lead there, the address is told in a form that nothing makes a link of. */
function linkOf({ url, label }: Extract<TicketSpan, { is: 'link' }>, hosts: readonly string[]): AdfInline {
  const href = linkable(url, hosts);
  return href === null ? words(`${label} (${unlinked(url)})`) : link(label || href, href);
}
