import type { estypes } from '@elastic/elasticsearch';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';
import type { StoreLog } from '../store-log.ts';
import type { Elastic, SearchHit } from './elastic.ts';

export type Query = NonNullable<estypes.SearchRequest['query']>;
export type WholeSearch = { index: string; query: Query; fields: readonly string[] };

/** Each page may name it anew. */
type PointInTime = { id: string };

/** Of one page; long documents make it some tens of megabytes at most. */
const PAGE = 500;
/** A page is asked for right after the one before it. */
const KEEP_ALIVE = '1m';

/**
 * Every hit of a filter, however many there are. Few need one question; more are read page by page from one point in
 * time, so that what is written meanwhile moves none of them out of sight.
 */
export function createEveryHit(elastic: Elastic, log: StoreLog, page = PAGE) {
  const close = async (what: string, id: string): Promise<void> => {
    try {
      await elastic.ask(`${what}: end`, (client) => client.closePointInTime({ id }));
    } catch (fault) {
      // All was read. The cluster lets the point in time go by itself when its minute is over.
      log.warn('a point in time was not closed', { problem: problemOf(fault) });
    }
  };

  const pagesOf = async (what: string, { query, fields }: WholeSearch, begun: PointInTime): Promise<SearchHit[]> => {
    const hits: SearchHit[] = [];
    for (let total = 1; hits.length < total; ) {
      const answer = await elastic.search(`${what}: page`, {
        pit: { id: begun.id, keep_alive: KEEP_ALIVE },
        query,
        size: page,
        sort: [{ _shard_doc: 'asc' }],
        track_total_hits: true,
        _source: [...fields],
        ...cursorOf(hits.at(-1)),
      });
      begun.id = answer.pit ?? begun.id;
      total = totalOf(what, answer.total);
      if (answer.hits.length === 0 && hits.length < total) throw cutShort(what, hits.length, total);
      hits.push(...answer.hits);
    }
    return hits;
  };

  const paged = async (what: string, search: WholeSearch): Promise<SearchHit[]> => {
    const { index } = search;
    const opened = await elastic.ask(`${what}: begin`, (client) =>
      client.openPointInTime({ index, keep_alive: KEEP_ALIVE, allow_partial_search_results: false }),
    );
    const begun = { id: opened.id };
    try {
      return await pagesOf(what, search, begun);
    } finally {
      await close(what, begun.id);
    }
  };

  return async (what: string, search: WholeSearch): Promise<SearchHit[]> => {
    const { index, query, fields } = search;
    const first = await elastic.search(what, { index, query, size: page, track_total_hits: true, _source: [...fields] });
    return first.hits.length >= totalOf(what, first.total) ? first.hits : paged(what, search);
  };
}

/** Where the next page begins. */
export function cursorOf(last: SearchHit | undefined): { search_after?: estypes.SortResults } {
  if (last === undefined) return {};
  return { search_after: last.sort.filter((value) => typeof value === 'number' || typeof value === 'string') };
}

function totalOf(what: string, total: number | null): number {
  if (total === null)
    throw new GovernorError('store_fault', `Elasticsearch: the answer to ${what} does not say how many there are`);
  return total;
}

const cutShort = (what: string, found: number, total: number): GovernorError =>
  new GovernorError('store_partial', `Elasticsearch: ${what} gave ${found} of ${total} documents`);
