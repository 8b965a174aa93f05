import { z } from 'zod';

// What Jira takes of the Atlassian Document Format, as far as any ticket of ours may go: every node and mark that is not
// here (mentions, media, cards, macros, links to anything but http(s) and mailto) is refused, as are texts without text.

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
  .refine((marks) => new Set(marks.map(({ type }) => type)).size === marks.length, 'a mark is given twice')
  // By Atlassian's schema a code mark stands alone or with a link.
  .refine(
    (marks) => !marks.some(({ type }) => type === 'code') || marks.every(({ type }) => type !== 'strong'),
    'code and strong',
  );
const Text = z.strictObject({ type: z.literal('text'), text: z.string().min(1), marks: Marks.optional() });
const Break = z.strictObject({ type: z.literal('hardBreak') });
const Paragraph = z.strictObject({
  type: z.literal('paragraph'),
  content: z.array(z.discriminatedUnion('type', [Text, Break])).min(1),
});
export const Adf = z.strictObject({ type: z.literal('doc'), version: z.literal(1), content: z.array(Paragraph).min(1) });
export type Adf = z.infer<typeof Adf>;

/** Jira's limit of a text field; in front of it the checks of the structure. */
const CHARS_MAX = 32_767;

/** What is wrong with a document; null where nothing is. */
export function adfProblem(document: unknown): string | null {
  const parsed = Adf.safeParse(document);
  if (!parsed.success) return `INVALID_INPUT: ${z.prettifyError(parsed.error)}`;
  if (JSON.stringify(document).length > CHARS_MAX)
    return `The entered text is too long. It exceeds the allowed limit of ${CHARS_MAX} characters.`;
  return null;
}

/** The text of one paragraph, line breaks as such. */
const textOf = ({ content }: Adf['content'][number]): string =>
  content.map((node) => (node.type === 'text' ? node.text : '\n')).join('');

/** The texts of the paragraphs. */
export const paragraphsOf = (document: Adf): string[] => document.content.map(textOf);

/** Where the document's links lead. */
export const linksOf = (document: Adf): string[] =>
  document.content.flatMap(({ content }) =>
    content.flatMap((node) =>
      node.type === 'text' ? (node.marks ?? []).flatMap((mark) => (mark.type === 'link' ? [mark.attrs.href] : [])) : [],
    ),
  );
