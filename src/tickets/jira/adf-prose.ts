import { prose as readable, unlinked } from '../../../views/text.ts';
import { type AdfInline, type AdfParagraph, link, paragraph, words } from './adf.ts';

/**
 * Untrusted text as paragraphs. An address becomes a link where it is http(s) or mailto and leads to one of `hosts`; of
 * any other address not even what mail programs make a link of is left.
 */
export function prose(text: string, hosts: readonly string[]): AdfParagraph[] {
  const parts = readable(text).split(/\n[ \t]*\n+/);
  return parts.map((part) => paragraph(...linesOf(part.trim(), hosts))).filter(({ content }) => content.length > 0);
}

const linesOf = (part: string, hosts: readonly string[]): AdfInline[] =>
  part.split('\n').flatMap((line, index) => {
    const inline = inlineOf(line.trimEnd(), hosts);
    return index === 0 ? inline : [{ type: 'hardBreak' }, ...inline];
  });

const ADDRESS_CHARS_MAX = 2_000;
const STOPS = new Set('.,;:!?)]');
const ADDRESS = /\b(?:https?:\/\/|mailto:)[^\s<>"'`|\\^{}]+/gi;

/** The same of one line. */
export function inlineOf(line: string, hosts: readonly string[]): AdfInline[] {
  const nodes: AdfInline[] = [];
  let from = 0;
  for (const { 0: found, index } of line.matchAll(ADDRESS)) {
    const address = withoutStops(found);
    const href = linkable(address, hosts);
    if (href === null) continue;
    nodes.push(words(unlinked(line.slice(from, index))), link(address, href));
    from = index + address.length;
  }
  return [...nodes, words(unlinked(line.slice(from)))].filter((node) => node.type !== 'text' || node.text !== '');
}

/** What ends a sentence behind an address is none of it. Counted back by hand: a pattern takes minutes over a page of dots. */
function withoutStops(address: string): string {
  let end = address.length;
  while (end > 0 && STOPS.has(address[end - 1] ?? '')) end -= 1;
  return address.slice(0, end);
}

/** The address in its parsed form; null where it may be no link. */
export function linkable(address: string, hosts: readonly string[]): string | null {
  const url = address.length > ADDRESS_CHARS_MAX ? null : URL.parse(address);
  if (url === null) return null;
  if (url.protocol === 'mailto:') {
    // A query could fill in a whole letter.
    const plain = /^[^@%?\s]+@([^@%?\s]+)$/.exec(url.pathname);
    return plain?.[1] !== undefined && hosts.includes(plain[1].toLowerCase()) && url.search === '' ? url.href : null;
  }
  const isOurs = /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && hosts.includes(url.hostname);
  return isOurs ? url.href : null;
}
