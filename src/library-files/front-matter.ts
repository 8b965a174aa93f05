import { parseDocument } from 'yaml';
import { z } from 'zod';

/** What an imported runbook may say about itself. Other keys belong to whoever publishes the files, and are left alone. */
const FrontMatter = z.object({
  id: z.string().optional(),
  service: z.string().optional(),
  // A bare number or a date is read as such by YAML, and is a fine title.
  title: z.union([z.string(), z.number()]).transform(String).optional(),
  recommended_action: z.string().optional(),
});
export type FrontMatter = z.infer<typeof FrontMatter>;

export type Split = { ok: true; front: FrontMatter; body: string } | { ok: false; key: string; reason: string };

const FRONT_CHARS_MAX = 65_536;
const FENCE = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/m;

/**
 * Parts a Markdown text into its front matter and the rest. A text that opens with `---` and never closes it has none:
 * that is Markdown's own rule across the page.
 */
export function splitFrontMatter(text: string): Split {
  const fenced = /^---[ \t]*\r?\n/.test(text) ? FENCE.exec(text) : null;
  if (fenced === null || fenced.index !== 0) return { ok: true, front: {}, body: text };
  const yaml = fenced[1] ?? '';
  if (yaml.length > FRONT_CHARS_MAX)
    return { ok: false, key: '', reason: `has more than ${FRONT_CHARS_MAX} characters of front matter` };
  const body = text.slice(fenced[0].length);
  return read(yaml, body);
}

function read(yaml: string, body: string): Split {
  const document = parseDocument(yaml, { uniqueKeys: true });
  const fault = document.errors[0];
  if (fault !== undefined) return { ok: false, key: '', reason: `front matter is not YAML: ${fault.message.split('\n', 1)[0]}` };
  const value = contentOf(document);
  if (value === null) return { ok: true, front: {}, body };
  const parsed = FrontMatter.safeParse(value);
  if (parsed.success) return { ok: true, front: parsed.data, body };
  const issue = parsed.error.issues[0];
  return { ok: false, key: issue?.path.join('.') ?? '', reason: `front matter: ${issue?.message ?? 'is not as expected'}` };
}

function contentOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    // Aliases could unfold into a text of any size, and no front matter needs one.
    return document.toJS({ maxAliasCount: 0 });
  } catch (fault) {
    return fault instanceof Error ? `not readable: ${fault.message}` : 'not readable';
  }
}
