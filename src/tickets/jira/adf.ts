import { unlinked } from '../../../views/text.ts';

/** The part of the Atlassian Document Format that tickets are written in. No mention, no media, no card: none is ever built. */
export type AdfMark = { type: 'code' } | { type: 'strong' } | { type: 'link'; attrs: { href: string } };
export type AdfInline = { type: 'text'; text: string; marks?: AdfMark[] } | { type: 'hardBreak' };
export type AdfParagraph = { type: 'paragraph'; content: AdfInline[] };
export type AdfDocument = { type: 'doc'; version: 1; content: AdfParagraph[] };

/** Jira takes this many characters in a text field, counted over the whole document as it is sent. */
const DOCUMENT_CHARS_MAX = 32_767;
const CUT = ' … (cut here; the case’s own log has the whole text)';
const SHRINK = 0.9;

export const document = (content: AdfParagraph[]): AdfDocument => ({ type: 'doc', version: 1, content });

/** Jira refuses a text node without text and a document without content, so neither is ever built. */
export function paragraph(...inline: readonly AdfInline[]): AdfParagraph {
  return { type: 'paragraph', content: inline.filter((node) => node.type !== 'text' || node.text !== '') };
}

export const words = (text: string): AdfInline => ({ type: 'text', text });
export const strong = (text: string): AdfInline => ({ type: 'text', text, marks: [{ type: 'strong' }] });
/** An id or a value, in one line. */
export const code = (text: string): AdfInline => ({ type: 'text', text: oneLine(text), marks: [{ type: 'code' }] });

/** Control characters, and those that turn or hide what stands beside them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const clean = (text: string): string => text.replace(/\r\n?/g, '\n').replace(UNSEEN, '').toWellFormed();
export const oneLine = (text: string): string => clean(text).replace(/\s+/g, ' ').trim();

/** At most `max` UTF-16 units, no character torn apart. */
export function cut(text: string, max: number, end = '…'): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - end.length).replace(/[\ud800-\udbff]$/, '')}${end}`;
}

/**
 * Untrusted text as paragraphs. An address becomes a link where it is http(s) or mailto and leads to one of `hosts`; of
 * any other address not even what mail programs make a link of is left.
 */
export function prose(text: string, hosts: readonly string[]): AdfParagraph[] {
  const parts = clean(text).split(/\n[ \t]*\n+/);
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

function inlineOf(line: string, hosts: readonly string[]): AdfInline[] {
  const nodes: AdfInline[] = [];
  let from = 0;
  for (const { 0: found, index } of line.matchAll(ADDRESS)) {
    const address = withoutStops(found);
    const href = linkable(address, hosts);
    if (href === null) continue;
    nodes.push(words(unlinked(line.slice(from, index))), {
      type: 'text',
      text: address,
      marks: [{ type: 'link', attrs: { href } }],
    });
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

/** The document that `build` makes of the text, of as much of it as Jira takes. */
export function fitted(text: string, build: (text: string) => AdfDocument): AdfDocument {
  let max = Math.min(text.length, DOCUMENT_CHARS_MAX);
  for (;;) {
    const built = build(cut(text, max, CUT));
    const length = JSON.stringify(built).length;
    if (length <= DOCUMENT_CHARS_MAX || max <= CUT.length) return built;
    max = Math.max(CUT.length, Math.floor(max * Math.min(SHRINK, DOCUMENT_CHARS_MAX / length)));
  }
}
