import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import { FIELD_WEIGHTS } from '../ranking.ts';
import { query } from './rows.ts';

/** What is looked for; plain values, because long searches go to a thread of their own. */
export const Search = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal(['runbook', 'evidence']), words: z.array(z.string()), service: z.string(), limit: z.int() }),
  z.object({ kind: z.literal('candidates'), words: z.array(z.string()), service: z.string(), stance: z.string() }),
]);
export type Search = z.infer<typeof Search>;

/** A document as stored, in JSON, and how well it fits: more is better, candidates all have 0. */
export const Hit = z.object({ body: z.string(), score: z.number() });
export type Hit = z.infer<typeof Hit>;

const Scope = z.object({ scope: z.int(), shelf: z.string(), documents: z.int() });
type Scope = z.infer<typeof Scope>;

/** Words of one expression; more are asked in several, so that none grows beyond what SQLite parses. */
const EXPRESSION_WORDS_MAX = 400;
const LEAST_WORD = /^[\p{L}\p{M}\p{N}_-]+$/u;
/** The index folds only these, and the tokenizer never gives them: such a word is in no document. */
const ASCII_CAPITAL = /[A-Z]/;

/** A word as the index holds it: behind the number of its scope. */
export const indexWord = (scope: number, word: string): string => `${scope.toString(36)}:${word}`;

const canBeIndexed = (word: string): boolean => LEAST_WORD.test(word) && !ASCII_CAPITAL.test(word);

/** Shelves in the order in which their documents are listed; what is on no shelf here is never found. */
const SHELVES: Record<'runbook' | 'evidence', readonly (readonly string[])[]> = {
  runbook: [['accepted'], ['learned']],
  evidence: [['support', 'contradict']],
};

/** A search that knows what it may cost before it runs. */
export type PreparedSearch = {
  /** Postings that may have to be read, at most: the words times the documents of their scopes. */
  cost: number;
  run(): Hit[];
};

/** Searches on any connection to the file: the main one for short searches, a thread's own for long ones. */
export function createSearch(db: DatabaseSync): (search: Search) => PreparedSearch {
  const scopesOf = query(
    db,
    `SELECT scope, shelf, documents FROM scopes WHERE kind = ? AND service IN (?, '*') AND documents > 0 ORDER BY scope`,
    Scope,
  );
  const ranked = { runbook: rankedQuery(db, 'runbook_words'), evidence: rankedQuery(db, 'evidence_words') };
  const matching = hitQuery(
    db,
    'SELECT d.body, 0.0 FROM evidence_words w JOIN documents d ON d.document = w.rowid WHERE evidence_words MATCH ?',
  );

  const rank = (kind: 'runbook' | 'evidence', scopes: readonly Scope[], words: readonly string[], limit: number): Hit[] => {
    const hits: Hit[] = [];
    for (const shelves of SHELVES[kind]) {
      const [expression] = expressions(
        scopes.filter((scope) => shelves.includes(scope.shelf)),
        words,
      );
      if (expression !== undefined && hits.length < limit) hits.push(...ranked[kind](expression, limit - hits.length));
    }
    return hits;
  };

  const filter = (scopes: readonly Scope[], words: readonly string[]): Hit[] => {
    // A document that shares words of two expressions is found twice; its text tells.
    const found = new Map(expressions(scopes, words).flatMap((expression) => matching(expression).map((hit) => [hit.body, hit])));
    return [...found.values()];
  };

  return (search) => {
    const words = search.words.filter(canBeIndexed);
    const kind = search.kind === 'candidates' ? 'evidence' : search.kind;
    const all = scopesOf.all(kind, search.service);
    const scopes = search.kind === 'candidates' ? all.filter((scope) => scope.shelf === search.stance) : all;
    return {
      cost: words.length * scopes.reduce((sum, scope) => sum + scope.documents, 0),
      run: () => (search.kind === 'candidates' ? filter(scopes, words) : rank(search.kind, scopes, words, search.limit)),
    };
  };
}

/** Every search brings rows of a text and a number: checked by hand, because this is the most frequent read of all. */
function hitQuery(db: DatabaseSync, sql: string): (...values: SQLInputValue[]) => Hit[] {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return (...values) => statement.all(...values).map(hitOf);
}

function hitOf(row: unknown): Hit {
  const [body, score]: unknown[] = Array.isArray(row) ? row : [];
  if (typeof body === 'string' && typeof score === 'number') return { body, score };
  throw new GovernorError('store_damaged', 'the library holds a document without a text');
}

function rankedQuery(db: DatabaseSync, table: 'runbook_words' | 'evidence_words') {
  const weights = `bm25(${FIELD_WEIGHTS.name}, ${FIELD_WEIGHTS.text})`;
  // Ranked and cut before the documents are fetched. FTS5's rank is better the lower it is.
  const find = hitQuery(
    db,
    `SELECT d.body, -hit.rank FROM
      (SELECT rowid, rank FROM ${table} WHERE ${table} MATCH ? AND rank MATCH '${weights}' ORDER BY rank LIMIT ?) hit
      CROSS JOIN documents d ON d.document = hit.rowid`,
  );
  // A join promises no order.
  return (expression: string, limit: number): Hit[] => find(expression, limit).sort((one, other) => other.score - one.score);
}

/** Any of the words in any of the scopes. Each word is a quoted string of letters and digits: no query can be made of it. */
function expressions(scopes: readonly Scope[], words: readonly string[]): string[] {
  const terms = scopes.flatMap(({ scope }) => words.map((word) => `"${indexWord(scope, word)}"`));
  const parts: string[] = [];
  for (let at = 0; at < terms.length; at += EXPRESSION_WORDS_MAX) {
    parts.push(terms.slice(at, at + EXPRESSION_WORDS_MAX).join(' OR '));
  }
  return parts;
}
