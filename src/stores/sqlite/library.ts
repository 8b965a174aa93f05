import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { Evidence, LibraryDocument } from '../../../contracts/documents.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Found, Library } from '../../../pipeline/ports.ts';
import { queryWords, ratedRunbooks } from '../ranking.ts';
import type { Commits } from './commits.ts';
import { createDocuments } from './documents.ts';
import { query } from './rows.ts';
import { createSearch, type Hit, type Search } from './search.ts';
import { createSearchThread } from './search-thread.ts';

/** Postings up to which a search stays on the caller's thread: about a millisecond. */
const INLINE_COST_MAX = 20_000;
const LIMIT_MAX = 200;
/** Documents that are stored or parsed in one go; then other work gets its turn. */
const CHUNK = 100;
/** The index is tidied once this share of the library is new, and never for fewer documents than this. */
const TIDY_SHARE = 0.25;
const TIDY_MIN = 200;

const Counted = z.object({ kind: z.enum(['runbook', 'evidence', 'policy']), documents: z.int() });
const Service = z.object({ service: z.string() });

export type SqliteLibrary = Library & { close(): Promise<void> };

export function createLibrary(db: DatabaseSync, file: string, commits: Commits, now: () => number): SqliteLibrary {
  const documents = createDocuments(db, now);
  const prepare = createSearch(db);
  const thread = createSearchThread(file);
  const run = async (search: Search): Promise<Hit[]> => {
    const prepared = prepare(search);
    return prepared.cost > INLINE_COST_MAX ? thread.run(search) : prepared.run();
  };

  const ranked = async <K extends 'runbook' | 'evidence'>(kind: K, text: string, service: string, limit: number) => {
    const hits = await run({ kind, words: queryWords(text), service, limit: Math.min(limit, LIMIT_MAX) });
    return hits.map(({ body, score }): Found<OfKind<K>> => ({ document: ofKind(kind, documents.parsed(body)), score }));
  };

  return {
    searchRunbooks: (text, service, limit) => ratedRunbooks((many) => ranked('runbook', text, service, many), limit),
    searchEvidence: (text, service, limit) => ranked('evidence', text, service, limit),
    async candidates({ service, stance, words }) {
      const hits = await run({ kind: 'candidates', words: [...new Set(words)], service, stance });
      const found: Evidence[] = [];
      for (const [at, { body }] of hits.entries()) {
        if (at > 0 && at % CHUNK === 0) await nextTurn();
        found.push(ofKind('evidence', documents.parsed(body)));
      }
      return found;
    },
    policies: async (service) => documents.policies(service).map((document) => ofKind('policy', document)),
    get: async (ids) => [...new Set(ids)].map(documents.find).filter((document) => document !== undefined),
    ...createPut(commits, documents, db),
    // A statement sees whatever was committed before it began, by any process.
    fresh: async () => undefined,
    ...createCounts(db),
    close: thread.close,
  };
}

type OfKind<K extends LibraryDocument['kind']> = Extract<LibraryDocument, { kind: K }>;

/** The tables list documents by kind; one that says otherwise of itself was not written by this program. */
function ofKind<K extends LibraryDocument['kind']>(kind: K, document: LibraryDocument): OfKind<K> {
  const isOfKind = (one: LibraryDocument): one is OfKind<K> => one.kind === kind;
  if (!isOfKind(document)) throw new GovernorError('document_broken', `\`${document.id}\` is listed as ${kind} and is none`);
  return document;
}

function createPut(
  commits: Commits,
  documents: ReturnType<typeof createDocuments>,
  db: DatabaseSync,
): Pick<Library, 'put' | 'remove'> {
  const counts = createCounts(db);
  let untidied = 0;

  const tidy = async (): Promise<void> => {
    const { runbooks, evidence } = await counts.counts();
    if (untidied < Math.max(TIDY_MIN, (runbooks + evidence) * TIDY_SHARE)) return;
    untidied = 0;
    let first = true;
    while (await commits.write(() => documents.index.mergeStep(first), { durable: false })) first = false;
  };

  return {
    async put(all) {
      for (let at = 0; at < all.length; at += CHUNK) {
        const chunk = all.slice(at, at + CHUNK);
        const written = await commits.write(() => chunk.filter((document) => documents.put(document)).length);
        untidied += written;
      }
      await tidy();
    },
    remove: (id) => commits.write(() => documents.remove(id)),
  };
}

function createCounts(db: DatabaseSync): Pick<Library, 'services' | 'counts'> {
  const counted = query(db, 'SELECT kind, sum(documents) AS documents FROM scopes GROUP BY kind', Counted);
  const services = query(
    db,
    `SELECT DISTINCT service FROM scopes WHERE documents > 0 AND service <> '*' ORDER BY service`,
    Service,
  );
  return {
    services: async () => services.all().map(({ service }) => service),
    async counts() {
      const of = new Map(counted.all().map(({ kind, documents }) => [kind, documents]));
      return { runbooks: of.get('runbook') ?? 0, evidence: of.get('evidence') ?? 0, policies: of.get('policy') ?? 0 };
    },
  };
}
