import { z } from 'zod';
import { Id } from '../../../contracts/words.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Place as InShard } from './batches.ts';
import type { Elastic } from './elastic.ts';
import type { createEveryHit } from './every-hit.ts';
import { getFault } from './faults.ts';
import { KINDS, type Kind, type LibraryIndices } from './library-kinds.ts';
import type { Raw } from './library-reader.ts';
import { idOf, keyOf, SOURCE_FIELDS } from './library-source.ts';

/** Where a document lies, and which writing of it this is: a change of it names both, so that it replaces no other one. */
export type Place = Raw & { kind: Kind; at: InShard };
export type Places = ReadonlyMap<string, readonly Place[]>;

type Parts = { elastic: Elastic; indices: LibraryIndices; everyHit: ReturnType<typeof createEveryHit> };
type Key = { kind: Kind; index: string; key: string };

const Item = z.union([
  z.object({
    found: z.literal(true),
    _id: z.string(),
    _index: z.string(),
    _seq_no: z.int(),
    _primary_term: z.int(),
    _source: z.unknown(),
  }),
  z.object({ found: z.literal(false) }),
  z.object({ error: z.object({ type: z.string() }).loose() }),
]);
const Items = z.object({ docs: z.array(Item) });

/** Ids in one question: each is looked for in every index of the library. */
const IDS_AT_ONCE = 300;
const ALL_FIELDS = [...new Set(Object.values(SOURCE_FIELDS).flat())];

/**
 * Finds documents by their ids. Ours lie under their id and are read in real time. Other writers may have let the
 * cluster choose the keys, so that only the field `id` tells; those are found by search.
 */
export function createPlaces({ elastic, indices, everyHit }: Parts) {
  const read = async (keys: readonly Key[]): Promise<Place[]> => {
    if (keys.length === 0) return [];
    const docs = keys.map(({ index, key }) => ({ _index: index, _id: key }));
    const answer = await elastic.ask('documents by id', (client) => client.mget({ docs, _source_includes: ALL_FIELDS }));
    return placesIn(answer, keys);
  };

  const underTheirIds = (ids: readonly string[]): Promise<Place[]> =>
    read(KINDS.flatMap((kind) => ids.map((id) => ({ kind, index: indices[kind], key: keyOf(id) }))));

  const byField = async (ids: readonly string[], known: readonly Place[]): Promise<Place[]> => {
    if (ids.length === 0) return [];
    const isKnown = new Set(known.map(({ kind, id }) => `${kind} ${id}`));
    const searches = KINDS.map(async (kind) => {
      const search = { index: indices[kind], query: { terms: { id: [...ids] } }, fields: ['id'] };
      const hits = await everyHit('documents by field', search);
      return hits.map(({ index, id }) => ({ kind, index, key: id })).filter(({ key }) => !isKnown.has(`${kind} ${key}`));
    });
    return read((await Promise.all(searches)).flat());
  };

  const chunk = async (ids: readonly string[], everywhere: boolean): Promise<Place[]> => {
    const asked = new Set(ids);
    // Under a key may lie a document with another id in it: that is not the one asked for.
    const isAsked = ({ id, source }: Place): boolean => asked.has(idOf(id, source));
    const direct = (await underTheirIds(ids)).filter(isAsked);
    const found = new Set(direct.map(({ id, source }) => idOf(id, source)));
    const others = await byField(
      ids.filter((id) => everywhere || !found.has(id)),
      direct,
    );
    return [...direct, ...others.filter(isAsked)];
  };

  /** The places of each id that exists. `everywhere` also looks for second ones: before a change, none may be left behind. */
  return async (ids: readonly string[], { everywhere }: { everywhere: boolean }): Promise<Places> => {
    const asked = [...new Set(ids)].filter((id) => Id.safeParse(id).success);
    const places: Place[] = [];
    for (let at = 0; at < asked.length; at += IDS_AT_ONCE) {
      places.push(...(await chunk(asked.slice(at, at + IDS_AT_ONCE), everywhere)));
    }
    return Map.groupBy(places, ({ id, source }) => idOf(id, source));
  };
}

function placesIn(answer: unknown, keys: readonly Key[]): Place[] {
  const items = Items.safeParse(answer);
  if (!items.success || items.data.docs.length !== keys.length)
    throw new GovernorError('store_fault', 'Elasticsearch: the answer to documents by id has another shape');
  return items.data.docs.flatMap((item, at) => {
    // An index or a shard that is away is no document that is not there.
    if ('error' in item) throw getFault('documents by id', item.error);
    const kind = keys[at]?.kind;
    if (!item.found || kind === undefined) return [];
    const { _id: id, _index: index, _seq_no: seqNo, _primary_term: term, _source: source } = item;
    return [{ kind, id, index, at: { seqNo, term }, source }];
  });
}
