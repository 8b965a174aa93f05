import { z } from 'zod';
import type { LibraryDocument } from '../../contracts/documents.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import { documentHash } from '../../pipeline/hash.ts';
import type { Library } from '../../pipeline/ports.ts';
import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import type { IndexNames } from '../stores/elasticsearch/names.ts';
import { refresh } from '../stores/elasticsearch/searches.ts';
import { logsHeld } from './load-logs.ts';

/**
 * `samples`: the sample documents as they were loaded, and the generated access logs. `logs`: those logs alone.
 * `library`: every document that load has stored in the cluster. Cases, their log and its copies are in none of them.
 */
export const PURGEABLE = ['samples', 'logs', 'library'] as const;
export type Purgeable = (typeof PURGEABLE)[number];
export const isPurgeable = (word: string): word is Purgeable => PURGEABLE.some((known) => known === word);

/** What would go from one place. */
export type Heap = { where: string; documents: number };
export type PurgePlan = {
  heaps: Heap[];
  ids: string[];
  /** The index of the generated logs that would go; null where there are none. */
  logs: string | null;
  /** Ids of sample documents that somebody has changed since: they are that person's work now. */
  kept: string[];
};

export type PurgeParts = {
  library: Library;
  /** The cluster, where one is configured. */
  elastic: Elastic | null;
  names: IndexNames;
  /** Whether the library is in the cluster. */
  isLibraryThere: boolean;
  samples: readonly LibraryDocument[];
};

/** Looks at what is there and says exactly what would go; removes nothing. */
export async function planPurge(what: Purgeable, parts: PurgeParts): Promise<PurgePlan> {
  const { elastic, names } = parts;
  const documents = what === 'logs' ? NOTHING : await (what === 'library' ? storedHere(parts) : samplesThere(parts));
  const lines = what === 'library' || elastic === null ? 0 : await generatedLines(elastic, names.logs);
  if (what === 'logs' && elastic === null) throw new GovernorError('usage', 'logs needs a cluster: give ELASTICSEARCH_URL');
  return {
    heaps: [...heapsOf(documents.stored, parts), ...(lines === 0 ? [] : [{ where: names.logs, documents: lines }])],
    ids: documents.stored.map(({ id }) => id),
    logs: lines === 0 ? null : names.logs,
    kept: documents.kept,
  };
}

type Kinded = Pick<LibraryDocument, 'id' | 'kind'>;
type Documents = { stored: Kinded[]; kept: string[] };
const NOTHING: Documents = { stored: [], kept: [] };

/** A document that says something else than the sample of its id is somebody's work and no sample any more. */
async function samplesThere({ library, samples }: PurgeParts): Promise<Documents> {
  const hashes = new Map(samples.map((document) => [document.id, documentHash(document)]));
  const stored = await library.get([...hashes.keys()]);
  const isSample = (document: LibraryDocument): boolean => hashes.get(document.id) === documentHash(document);
  return { stored: stored.filter(isSample), kept: stored.filter((document) => !isSample(document)).map(({ id }) => id) };
}

const KIND_OF = { runbooks: 'runbook', evidence: 'evidence', policies: 'policy' } as const;
const PAGE = 1_000;
const Stored = z.object({ id: z.string() });

/**
 * Documents of this program's making, by the field that no other writer sets. Runbooks learned from cases are none that
 * was loaded, and stay.
 */
async function storedHere({ elastic, names, isLibraryThere }: PurgeParts): Promise<Documents> {
  if (elastic === null || !isLibraryThere)
    throw new GovernorError('usage', 'library needs the library on a cluster; use: governor documents delete ID');
  const stored: Kinded[] = [];
  for (const role of ['runbooks', 'evidence', 'policies'] as const) {
    await refresh(elastic, [names[role]], 'refresh of the library');
    for await (const id of idsIn(elastic, names[role])) stored.push({ id, kind: KIND_OF[role] });
  }
  return { stored, kept: [] };
}

async function* idsIn(elastic: Elastic, index: string): AsyncGenerator<string> {
  for (let after: readonly unknown[] | null = []; after !== null; ) {
    const { hits } = await elastic.search('what load has stored', {
      index,
      size: PAGE,
      _source: ['id'],
      query: { bool: { filter: [{ exists: { field: 'ranking' } }], must_not: [{ exists: { field: 'from_case' } }] } },
      sort: [{ id: 'asc' }],
      ...(after.length === 0 ? {} : { search_after: z.array(z.string()).parse(after) }),
    });
    for (const { source } of hits) yield Stored.parse(source).id;
    after = hits.length === PAGE ? (hits.at(-1)?.sort ?? null) : null;
  }
}

/** None where there is no such index. */
async function generatedLines(elastic: Elastic, index: string): Promise<number> {
  try {
    return (await logsHeld(elastic, index)).ours;
  } catch (fault) {
    if (fault instanceof GovernorError && fault.code === 'index_missing') return 0;
    throw fault;
  }
}

function heapsOf(stored: readonly Kinded[], { names, isLibraryThere }: PurgeParts): Heap[] {
  if (!isLibraryThere) return stored.length === 0 ? [] : [{ where: 'the embedded library', documents: stored.length }];
  return (['runbooks', 'evidence', 'policies'] as const).flatMap((role) => {
    const documents = stored.filter(({ kind }) => kind === KIND_OF[role]).length;
    return documents === 0 ? [] : [{ where: names[role], documents }];
  });
}
