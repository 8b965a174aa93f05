import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { LibraryDocument } from '../../../contracts/documents.ts';
import { canonicalJson } from '../../../pipeline/canonical.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import { documentHash } from '../../../pipeline/hash.ts';
import type { Library } from '../../../pipeline/ports.ts';
import { RANKING_VERSION } from '../ranking.ts';
import { withStoredAt } from '../stored-at.ts';
import type { Elastic } from './elastic.ts';
import { isConflict, itemFault } from './faults.ts';
import type { FieldGuard } from './library-fields.ts';
import { allIndices, type LibraryIndices } from './library-kinds.ts';
import type { createPlaces, Place } from './library-places.ts';
import type { Reader } from './library-reader.ts';
import { createSourceOf, keyOf, Marks } from './library-source.ts';

type Parts = {
  elastic: Elastic;
  indices: LibraryIndices;
  places: ReturnType<typeof createPlaces>;
  reader: Reader;
  fields: FieldGuard;
  now: () => number;
};

/** One line of a bulk with the document that follows it; `id` is the library's id whose change it is. */
type Change = { id: string; action: Record<string, object>; source?: Record<string, unknown> };

const BATCH_DOCUMENTS = 200;
/** Texts of one batch: with their words they make a request of about four times as much, far below what a cluster takes. */
const BATCH_CHARS = 2_000_000;
/** Of writers at the same document one gets through each time, so only a crowd that never ends needs more than these. */
const ATTEMPTS = 30;
/** Longest pause before the next attempt; a random part of it keeps writers from meeting again and again. */
const PAUSE_MS = 20;
const NOT_FOUND = 404;

const Item = z.object({ status: z.int(), error: z.unknown().optional() });
const Bulk = z.object({ items: z.array(z.record(z.string(), Item)) });

/**
 * Storing and removing. Every change names the writing that it replaces, so that of two writers the second sees what the
 * first has done and begins again; nothing is ever half there, because a document is one write.
 */
export function createPut({ elastic, indices, places, reader, fields, now }: Parts): Pick<Library, 'put' | 'remove'> {
  const sourceOf = createSourceOf();

  /** The ids whose places were written by somebody else in between. */
  const write = async (changes: readonly Change[]): Promise<Set<string>> => {
    if (changes.length === 0) return new Set();
    const operations = changes.flatMap(({ action, source }) => (source === undefined ? [action] : [action, source]));
    const answer = await elastic.ask('library bulk', (client) => client.bulk({ operations }));
    return conflictsIn(answer, changes);
  };

  const untilWritten = async (all: readonly string[], changesOf: (id: string, found: readonly Place[]) => Change[]) => {
    let left = all;
    for (let attempt = 0; attempt < ATTEMPTS && left.length > 0; attempt += 1) {
      const found = await places(left, { everywhere: true });
      const conflicts = await write(left.flatMap((id) => changesOf(id, found.get(id) ?? [])));
      left = left.filter((id) => conflicts.has(id));
      if (left.length > 0) await sleep(Math.random() * PAUSE_MS);
    }
    if (left.length > 0)
      throw new GovernorError('store_contended', `others keep changing the documents ${left.slice(0, 5).join(', ')}`);
  };

  const changesTo = (document: LibraryDocument, found: readonly Place[]): Change[] => {
    const home = found.find(({ kind, id }) => kind === document.kind && id === keyOf(document.id)) ?? sameKind(document, found);
    const before = earlier(reader, home ?? found[0]);
    const hash = documentHash(document);
    const form = before && { hash: documentHash(before), storedAt: () => before.stored_at };
    const stored = withStoredAt(document, hash, form, now());
    const others = found.filter((place) => place !== home).map((place) => removal(document.id, place));
    if (home !== undefined && before !== undefined && isCurrent(home, before, stored)) return others;
    return [{ id: document.id, action: writing(document, home), source: sourceOf(stored) }, ...others];
  };

  const writing = ({ kind, id }: LibraryDocument, home: Place | undefined): Record<string, object> =>
    home === undefined
      ? { create: { _index: indices[kind], _id: keyOf(id) } }
      : { index: { _index: home.index, _id: home.id, if_seq_no: home.seqNo, if_primary_term: home.primaryTerm } };

  /** Of all kinds: a document that is stored as one of another kind leaves its index. */
  const refresh = (): Promise<void> => refreshIndices(elastic, 'library refresh', allIndices(indices));

  return {
    async put(documents) {
      if (documents.length === 0) return;
      await fields.prepare(new Set(documents.map(({ kind }) => kind)));
      for (const batch of batchesOf(documents)) {
        await untilWritten([...batch.keys()], (id, found) => {
          const document = batch.get(id);
          return document === undefined ? [] : changesTo(document, found);
        });
      }
      // What was there already may have been written by another process a moment ago.
      await refresh();
    },
    async remove(id) {
      let existed = false;
      await untilWritten([id], (_id, found) => {
        existed ||= found.length > 0;
        return found.map((place) => removal(id, place));
      });
      if (existed) await refresh();
      return existed;
    },
  };
}

const sameKind = ({ kind }: LibraryDocument, found: readonly Place[]): Place | undefined =>
  found.find((place) => place.kind === kind);

/** One that cannot be read has nothing to keep: whoever puts a document in its place sets it right. */
const earlier = (reader: Reader, place: Place | undefined): LibraryDocument | undefined =>
  place === undefined ? undefined : (reader.readOrTell(place.kind, place, 'is replaced') ?? undefined);

function isCurrent({ source }: Place, before: LibraryDocument, stored: LibraryDocument): boolean {
  const { hash, ranking } = Marks.parse(source);
  return ranking === RANKING_VERSION && hash === documentHash(stored) && canonicalJson(before) === canonicalJson(stored);
}

const removal = (id: string, { index, id: key, seqNo, primaryTerm }: Place): Change => ({
  id,
  action: { delete: { _index: index, _id: key, if_seq_no: seqNo, if_primary_term: primaryTerm } },
});

/** An id that comes again begins another batch: the second is a change of the first. */
function* batchesOf(documents: readonly LibraryDocument[]): Generator<Map<string, LibraryDocument>> {
  let batch = new Map<string, LibraryDocument>();
  let chars = 0;
  for (const document of documents) {
    if (batch.has(document.id) || batch.size >= BATCH_DOCUMENTS || chars >= BATCH_CHARS) {
      yield batch;
      batch = new Map();
      chars = 0;
    }
    batch.set(document.id, document);
    chars += charsOf(document);
  }
  yield batch;
}

function charsOf(document: LibraryDocument): number {
  if (document.kind === 'runbook') return document.body.length;
  return document.kind === 'evidence' ? document.text.length : document.rule.length;
}

function conflictsIn(answer: unknown, changes: readonly Change[]): Set<string> {
  const bulk = Bulk.safeParse(answer);
  if (!bulk.success || bulk.data.items.length !== changes.length)
    throw new GovernorError('store_fault', 'Elasticsearch: the answer to library bulk has another shape');
  const conflicts = new Set<string>();
  for (const [at, { id }] of changes.entries()) {
    for (const item of Object.values(bulk.data.items[at] ?? {})) if (isLost(item)) conflicts.add(id);
  }
  return conflicts;
}

/** A document that somebody else has removed in between is a conflict too: it is looked for again. */
function isLost({ status, error }: z.infer<typeof Item>): boolean {
  if (isConflict(status) || (status === NOT_FOUND && error === undefined)) return true;
  if (error !== undefined) throw itemFault('library bulk', status, error);
  return false;
}

const Refreshed = z.object({ _shards: z.object({ failed: z.int() }) });

/** Makes what was written visible to searches; throws where a shard could not do it. */
export async function refreshIndices(elastic: Elastic, what: string, index: string[]): Promise<void> {
  const answer = Refreshed.safeParse(await elastic.ask(what, (client) => client.indices.refresh({ index })));
  if (!answer.success) throw new GovernorError('store_fault', `Elasticsearch: the answer to ${what} has another shape`);
  const { failed } = answer.data._shards;
  if (failed > 0) throw new GovernorError('store_partial', `Elasticsearch: ${what}: ${failed} shards failed`);
}
