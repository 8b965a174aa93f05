import { z } from 'zod';
import type { LogMap } from '../../../contracts/elasticsearch.ts';
import type { Telemetry as Figures } from '../../../contracts/telemetry.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Window } from '../../../pipeline/ports.ts';
import type { SearchAnswer } from '../../stores/elasticsearch/elastic.ts';
import { Count, ordinaryRate, Parts, parsed, requestsOf, Status } from './answers.ts';
import type { LogFields } from './fields.ts';
import { logIdOf } from './log-ids.ts';
import type { LogSearch } from './logs.ts';
import { all, countsOf, failed, ofService, partsBefore, within } from './queries.ts';

const SAMPLES_MAX = 5;
const TOP_MAX = 10;
const STATUSES_MAX = 10;
/** More than are shown: paths that differ in their query only are counted together here. */
const PATHS_MAX = 40;
const PATH_CHARS = 500;
/** So many lines that are usual and missing are no chance: their coming at all has stopped. */
const MISSED_MIN = 20;

export type FiguresQuestion = { service: string; map: LogMap; window: Window; baselineS: number };

/** Everything about one service and window in one search: lines of the window, of the stretch before it, and samples. */
export function figuresSearch({ service, map, window, baselineS }: FiguresQuestion, fields: LogFields): LogSearch {
  const before = partsBefore(window, baselineS);
  const whole = { from: before[0]?.from ?? window.from, to: window.to };
  const inWindow = within(window, fields);
  return {
    query: all(...ofService(map, fields), within(whole, fields)),
    // The hits alone are narrowed to failed lines of the window; the counts see every line of the query.
    post_filter: all(inWindow, failed(fields)),
    size: SAMPLES_MAX,
    _source: false,
    track_total_hits: false,
    sort: [{ [fields.at]: 'desc' }, { [fields.path]: 'asc' }],
    // The same copies of the shards, so that what they hold in common is told in the same order.
    preference: service,
    aggs: {
      window: {
        filter: inWindow,
        aggs: {
          failed: {
            filter: failed(fields),
            aggs: {
              statuses: {
                terms: { field: fields.status, size: STATUSES_MAX },
                aggs: { paths: { terms: { field: fields.path, size: PATHS_MAX } } },
              },
            },
          },
        },
      },
      before: countsOf(before, fields),
    },
  };
}

const Paths = z.object({ buckets: z.array(Count.extend({ key: z.string() })) });
const Statuses = z.object({ buckets: z.array(Count.extend({ key: Status, paths: Paths })) });
const Answer = z.object({
  window: Count.extend({ failed: Count.extend({ statuses: Statuses }) }),
  before: Parts,
});
type Counted = z.infer<typeof Answer>;

/**
 * The answer as figures. Null where the map fits no line at all, in the window or before it: such a map measures
 * nothing. No line in the window is zero requests, unless the service is so busy that its lines must have stopped.
 */
export function figuresOf({ service, window, baselineS }: FiguresQuestion, answer: SearchAnswer): Figures | null {
  const counted = parsed(Answer, answer.aggregations, 'figures');
  const requests = counted.window.doc_count;
  const windowS = (Date.parse(window.to) - Date.parse(window.from)) / 1_000;
  const earlier = requestsOf(counted.before.buckets);
  if (requests + earlier === 0) return null;
  if (requests === 0) refuseSilence(service, (earlier * windowS) / baselineS);
  const errors = counted.window.failed.doc_count;
  return {
    window_s: windowS,
    requests,
    errors,
    error_rate: requests === 0 ? 0 : errors / requests,
    baseline: ordinaryRate(counted.before.buckets),
    top_errors: topErrors(counted),
    sample_ids: [...new Set(answer.hits.flatMap(({ id }) => logIdOf(service, id) ?? []))],
  };
}

function refuseSilence(service: string, usual: number): void {
  if (usual < MISSED_MIN) return;
  const lines = Math.round(usual);
  throw new GovernorError(
    'telemetry_silent',
    `no log line of \`${service}\` in this window, where about ${lines} are usual: they are late, or have stopped`,
  );
}

function topErrors({ window }: Counted): Figures['top_errors'] {
  const counts = new Map<string, Figures['top_errors'][number]>();
  for (const { key: status, paths } of window.failed.statuses.buckets)
    for (const { key, doc_count } of paths.buckets) {
      const path = pathOf(key);
      const name = `${status} ${path}`;
      counts.set(name, { status, path, count: (counts.get(name)?.count ?? 0) + doc_count });
    }
  const byCount = [...counts.values()].sort((one, other) => other.count - one.count || one.path.localeCompare(other.path));
  return byCount.slice(0, TOP_MAX);
}

/** Without its query, which is another one with every request and may hold what nobody should read. */
export const pathOf = (request: string): string => (request.split(/[?#]/, 1)[0] ?? '').slice(0, PATH_CHARS);
