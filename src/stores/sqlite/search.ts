import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
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
const LEAST_WORD = /^[\p{L}\p{N}_-]+$/u;
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

/** Searches on any connection to the file: the main one for short searches, a thread's own for long ones. */
export function createSearch(db: DatabaseSync) {
  const scopesOf = query(
    db,
    `SELECT scope, shelf, documents FROM scopes WHERE kind = ? AND service IN (?, '*') AND documents > 0 ORDER BY scope`,
    Scope,
  );
  const ranked = { runbook: rankedQuery(db, 'runbook_words'), evidence: rankedQuery(db, 'evidence_words') };
  const matching = query(
    db,
    `SELECT d.body, 0 AS score FROM evidence_words w JOIN documents d ON d.document = w.rowid WHERE evidence_words MATCH ?`,
    Hit,
  );

  const rank = ({ kind, words, service, limit }: Extract<Search, { limit: number }>): Hit[] => {
    const scopes = scopesOf.all(kind, service);
    const hits: Hit[] = [];
    for (const shelves of SHELVES[kind]) {
      const here = scopes.filter((scope) => shelves.includes(scope.shelf));
      const [expression] = expressions(here, words);
      if (expression !== undefined && hits.length < limit) hits.push(...ranked[kind].all(expression, limit - hits.length));
    }
    return hits;
  };

  const filter = ({ words, service, stance }: Extract<Search, { kind: 'candidates' }>): Hit[] => {
    const scopes = scopesOf.all('evidence', service).filter((scope) => scope.shelf === stance);
    // A document that shares words of two expressions is found twice; its text tells.
    const found = new Map(
      expressions(scopes, words).flatMap((expression) => matching.all(expression).map((hit) => [hit.body, hit])),
    );
    return [...found.values()];
  };

  return {
    run: (search: Search): Hit[] => (search.kind === 'candidates' ? filter(search) : rank(search)),
    /** Postings that a search may have to read, at most: its words times the documents of its scopes. */
    cost(search: Search): number {
      const kind = search.kind === 'candidates' ? 'evidence' : search.kind;
      return search.words.length * scopesOf.all(kind, search.service).reduce((sum, scope) => sum + scope.documents, 0);
    },
  };
}

function rankedQuery(db: DatabaseSync, table: 'runbook_words' | 'evidence_words') {
  const weights = `bm25(${FIELD_WEIGHTS.name}, ${FIELD_WEIGHTS.text})`;
  // Ranked and cut before the documents are fetched. FTS5's rank is better the lower it is.
  return query(
    db,
    `SELECT d.body, -hit.rank AS score FROM
      (SELECT rowid, rank FROM ${table} WHERE ${table} MATCH ? AND rank MATCH '${weights}' ORDER BY rank LIMIT ?) hit
      JOIN documents d ON d.document = hit.rowid ORDER BY hit.rank, d.id`,
    Hit,
  );
}

/** Any of the words in any of the scopes. Each word is a quoted string of letters and digits: no query can be made of it. */
function expressions(scopes: readonly Scope[], words: readonly string[]): string[] {
  const known = words.filter(canBeIndexed);
  const terms = scopes.flatMap(({ scope }) => known.map((word) => `"${indexWord(scope, word)}"`));
  const parts: string[] = [];
  for (let at = 0; at < terms.length; at += EXPRESSION_WORDS_MAX)
    parts.push(terms.slice(at, at + EXPRESSION_WORDS_MAX).join(' OR '));
  return parts;
}
