import type { Client } from '@elastic/elasticsearch';
import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import { elasticFault } from './faults.ts';

export type ElasticOptions = {
  /** One address, or several of one cluster, parted by commas. */
  url: string;
  apiKey: string | null;
  /** For one attempt. */
  timeoutMs: number;
};

export type SearchHit = { id: string; index: string; score: number | null; source: unknown; sort: readonly unknown[] };
/** `pit` is the point in time that the next page is to be asked for, where one was asked for. */
export type SearchAnswer = { hits: SearchHit[]; total: number | null; pit: string | null; aggregations: unknown };
type SearchRequest = Parameters<Client['search']>[0] & object;

/** The one door to the cluster. Everything that fails is a GovernorError of `faults.ts`. */
export type Elastic = {
  /** How long one attempt may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Asks once; `what` names the question in faults and is counted. */
  ask<T>(what: string, question: (client: Client) => Promise<T>): Promise<T>;
  /** A search whose answer is whole: shards that failed, or time that ran out, are a fault and never fewer hits. */
  search(what: string, request: SearchRequest): Promise<SearchAnswer>;
  /** Questions asked so far, by name: what a case costs is counted in round trips. */
  asked(): ReadonlyMap<string, number>;
  close(): Promise<void>;
};

const Answer = z.object({
  timed_out: z.boolean(),
  pit_id: z.string().optional(),
  _shards: z.object({ failed: z.int(), skipped: z.int().optional() }),
  hits: z.object({
    total: z.union([z.number(), z.object({ value: z.number() }).transform(({ value }) => value)]).optional(),
    hits: z.array(
      z.object({
        _id: z.string(),
        _index: z.string(),
        _score: z.number().nullish(),
        _source: z.unknown().optional(),
        sort: z.array(z.unknown()).optional(),
      }),
    ),
  }),
  aggregations: z.unknown().optional(),
});

/** Opens nothing by itself: whether the cluster is there shows with the first question. */
export async function connectElastic({ url, apiKey, timeoutMs }: ElasticOptions): Promise<Elastic> {
  // Loaded only here, so that a start without a cluster does not pay for the package.
  const { Client } = await import('@elastic/elasticsearch');
  const nodes = url.split(',').map((node) => node.trim());
  const client = new Client({
    nodes,
    ...(apiKey === null ? {} : { auth: { apiKey } }),
    requestTimeout: timeoutMs,
    // A node that is gone is passed over for another; what was sent twice is told by its id.
    maxRetries: nodes.length - 1,
    redaction: { type: 'remove' },
  });
  const counts = new Map<string, number>();

  const ask = async <T>(what: string, question: (client: Client) => Promise<T>): Promise<T> => {
    counts.set(what, (counts.get(what) ?? 0) + 1);
    try {
      return await question(client);
    } catch (fault) {
      throw elasticFault(what, fault);
    }
  };

  return {
    timeoutMs,
    ask,
    async search(what, request) {
      const raw = await ask(what, (to) => to.search({ ...request, allow_partial_search_results: false }));
      return wholeAnswer(what, raw);
    },
    asked: () => counts,
    close: () => client.close(),
  };
}

function wholeAnswer(what: string, raw: unknown): SearchAnswer {
  const answer = Answer.safeParse(raw);
  if (!answer.success)
    throw new GovernorError('store_fault', `Elasticsearch: the answer to ${what} has another shape`, { cause: answer.error });
  const { timed_out, _shards, hits, pit_id, aggregations } = answer.data;
  if (timed_out || _shards.failed > 0)
    throw new GovernorError(
      'store_partial',
      `Elasticsearch: the answer to ${what} is not whole (${_shards.failed} shards failed)`,
    );
  return {
    hits: hits.hits.map(({ _id, _index, _score, _source, sort = [] }) => ({
      id: _id,
      index: _index,
      score: _score ?? null,
      source: _source,
      sort,
    })),
    total: hits.total ?? null,
    pit: pit_id ?? null,
    aggregations,
  };
}
