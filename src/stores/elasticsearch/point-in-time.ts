import type { estypes } from '@elastic/elasticsearch';
import { problemOf } from '../../../pipeline/errors.ts';
import type { StoreLog } from '../store-log.ts';
import type { Elastic, SearchHit } from './elastic.ts';

/** Each page may name it anew. */
export type PointInTime = { id: string };

type Asked = {
  /** Begins the names of the questions. */
  what: string;
  index: string;
  /** Renewed by each page. */
  keepAlive: string;
};

/** Lets all that `use` asks see an index as of one moment, however much is written meanwhile. */
export async function atOnePoint<T>(
  { elastic, log }: { elastic: Elastic; log: StoreLog },
  { what, index, keepAlive }: Asked,
  use: (begun: PointInTime) => Promise<T>,
): Promise<T> {
  const { id } = await elastic.ask(`${what}: begin`, (client) =>
    client.openPointInTime({ index, keep_alive: keepAlive, allow_partial_search_results: false }),
  );
  const begun = { id };
  try {
    return await use(begun);
  } finally {
    await elastic
      .ask(`${what}: end`, (client) => client.closePointInTime({ id: begun.id }))
      // All was read. The cluster lets the point in time go by itself when its time is over.
      .catch((fault: unknown) => log.warn('a point in time was not closed', { problem: problemOf(fault) }));
  }
}

/** Where the next page begins. */
export function cursorOf(last: SearchHit | undefined): { search_after?: estypes.SortResults } {
  if (last === undefined) return {};
  return { search_after: last.sort.filter((value) => typeof value === 'number' || typeof value === 'string') };
}
