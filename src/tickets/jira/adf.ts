import { oneLine } from '../../../views/text.ts';

/** The part of the Atlassian Document Format that tickets are written in. No mention, no media, no card: none is ever built. */
export type AdfMark = { type: 'code' } | { type: 'strong' } | { type: 'link'; attrs: { href: string } };
export type AdfInline = { type: 'text'; text: string; marks?: AdfMark[] } | { type: 'hardBreak' };
export type AdfParagraph = { type: 'paragraph'; content: AdfInline[] };
export type AdfHeading = { type: 'heading'; attrs: { level: number }; content: AdfInline[] };
export type AdfList = { type: 'bulletList'; content: { type: 'listItem'; content: [AdfParagraph] }[] };
export type AdfBlock = AdfParagraph | AdfHeading | AdfList;
export type AdfDocument = { type: 'doc'; version: 1; content: AdfBlock[] };

const NOTHING = '(no text)';
const HEADING_LEVEL = 3;

/** Jira refuses text nodes without text, and a document without content says nothing. */
export function document(content: readonly AdfBlock[]): AdfDocument {
  const there = content.filter(({ content: inside }) => inside.length > 0);
  return { type: 'doc', version: 1, content: there.length === 0 ? [paragraph(words(NOTHING))] : there };
}

const isThere = (node: AdfInline): boolean => node.type !== 'text' || node.text !== '';

export const paragraph = (...inline: readonly AdfInline[]): AdfParagraph => ({
  type: 'paragraph',
  content: inline.filter(isThere),
});

export const heading = (text: string): AdfHeading => ({
  type: 'heading',
  attrs: { level: HEADING_LEVEL },
  content: [words(oneLine(text))].filter(isThere),
});

/** Items without a word are left out. */
export function bullets(items: readonly AdfParagraph[]): AdfList {
  const there = items.filter(({ content }) => content.length > 0);
  return { type: 'bulletList', content: there.map((item) => ({ type: 'listItem', content: [item] })) };
}

export const words = (text: string): AdfInline => ({ type: 'text', text });
export const strong = (text: string): AdfInline => ({ type: 'text', text, marks: [{ type: 'strong' }] });
/** An id or a value, in one line. */
export const code = (text: string): AdfInline => ({ type: 'text', text: oneLine(text), marks: [{ type: 'code' }] });
export const link = (text: string, href: string): AdfInline => ({
  type: 'text',
  text,
  marks: [{ type: 'link', attrs: { href } }],
});
