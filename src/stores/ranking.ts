import type { Evidence, LibraryDocument, Runbook } from '../../contracts/documents.ts';
import { actionsNamed, textOf } from '../../pipeline/document-text.ts';
import { words } from '../../pipeline/words.ts';

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
  const known = new Map<string, readonly string[]>();
  const wordsOf = (token: string): readonly string[] => {
    const before = known.get(token);
    if (before !== undefined) return before;
    if (known.size >= REMEMBERED_MAX) known.clear();
    const found = words(token);
    known.set(token, found);
    return found;
  };
  const every = (text: string): string[] => tokens(text).flatMap(wordsOf);
  return (document) => (document.kind === 'runbook' ? runbookFields(document, every) : evidenceFields(document, every));
}

const REMEMBERED_MAX = 20_000;

/** Only at plain white space: what else separates words is the tokenizer's to say. */
const tokens = (text: string): string[] => text.split(/[ \t\r\n]+/);

type Every = (text: string) => string[];

/** The id counts as a name: imported runbooks carry their alert's name in the file's name. */
function runbookFields(document: Runbook, every: Every): Fields {
  const names = [document.title, lastPart(document.id), ...actionsNamed(document)];
  return { name: [...new Set(names.flatMap(every))], text: every(withoutHumps(document.body)) };
}

/**
 * In a body a name such as `KubePodCrashLooping` stays whole: runbooks mention many alerts, and their parts would make
 * each of those alerts look like the matter of the runbook.
 */
const withoutHumps = (text: string): string => text.toLowerCase();

function evidenceFields(document: Evidence, every: Every): Fields {
  return { name: [...new Set(actionsNamed(document).flatMap(every))], text: every(document.text) };
}

const lastPart = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

export const isSearchable = (document: LibraryDocument): document is Searchable => document.kind !== 'policy';

/** What of a query is looked for. */
export const queryWords = (query: string): string[] => words(query).slice(0, QUERY_WORDS_MAX);

/**
 * The words by which evidence is a candidate: those of its text and of the actions it names. A document that names the
 * action in question must be found even where its text shares no word with the claim.
 */
export const candidateWords = (document: Evidence): Set<string> =>
  new Set([...words(textOf(document)), ...actionsNamed(document).flatMap((name) => words(name))]);
