import type { LibraryDocument } from '../contracts/documents.ts';
import type { LogLine } from '../contracts/telemetry.ts';

/** Anything that a claim may cite. A log line has no `kind`. */
export type Citable = LibraryDocument | LogLine;

const TITLE_CHARS_MAX = 100;

export const isLogLine = (document: Citable): document is LogLine => !('kind' in document);
export const kindOf = (document: Citable): LibraryDocument['kind'] | 'log' => (isLogLine(document) ? 'log' : document.kind);

/** Everything a document says in words, its title first: what quotes are looked up in and what is compared with claims. */
export function textOf(document: Citable): string {
  if (isLogLine(document)) return `${document.text}\n${document.status} ${document.path}`;
  if (document.kind === 'runbook') return `${document.title}\n${document.body}`;
  return document.kind === 'evidence' ? document.text : document.rule;
}

/** The same without a title that is shown beside it. */
export const bodyOf = (document: Citable): string =>
  !isLogLine(document) && document.kind === 'runbook' ? document.body : textOf(document);

/** A name for people; documents without a title are called by their first words. */
export function titleOf(document: Citable): string {
  if (isLogLine(document)) return `${document.status} ${document.path}`.slice(0, TITLE_CHARS_MAX);
  if (document.kind === 'runbook') return document.title;
  const firstLine = textOf(document).trim().split('\n', 1)[0] ?? '';
  if (firstLine.length <= TITLE_CHARS_MAX) return firstLine;
  const cut = firstLine.slice(0, TITLE_CHARS_MAX - 1);
  return `${cut.slice(0, cut.lastIndexOf(' ') > 0 ? cut.lastIndexOf(' ') : cut.length)}…`;
}

/** The actions a document names; none where it speaks of a matter in general. */
export function actionsNamed(document: Citable): readonly string[] {
  if (isLogLine(document) || document.kind === 'policy') return [];
  if (document.kind === 'evidence') return document.actions ?? [];
  return document.recommended_action === '' ? [] : [document.recommended_action];
}
