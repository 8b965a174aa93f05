import type { KnownBlock } from '@slack/types';
import type { Role, WeighedDocument } from '../../contracts/findings.ts';
import type { Shown } from '../../contracts/shown.ts';
import { longQuotes, paragraph, rich, title } from '../blocks.ts';
import { failed, nameOf } from '../card/evidence.ts';
import { code, data, type Line, line, when, words } from '../line.ts';
import { NOT_COUNTED } from '../words.ts';

const QUOTE_CHARS = 2_900;
/** Ours: a thread is read by people. A longer text is one command away, and the cut says so. */
const WHOLE_CHARS = 12_000;
const ALL_CHARS = 90_000;
const PASSAGE_CHARS = 1_000;

const HEADING: Record<Role, string> = {
  contradiction: 'Documents against it',
  support: 'Documents for it',
  not_counted: 'Cited or found, but not counted',
  context: 'Read as context',
};
const ORDER: readonly Role[] = ['contradiction', 'support', 'not_counted', 'context'];

/** Every weighed document: whole in full context, its title and the passage that counts in compressed context. */
export function documentsInFull({ documents, context_mode }: Shown, texts: ReadonlyMap<string, string>): KnownBlock[] {
  const full = context_mode === 'full_context';
  // Every document is named; what is quoted of each shrinks where there are very many of them.
  const share = Math.floor(ALL_CHARS / Math.max(1, documents.length));
  const room = Math.min(full ? WHOLE_CHARS : PASSAGE_CHARS, share);
  return ORDER.flatMap((role) => {
    const some = documents.filter((document) => document.role === role);
    return some.length === 0
      ? []
      : [...rich(title(HEADING[role])), ...some.flatMap((document) => one(document, full, texts, room))];
  });
}

function one(document: WeighedDocument, full: boolean, texts: ReadonlyMap<string, string>, room: number): KnownBlock[] {
  const text = full ? (texts.get(document.id) ?? document.excerpt) : document.excerpt;
  const cutOff = text.length - room;
  const rest = line`… ${cutOff} characters more: ${code(`governor documents get ${document.id}`, 220)}`;
  return [
    ...rich(paragraph(heading(document))),
    ...longQuotes(text.slice(0, room), QUOTE_CHARS),
    ...(cutOff > 0 ? rich(paragraph(rest)) : []),
  ];
}

function heading(document: WeighedDocument): Line {
  const { id, kind, service, stored_at, not_counted, cited } = document;
  const name = nameOf(document);
  const titled = name === '' ? [] : line` · ${data(name, 200)}`;
  const age = stored_at === null ? line`age unknown` : line`stored ${when(stored_at)}`;
  const source = words(cited ? 'cited by the plan' : 'found by the governor');
  const why = not_counted === null ? [] : line` · it ${words(NOT_COUNTED[not_counted])}`;
  return line`${code(id, 200)}${titled} · ${words(kind)} of ${code(service)} · ${age}${failed(document)} · ${source}${why}`;
}
