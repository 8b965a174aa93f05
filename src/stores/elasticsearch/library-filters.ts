import type { Evidence, Policy } from '../../../contracts/documents.ts';
import type { Stance } from '../../../contracts/words.ts';
import type { CandidateQuery, Library } from '../../../pipeline/ports.ts';
import { candidateWords, RANKING_VERSION } from '../ranking.ts';
import type { createEveryHit, Query } from './every-hit.ts';
import type { FieldGuard } from './library-fields.ts';
import { byId, type LibraryIndices, scopesOf } from './library-kinds.ts';
import { distinct, type Reader } from './library-reader.ts';
import { SOURCE_FIELDS } from './library-source.ts';

type Parts = { indices: LibraryIndices; everyHit: ReturnType<typeof createEveryHit>; reader: Reader; fields: FieldGuard };

/** A `terms` query takes 65,536 values; more words are asked in several questions. */
const TERMS_MAX = 30_000;
/** No document holds a word nearly as long, and a cluster refuses to look for a very long one. */
const ASKED_CHARS_MAX = 1_000;
const OTHER: Readonly<Record<Stance, Stance>> = { support: 'contradict', contradict: 'support' };

/**
 * What decides is read here, and nothing is ranked. The index only narrows: it gives every document that may fit, among
 * them each that lacks what it is asked for (a service, a stance, our words), and our own code says which do. One that
 * cannot be read may be the policy or the contradiction that matters, so it is a fault.
 */
export function createFilters({ indices, everyHit, reader, fields }: Parts): Pick<Library, 'candidates' | 'policies'> {
  return {
    async candidates(asked) {
      const words = [...new Set(asked.words)].filter(({ length }) => length <= ASKED_CHARS_MAX);
      if (words.length === 0) return [];
      await fields.check('evidence');
      const questions = [...groupsOf(words)].map((group) =>
        everyHit('evidence candidates', { index: indices.evidence, query: near(asked, group), fields: SOURCE_FIELDS.evidence }),
      );
      const hits = (await Promise.all(questions)).flat();
      const documents = hits.map((hit) => reader.read('evidence', hit)).filter(isCandidate(asked));
      return distinct(documents).sort(byId);
    },
    async policies(service) {
      await fields.check('policy');
      const query = { bool: { filter: [inScopeOrNone(service)] } };
      const hits = await everyHit('policies', { index: indices.policy, query, fields: SOURCE_FIELDS.policy });
      return distinct(hits.map((hit) => reader.read('policy', hit)).filter(isInScope(service))).sort(byId);
    },
  };
}

function* groupsOf(words: readonly string[]): Generator<string[]> {
  for (let at = 0; at < words.length; at += TERMS_MAX) yield words.slice(at, at + TERMS_MAX);
}

const lacks = (field: string): Query => ({ bool: { must_not: [{ exists: { field } }] } });
const either = (...queries: Query[]): Query => ({ bool: { should: queries, minimum_should_match: 1 } });
const inScopeOrNone = (service: string): Query => either({ terms: { service: scopesOf(service) } }, lacks('service'));
/** Written by somebody else, or by another version of this program: our words are not there or not these. */
const WITHOUT_OUR_WORDS: Query = { bool: { must_not: [{ term: { ranking: RANKING_VERSION } }] } };

/** A stance is asked for by what it is not: one that is missing or misspelt must come to light, not stay out of sight. */
const near = ({ service, stance }: CandidateQuery, words: string[]): Query => ({
  bool: {
    filter: [inScopeOrNone(service), either({ terms: { words } }, WITHOUT_OUR_WORDS)],
    must_not: [{ term: { stance: OTHER[stance] } }],
  },
});

const isInScope =
  (service: string) =>
  (document: Evidence | Policy): boolean =>
    document.service === service || document.service === '*';

// The reader gives the same frozen object for the same text.
const known = new WeakMap<Evidence, ReadonlySet<string>>();

function wordsOf(document: Evidence): ReadonlySet<string> {
  const before = known.get(document);
  if (before !== undefined) return before;
  const words = candidateWords(document);
  known.set(document, words);
  return words;
}

function isCandidate({ service, stance, words }: CandidateQuery): (document: Evidence) => boolean {
  const inScope = isInScope(service);
  return (document) => {
    if (document.stance !== stance || !inScope(document)) return false;
    const said = wordsOf(document);
    return words.some((word) => said.has(word));
  };
}
