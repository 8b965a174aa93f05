import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Elastic } from './elastic.ts';

type Search = Parameters<Elastic['search']>[1];

type Values = { index: string | string[]; field: string };

/** Logs and services whose names are asked for at once. */
const VALUES_AT_ONCE = 1_000;

const ValuePage = z.object({ values: z.object({ buckets: z.array(z.object({ key: z.object({ value: z.string() }) })) }) });
const Refreshed = z.object({ _shards: z.object({ failed: z.int() }) });

/** From here on searches see everything that was written before. Throws where a shard would still show less. */
export async function refresh(elastic: Elastic, indices: readonly string[], what = 'refresh'): Promise<void> {
  const answer = Refreshed.safeParse(await elastic.ask(what, (to) => to.indices.refresh({ index: [...indices] })));
  if (!answer.success || answer.data._shards.failed > 0)
    throw new GovernorError('store_partial', `Elasticsearch: not every shard of ${indices.join(', ')} could be refreshed`);
}

/** How many documents match, counted to the last one. */
export async function countOf(elastic: Elastic, what: string, search: Search): Promise<number> {
  const { total } = await elastic.search(what, { ...search, size: 0, track_total_hits: true });
  if (total === null) throw new GovernorError('store_fault', `Elasticsearch: ${what} were not counted`);
  return total;
}

/** Every value that a keyword field has in these indices, in order, page by page. They have to be refreshed before. */
export async function* valuesOf(elastic: Elastic, what: string, { index, field }: Values): AsyncGenerator<string[]> {
  let after: string | undefined;
  do {
    const from = after === undefined ? {} : { after: { value: after } };
    const composite = { size: VALUES_AT_ONCE, sources: [{ value: { terms: { field } } }], ...from };
    const { aggregations } = await elastic.search(what, {
      index,
      size: 0,
      track_total_hits: false,
      aggs: { values: { composite } },
    });
    const values = ValuePage.parse(aggregations).values.buckets.map(({ key }) => key.value);
    yield values;
    after = values.length < VALUES_AT_ONCE ? undefined : values.at(-1);
  } while (after !== undefined);
}

/** How many cases the log holds: each has one first entry. */
export const countCases = (elastic: Elastic, index: string): Promise<number> =>
  countOf(elastic, 'cases', { index, query: FIRST_ENTRIES });

/** The first entries of all cases, reserved logs left out. */
export const FIRST_ENTRIES = { bool: { filter: [{ term: { seq: 0 } }, { term: { reserved: false } }] } };
