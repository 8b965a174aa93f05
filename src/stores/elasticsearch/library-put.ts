import { setTimeout as sleep } from 'node:timers/promises';
import type { LibraryDocument } from '../../../contracts/documents.ts';
import { canonicalJson } from '../../../pipeline/canonical.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import { documentHash } from '../../../pipeline/hash.ts';
import type { Library } from '../../../pipeline/ports.ts';
import { RANKING_VERSION } from '../ranking.ts';
import { withStoredAt } from '../stored-at.ts';
import { createBatches, faultOf, isDone, type Operation, type Written } from './batches.ts';
import type { Elastic } from './elastic.ts';
import { isConflict } from './faults.ts';
import type { FieldGuard } from './library-fields.ts';
import { allIndices, type LibraryIndices } from './library-kinds.ts';
import type { createPlaces, Place } from './library-places.ts';
import type { Reader } from './library-reader.ts';
import { createSourceOf, keyOf, Marks } from './library-source.ts';
import { refresh } from './searches.ts';

type Parts = {
  elastic: Elastic;
  indices: LibraryIndices;
  places: ReturnType<typeof createPlaces>;
  reader: Reader;
  fields: FieldGuard;
  now: () => number;
};

/** `id` is the library's id whose change it is. */
type Change = { id: string; operation: Operation };

const BATCH_DOCUMENTS = 200;
/** Texts of one batch: with their words they make a request of about four times as much, far below what a cluster takes. */
const BATCH_CHARS = 2_000_000;
/** Of writers at the same document one gets through each time, so only a crowd that never ends needs more than these. */
const ATTEMPTS = 30;
/** Longest pause before the next attempt; a random part of it keeps writers from meeting again and again. */
const PAUSE_MS = 20;
const NOT_FOUND = 404;
const BULK = 'library bulk';

/**
 * Storing and removing. Every change names the writing that it replaces, so that of two writers the second sees what the
 * first has done and begins again; nothing is ever half there, because a document is one write.
 */
export function createPut({ elastic, indices, places, reader, fields, now }: Parts): Pick<Library, 'put' | 'remove'> {
  const sourceOf = createSourceOf();
  const batches = createBatches(elastic, BULK);

  /** The ids whose places were written by somebody else in between. */
  const write = async (changes: readonly Change[]): Promise<Set<string>> => {
    if (changes.length === 0) return new Set();
    const written = await batches.write(changes.map(({ operation }) => operation));
    return new Set(written.flatMap((one, at) => (isLost(one) ? (changes[at]?.id ?? []) : [])));
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
    return [{ id: document.id, operation: { ...placeOf(document, home), document: sourceOf(stored) } }, ...others];
  };

  const placeOf = ({ kind, id }: LibraryDocument, home: Place | undefined): Operation =>
    home === undefined
      ? { action: 'create', index: indices[kind], id: keyOf(id) }
      : { action: 'index', index: home.index, id: home.id, ifAt: home.at };

  /** Of all kinds: a document that is stored as one of another kind leaves its index. */
  const show = (): Promise<void> => refresh(elastic, allIndices(indices), 'library refresh');

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
      await show();
    },
    async remove(id) {
      let existed = false;
      await untilWritten([id], (_id, found) => {
        existed ||= found.length > 0;
        return found.map((place) => removal(id, place));
      });
      if (existed) await show();
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

const removal = (id: string, { index, id: key, at }: Place): Change => ({
  id,
  operation: { action: 'delete', index, id: key, ifAt: at },
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

/** A document that somebody else has removed in between is a conflict too: it is looked for again. */
function isLost(written: Written): boolean {
  if (isConflict(written.status) || (written.status === NOT_FOUND && written.error === undefined)) return true;
  if (isDone(written)) return false;
  throw faultOf(BULK, written);
}
