import { z } from 'zod';
import type { LogMap } from '../../../contracts/elasticsearch.ts';
import type { Window } from '../../../pipeline/ports.ts';
import type { ErrorGroup } from '../assess-clusters.ts';
import { Count, ordinaryRate, ordinaryShare, Parts, parsed, Status } from './answers.ts';
import type { LogFields } from './fields.ts';
import { pathOf } from './figures.ts';
import { logIdOf } from './log-ids.ts';
import type { LogSearch } from './logs.ts';
import { all, countsOf, failed, linesOf, ofService, partsBefore, within } from './queries.ts';

const STATUSES_MAX = 20;
const PATHS_MAX = 50;
const SAMPLES_MAX = 3;

export type GroupsQuestion = { services: Readonly<Record<string, LogMap>>; window: Window; baselineS: number };

/** Failed requests of every mapped service by status and path, in the window and before it, in one search. */
export function groupsSearch({ services, window, baselineS }: GroupsQuestion, fields: LogFields): LogSearch {
  const before = partsBefore(window, baselineS);
  const inWindow = within(window, fields);
  const maps = Object.entries(services).map(([service, map]) => [service, all(...ofService(map, fields))]);
  return {
    query: within({ from: before[0]?.from ?? window.from, to: window.to }, fields),
    size: 0,
    track_total_hits: false,
    aggs: {
      services: {
        filters: { filters: Object.fromEntries(maps) },
        aggs: {
          window: { filter: inWindow },
          before: countsOf(before, fields),
          failed: { filter: failed(fields), aggs: { statuses: byStatus(fields, window, before) } },
        },
      },
    },
  };
}

const byStatus = (fields: LogFields, window: Window, before: readonly Window[]) => ({
  terms: { field: fields.status, size: STATUSES_MAX },
  aggs: {
    paths: {
      // By what happens now: the paths that always failed most would push a new one out.
      terms: { field: fields.path, size: PATHS_MAX, order: { now: 'desc' as const } },
      aggs: {
        before: linesOf(before, fields),
        now: {
          filter: within(window, fields),
          aggs: {
            first: { min: { field: fields.at } },
            last: { max: { field: fields.at } },
            samples: { top_hits: { size: SAMPLES_MAX, _source: false, sort: [{ [fields.at]: 'desc' as const }] } },
          },
        },
      },
    },
  },
});

const Moment = z.object({ value: z.number().nullable() });
const Samples = z.object({ hits: z.object({ hits: z.array(z.object({ _id: z.string() })) }) });
const Now = Count.extend({ first: Moment, last: Moment, samples: Samples });
const Before = z.object({ buckets: z.array(Count) });
const PathBucket = Count.extend({ key: z.string(), now: Now, before: Before });
const StatusBucket = Count.extend({ key: Status, paths: z.object({ buckets: z.array(PathBucket) }) });
const ServiceBucket = z.object({
  window: Count,
  before: Parts,
  failed: Count.extend({ statuses: z.object({ buckets: z.array(StatusBucket) }) }),
});
const Answer = z.object({ services: z.object({ buckets: z.record(z.string(), ServiceBucket) }) });
type OfService = z.infer<typeof ServiceBucket>;
type OfPath = z.infer<typeof PathBucket>;

export function groupsOf(aggregations: unknown): ErrorGroup[] {
  const { buckets } = parsed(Answer, aggregations, 'clusters').services;
  return Object.entries(buckets).flatMap(([service, counted]) => groupsOfService(service, counted));
}

function groupsOfService(service: string, { window, before, failed: errors }: OfService): ErrorGroup[] {
  const baseline = ordinaryRate(before.buckets);
  return errors.statuses.buckets.flatMap(({ key: status, paths }) => {
    // Paths that differ in their query only are taken together.
    const byPath = Map.groupBy(paths.buckets, ({ key }) => pathOf(key));
    return [...byPath].flatMap(([path, parts]) => {
      const seen = seenIn(service, parts);
      const usual = ordinaryShare(before.buckets, (part) => failedIn(parts, part));
      return seen === null ? [] : [{ service, status, path, ...seen, requests: window.doc_count, baseline, usual_share: usual }];
    });
  });
}

const failedIn = (paths: readonly OfPath[], part: number): number =>
  paths.reduce((sum, { before }) => sum + (before.buckets[part]?.doc_count ?? 0), 0);

type Seen = Pick<ErrorGroup, 'count' | 'first_seen' | 'last_seen' | 'sample_ids'>;

/** Null where none of the paths failed in the window. */
function seenIn(service: string, paths: readonly OfPath[]): Seen | null {
  const count = paths.reduce((sum, { now }) => sum + now.doc_count, 0);
  if (count === 0) return null;
  const first = paths.flatMap(({ now }) => now.first.value ?? []);
  const last = paths.flatMap(({ now }) => now.last.value ?? []);
  const ids = new Set(paths.flatMap(({ now }) => now.samples.hits.hits.map(({ _id }) => _id)));
  return {
    count,
    first_seen: new Date(Math.min(...first)).toISOString(),
    last_seen: new Date(Math.max(...last)).toISOString(),
    sample_ids: [...ids].slice(0, SAMPLES_MAX).flatMap((id) => logIdOf(service, id) ?? []),
  };
}
