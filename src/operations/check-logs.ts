import { z } from 'zod';
import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import { type Finding, good, tip } from './finding.ts';

const CHECK = 'telemetry';
const Found = z.object({ newest: z.object({ value: z.number().nullable() }), recent: z.object({ doc_count: z.int() }) });

export type LogsSeen = { newestMs: number | null; recent: number };

/** The newest line that lies not in the future, and how many the last window of telemetry holds. */
export async function lookAtLogs(elastic: Elastic, index: string, windowS: number): Promise<LogsSeen> {
  const { aggregations } = await elastic.search('the newest log lines', {
    index,
    size: 0,
    track_total_hits: false,
    query: { range: { '@timestamp': { lte: 'now' } } },
    aggs: {
      newest: { max: { field: '@timestamp' } },
      recent: { filter: { range: { '@timestamp': { gte: `now-${Math.ceil(windowS)}s` } } } },
    },
  });
  const { newest, recent } = Found.parse(aggregations);
  return { newestMs: newest.value, recent: recent.doc_count };
}

/** Logs that are there and too old tell nothing of a service: every plan for it waits for a person. */
export function judgeLogs(index: string, { newestMs, recent }: LogsSeen, windowS: number): Finding {
  if (newestMs === null) return tip(CHECK, `${index} holds no line`, FILL);
  const newest = new Date(newestMs).toISOString();
  return recent > 0
    ? good(CHECK, `${recent} lines in the last ${windowS} s of ${index}`)
    : tip(CHECK, `the newest line of ${index} is of ${newest}, none is of the last ${windowS} s`, FILL);
}

/** Without a map no log line belongs to any service; without another source telemetry is then unknown, which blocks. */
export const judgeServices = (count: number): Finding =>
  count > 0
    ? good('log map', count === 1 ? '1 service' : `${count} services`)
    : tip(
        'log map',
        'no service is told by its log lines, so the access logs are not read and tell nothing to any plan',
        'name hosts, paths or extensions for each service under elasticsearch.services in governor.config.json',
      );

const FILL =
  'check that your logs arrive there, or name their index as elasticsearch.indices.logs; samples: governor load --logs';
