import type { estypes } from '@elastic/elasticsearch';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { StoreLog } from '../store-log.ts';
import type { Elastic, SearchHit } from './elastic.ts';
import { atOnePoint, cursorOf, type PointInTime } from './point-in-time.ts';

export type Query = NonNullable<estypes.SearchRequest['query']>;
export type WholeSearch = { index: string; query: Query; fields: readonly string[] };

/** Of one page; long documents make it some tens of megabytes at most. */
const PAGE = 500;
/** A page is asked for right after the one before it. */
const KEEP_ALIVE = '1m';

/**
 * Every hit of a filter, however many there are. Few need one question; more are read page by page from one point in
 * time, so that what is written meanwhile moves none of them out of sight.
 */
export function createEveryHit(elastic: Elastic, log: StoreLog, page = PAGE) {
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

  return async (what: string, search: WholeSearch): Promise<SearchHit[]> => {
    const { index, query, fields } = search;
    const first = await elastic.search(what, { index, query, size: page, track_total_hits: true, _source: [...fields] });
    if (first.hits.length >= totalOf(what, first.total)) return first.hits;
    return atOnePoint({ elastic, log }, { what, index, keepAlive: KEEP_ALIVE }, (begun) => pagesOf(what, search, begun));
  };
}

function totalOf(what: string, total: number | null): number {
  if (total === null)
    throw new GovernorError('store_fault', `Elasticsearch: the answer to ${what} does not say how many there are`);
  return total;
}

const cutShort = (what: string, found: number, total: number): GovernorError =>
  new GovernorError('store_partial', `Elasticsearch: ${what} gave ${found} of ${total} documents`);
