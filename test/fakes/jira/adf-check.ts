import { z } from 'zod';
import { isOfficialAdf } from './official-adf.ts';

// What tickets of ours may be written in, which is less than what Jira takes: every node and mark that is not here
// (mentions, media, cards, macros, links to anything but http(s) and mailto) is refused, as are texts without text.

const Link = z.strictObject({
  type: z.literal('link'),
  attrs: z.strictObject({ href: z.string().regex(/^(?:https?:\/\/[^\s]+|mailto:[^\s]+)$/) }),
});
const Mark = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('strong') }),
  z.strictObject({ type: z.literal('code') }),
  Link,
]);
const Marks = z
  .array(Mark)
  .refine((marks) => new Set(marks.map(({ type }) => type)).size === marks.length, 'a mark is given twice');
const Text = z.strictObject({ type: z.literal('text'), text: z.string().min(1), marks: Marks.optional() });
const Break = z.strictObject({ type: z.literal('hardBreak') });
const Inline = z.discriminatedUnion('type', [Text, Break]);
const Paragraph = z.strictObject({ type: z.literal('paragraph'), content: z.array(Inline).min(1) });
const Heading = z.strictObject({
  type: z.literal('heading'),
  attrs: z.strictObject({ level: z.int().min(1).max(6) }),
  content: z.array(Text).min(1),
});
const Item = z.strictObject({ type: z.literal('listItem'), content: z.tuple([Paragraph]) });
const List = z.strictObject({ type: z.literal('bulletList'), content: z.array(Item).min(1) });
const Block = z.discriminatedUnion('type', [Paragraph, Heading, List]);
type Block = z.infer<typeof Block>;
export const Adf = z.strictObject({ type: z.literal('doc'), version: z.literal(1), content: z.array(Block).min(1) });
export type Adf = z.infer<typeof Adf>;

/** Jira's limit of a text field, in characters. */
const CHARS_MAX = 32_767;

export type AdfProblem = { message: string; ofField: boolean };

/** What Jira says is wrong with a document, and whether it says so of the field; null where nothing is. */
export function adfProblem(document: unknown): AdfProblem | null {
  const NotOne = 'Operation value must be an Atlassian Document (see the Atlassian Document Format)';
  if (typeof document !== 'object' || document === null) return { message: NotOne, ofField: true };
  if (!isOfficialAdf(document)) return { message: 'INVALID_INPUT', ofField: false };
  if (JSON.stringify(document).length > CHARS_MAX) {
    const message = `The entered text is too long. It exceeds the allowed limit of ${CHARS_MAX.toLocaleString('en')} characters.`;
    return { message, ofField: true };
  }
  const ours = Adf.safeParse(document);
  return ours.success ? null : { message: `more than this fake knows: ${z.prettifyError(ours.error)}`, ofField: false };
}

type Inlines = readonly z.infer<typeof Inline>[];
const inlinesOf = (block: Block): Inlines[] =>
  block.type === 'bulletList' ? block.content.map(({ content: [{ content }] }) => content) : [block.content];

/** The texts of headings, paragraphs and items, line breaks as such. */
export const paragraphsOf = (document: Adf): string[] =>
  document.content.flatMap(inlinesOf).map((inlines) => inlines.map((node) => (node.type === 'text' ? node.text : '\n')).join(''));

/** Where the document's links lead. */
export const linksOf = (document: Adf): string[] =>
  document.content
    .flatMap(inlinesOf)
    .flat()
    .flatMap((node) => (node.type === 'text' ? (node.marks ?? []) : []))
    .flatMap((mark) => (mark.type === 'link' ? [mark.attrs.href] : []));
