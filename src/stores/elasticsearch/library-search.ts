import type { estypes } from '@elastic/elasticsearch';
import type { Runbook } from '../../../contracts/documents.ts';
import type { Found, Library } from '../../../pipeline/ports.ts';
import { FIELD_WEIGHTS, queryWords, ratedRunbooks } from '../ranking.ts';
import type { Elastic } from './elastic.ts';
import type { Query } from './every-hit.ts';
import type { FieldGuard } from './library-fields.ts';
import { type LibraryIndices, type OfKind, scopesOf } from './library-kinds.ts';
import type { Reader } from './library-reader.ts';
import { SOURCE_FIELDS } from './library-source.ts';

type Parts = { elastic: Elastic; indices: LibraryIndices; reader: Reader; fields: FieldGuard };
type Ranked = 'runbook' | 'evidence';

const LIMIT_MAX = 200;
const TEXT_CHARS_MAX = 10_000;
const TOKENS_MAX = 64;
const TOKEN = /[\p{L}\p{N}]+/gu;

const weighted = (field: string, weight: number): string => `${field}^${weight}`;
/** Our own words of a document, and for documents without them the texts themselves, as their index analyses them. */
const OUR_FIELDS = [weighted('name_words', FIELD_WEIGHTS.name), weighted('text_words', FIELD_WEIGHTS.text)];
const THEIR_FIELDS: Readonly<Record<Ranked, string[]>> = {
  runbook: [weighted('title', FIELD_WEIGHTS.name), weighted('body', FIELD_WEIGHTS.text)],
  evidence: ['text'],
};

/**
 * Search for people and planners: any of the words, ranked. Services are a filter, so that they weigh nothing and a
 * service's own documents compare with those for all services.
 */
export function createRanked({ elastic, indices, reader, fields }: Parts): Pick<Library, 'searchRunbooks' | 'searchEvidence'> {
  const hitsOf = async (kind: Ranked, text: string, service: string, limit: number) => {
    const words = queryWords(text);
    if (words.length === 0 || limit < 1) return [];
    await fields.check(kind);
    const { hits } = await elastic.search(`${kind} search`, {
      index: indices[kind],
      query: about(kind, words, tokensOf(text), service),
      sort: ORDER[kind],
      track_scores: true,
      track_total_hits: false,
      size: Math.min(limit, LIMIT_MAX),
      search_type: 'dfs_query_then_fetch',
      _source: [...SOURCE_FIELDS[kind]],
    });
    return hits;
  };
  const found = <K extends Ranked>(document: OfKind<K>, score: number | null): Found<OfKind<K>> => ({
    document,
    score: score ?? 0,
  });

  const runbooksOf = async (text: string, service: string, limit: number): Promise<Found<Runbook>[]> => {
    const hits = await hitsOf('runbook', text, service, limit);
    return hits.flatMap((hit) => {
      const document = reader.readOrTell('runbook', hit, 'is left out of searches');
      return document === null ? [] : [found(document, hit.score)];
    });
  };

  return {
    searchRunbooks: (text, service, limit) => ratedRunbooks((many) => runbooksOf(text, service, many), limit),
    async searchEvidence(text, service, limit) {
      const hits = await hitsOf('evidence', text, service, limit);
      return hits.map((hit) => found(reader.read('evidence', hit), hit.score));
    },
  };
}

const BEST_FIRST: estypes.SortCombinations[] = [
  { _score: { order: 'desc' } },
  { id: { order: 'asc', unmapped_type: 'keyword' } },
];
/** Learned runbooks come after the accepted ones, whatever their score; one without a status is accepted. */
const ORDER: Readonly<Record<Ranked, estypes.SortCombinations[]>> = {
  runbook: [{ status: { order: 'asc', missing: 'accepted', unmapped_type: 'keyword' } }, ...BEST_FIRST],
  evidence: BEST_FIRST,
};

const about = (kind: Ranked, words: readonly string[], tokens: string, service: string): Query => ({
  bool: {
    filter: [{ terms: { service: scopesOf(service) } }],
    must_not: kind === 'runbook' ? [{ term: { status: 'discarded' } }] : [],
    should: [
      // One weighted text of both fields, as the embedded store's bm25 sees a document.
      { combined_fields: { query: words.join(' '), fields: OUR_FIELDS, operator: 'or' } },
      {
        bool: {
          must_not: [{ exists: { field: 'text_words' } }],
          must: [{ multi_match: { query: tokens, fields: THEIR_FIELDS[kind], type: 'most_fields', operator: 'or' } }],
        },
      },
    ],
    minimum_should_match: 1,
  },
});

/** The query's words as they are written, as many as a query may have: the index folds them its own way. */
const tokensOf = (text: string): string =>
  [...new Set(text.slice(0, TEXT_CHARS_MAX).match(TOKEN) ?? [])].slice(0, TOKENS_MAX).join(' ');
