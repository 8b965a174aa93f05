import { BODY_CHARS_MAX, Runbook } from '../../contracts/documents.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import { redact } from '../../pipeline/redaction.ts';
import { keyProblems } from '../config/issues.ts';
import { splitFrontMatter } from './front-matter.ts';

export type Source = {
  /** The path inside the imported folder, with forward slashes. */
  path: string;
  /** Where it came from, as people will read it. */
  source: string;
  /** The service of a file that names none. */
  service: string;
};
export type Imported =
  | { ok: true; runbook: Runbook; notes: string[] }
  | { ok: false; problems: { key: string; reason: string }[] };

const TITLE_CHARS_MAX = 500;
const HEADING = /^#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$/m;

/**
 * A Markdown file as a runbook. Everything in it is text: a command in a code block stays what it is, something to
 * read. Only front matter that names an action of the catalogue, exactly, recommends one.
 */
export function runbookFrom(text: string, from: Source, catalogue: Catalogue): Imported {
  const split = splitFrontMatter(text);
  if (!split.ok) return refuse(split.key, split.reason);
  const { front } = split;
  const body = redact(split.body.trim());
  if (body === '') return refuse('', 'holds no text besides its front matter');
  if (body.length > BODY_CHARS_MAX)
    return refuse('', `has ${body.length} characters, more than the ${BODY_CHARS_MAX} of a runbook`);
  const action = recommended(front.recommended_action, catalogue);
  const candidate = {
    kind: 'runbook' as const,
    id: front.id ?? idFromPath(from.path),
    service: front.service ?? from.service,
    title: redact(front.title?.trim() || headingOf(body) || nameOf(from.path)).slice(0, TITLE_CHARS_MAX),
    recommended_action: action.id,
    body,
    source: from.source,
  };
  const parsed = Runbook.safeParse(candidate);
  if (!parsed.success) return { ok: false, problems: keyProblems(parsed.error, Runbook) };
  return {
    ok: true,
    runbook: parsed.data,
    notes: [...action.notes, ...(body === split.body.trim() ? [] : ['holds what looks like a secret, which was redacted'])],
  };
}

const refuse = (key: string, reason: string): Imported => ({ ok: false, problems: [{ key, reason }] });

/** Names are compared letter for letter: a name that is only near an action's must not become that action. */
function recommended(named: string | undefined, catalogue: Catalogue): { id: string; notes: string[] } {
  if (named === undefined || named === '') return { id: '', notes: [] };
  const action = catalogue.byName.get(named);
  if (action !== undefined) return { id: action.id, notes: [] };
  return {
    id: '',
    notes: [`recommended_action \`${named.slice(0, 100)}\` is no action of the catalogue, so it recommends none`],
  };
}

const headingOf = (body: string): string | undefined => HEADING.exec(body)?.[1];

const withoutEnding = (path: string): string => path.replace(/\.(?:md|markdown)$/i, '');
const nameOf = (path: string): string => withoutEnding(path).split('/').at(-1) ?? path;

/** The path without its ending, in lower case, every run of other characters a dash. */
export const idFromPath = (path: string): string =>
  withoutEnding(path)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}._/]+/gu, '-')
    .replace(/(?<=^|\/)[-.]+|[-.]+(?=\/|$)/g, '')
    .slice(0, ID_CHARS_MAX);

const ID_CHARS_MAX = 200;
