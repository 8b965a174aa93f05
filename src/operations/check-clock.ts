import { z } from 'zod';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Elastic } from '../stores/elasticsearch/elastic.ts';
import { bad, type Finding, good } from './finding.ts';

const CHECK = 'clock';
const Buckets = z.object({ now: z.object({ buckets: z.tuple([z.object({ from: z.number() })]) }) });

/**
 * How far this machine's clock is from the cluster's, in milliseconds; positive where the cluster is ahead. Asked as a
 * range that begins `now`: whoever may read an index may ask that, while a node's own figures need the right to monitor.
 */
export async function clockOffset(elastic: Elastic, index: string, field: string, now: () => number) {
  const beforeMs = now();
  const { aggregations } = await elastic.search('what time it is', {
    index,
    size: 0,
    track_total_hits: false,
    request_cache: false,
    aggs: { now: { date_range: { field, ranges: [{ from: 'now' }] } } },
  });
  const afterMs = now();
  const answer = Buckets.safeParse(aggregations);
  if (!answer.success) throw new GovernorError('store_fault', 'Elasticsearch told no time', { cause: answer.error });
  const nodeMs = answer.data.now.buckets[0].from;
  // The time was taken somewhere between question and answer; what lies inside of that is no difference.
  if (nodeMs > afterMs) return nodeMs - afterMs;
  return nodeMs < beforeMs ? nodeMs - beforeMs : 0;
}

/** Judges the offset against the skew that the config allows; replicas that are all near the cluster are near each other. */
export function judgeClock(offsetMs: number, skewMsMax: number): Finding {
  const seconds = Math.abs(offsetMs) / 1_000;
  if (Math.abs(offsetMs) <= skewMsMax)
    return good(CHECK, offsetMs === 0 ? 'as the cluster’s' : `${seconds.toFixed(2)} s from the cluster’s`);
  const side = offsetMs > 0 ? 'behind' : 'ahead of';
  return bad(
    CHECK,
    `${seconds.toFixed(2)} s ${side} the cluster’s; clock_skew_s allows ${skewMsMax / 1_000}`,
    'keep the clocks of this machine and of the cluster in step (NTP): late orders and leases are told by them',
  );
}
