import type { Evidence, LibraryDocument, Runbook } from '../../contracts/documents.ts';
import { actionsNamed, textOf } from '../../pipeline/document-text.ts';
import type { Found } from '../../pipeline/ports.ts';
import { fold, words } from '../../pipeline/words.ts';

/** Counts up whenever `fieldsOf` gives other words for the same document: a store then writes its word index anew. */
export const RANKING_VERSION = 2;

/**
 * What a hit in a field is worth. The name of an alert or of a runbook says what it is about; long bodies mention many
 * things. Measured on real alert rules and runbooks by `npm run bench:retrieval`.
 */
export const FIELD_WEIGHTS = { name: 6, text: 1 } as const;

/** More words than this say nothing more about what is looked for; the first ones name the matter. */
const QUERY_WORDS_MAX = 64;

export type Searchable = Runbook | Evidence;
/** The words of a document, repeated as often as they occur. */
export type Fields = { name: string[]; text: string[] };

/**
 * Words of many texts, one after the other. Texts repeat their words, so what one token gives is remembered: reading a
 * library of thousands of documents is several times faster for it.
 */
export function createFields(): (document: Searchable) => Fields {
  const every = remembering(words);
  const everyOfBody = remembering((token) => [...words(token), ...smallWords(token)]);
  const runbookFields = (document: Runbook): Fields => {
    // The id counts as a name: imported runbooks carry their alert's name in the file's name.
    const names = [document.title, lastPart(document.id), ...actionsNamed(document)];
    // In lower case a name such as `KubePodCrashLooping` stays whole: runbooks mention many alerts, and the parts of
    // their names would make each of them look like the matter of the runbook.
    return { name: [...new Set(names.flatMap(every))], text: everyOfBody(document.body.toLowerCase()) };
  };
  // Evidence is also filtered by its words, so all that the filter may ask for is in the index.
  const evidenceFields = (document: Evidence): Fields => ({
    name: [...new Set(actionsNamed(document).flatMap(every))],
    text: every(document.text),
  });
  return (document) => (document.kind === 'runbook' ? runbookFields(document) : evidenceFields(document));
}

const REMEMBERED_MAX = 20_000;

/** All words of a text, token by token; cut at plain white space only, because what else separates words is `wordsOf`'s to say. */
function remembering(wordsOf: (token: string) => readonly string[]): (text: string) => string[] {
  const known = new Map<string, readonly string[]>();
  const remembered = (token: string): readonly string[] => {
    const before = known.get(token);
    if (before !== undefined) return before;
    if (known.size >= REMEMBERED_MAX) known.clear();
    const found = wordsOf(token);
    known.set(token, found);
    return found;
  };
  return (text) => text.split(/[ \t\r\n]+/).flatMap(remembered);
}

/** The grammar that every text is full of: it tells no document from another and would only make searches dear. */
const GRAMMAR: ReadonlySet<string> = new Set(
  (
    'a an and are as at be been but by can do for from has have if in into is it its no not of on or so than that the ' +
    'their then there these this to was were what when where which will with you your'
  ).split(' '),
);
const PART = /[\p{L}\p{N}]+/gu;
const SMALL_CHARS_MAX = 12;

/**
 * What `words` leaves out and a rank can still use: figures, and words such as `hours` or `different`, which two texts
 * share by chance but seldom all of them. They only weigh; nothing is found to speak to a claim by them.
 */
function smallWords(text: string): string[] {
  const parts = text.toLowerCase().match(PART) ?? [];
  return parts.filter((part) => part.length <= SMALL_CHARS_MAX && !GRAMMAR.has(part) && words(part).length === 0).map(fold);
}

const lastPart = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

/** More runbooks than these, all failed and all nearer, would have to stand before one that helped for it to be missed. */
const FAILED_SPARE = 50;

/** What a rank is worth after so many failures in a row: the half of it after one, a third after two, and so on. */
const worthOf = ({ document, score }: Found<Runbook>): number => score / (1 + (document.failures ?? 0));

/**
 * The best runbooks of a search, each failure of a runbook's action counted against its rank. What was only learned stays
 * behind what was accepted. Nearly always nothing has failed, and the search is asked once.
 */
export async function ratedRunbooks(
  search: (limit: number) => Promise<Found<Runbook>[]>,
  limit: number,
): Promise<Found<Runbook>[]> {
  const found = await search(limit);
  if (found.every(({ document }) => (document.failures ?? 0) === 0)) return found;
  const rated = (await search(limit + FAILED_SPARE)).map((one) => ({ ...one, score: worthOf(one) }));
  const shelf = ({ document }: Found<Runbook>): number => (document.status === 'learned' ? 1 : 0);
  return rated.sort((one, other) => shelf(one) - shelf(other) || other.score - one.score).slice(0, limit);
}

export const isSearchable = (document: LibraryDocument): document is Searchable => document.kind !== 'policy';

/** What of a query is looked for. */
export const queryWords = (query: string): string[] =>
  [...new Set([...words(query), ...smallWords(query)])].slice(0, QUERY_WORDS_MAX);

/**
 * The words by which evidence is a candidate: those of its text and of the actions it names. A document that names the
 * action in question must be found even where its text shares no word with the claim.
 */
export const candidateWords = (document: Evidence): Set<string> =>
  new Set([...words(textOf(document)), ...actionsNamed(document).flatMap((name) => words(name))]);
