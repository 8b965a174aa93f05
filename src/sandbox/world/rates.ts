/** A share of requests, 0..1; null where the service is silent, which is no rate at all. */
export type ErrorRate = number | null;
/** A recorded change: from `fromMs` on the error rate is `errorRate`, whatever was recorded before. */
export type RateChange = { fromMs: number; errorRate: ErrorRate };
/** The error rate holds from `fromMs` until the next segment. */
export type Segment = { fromMs: number; errorRate: ErrorRate };

/** Folds the recorded changes, in the order they were recorded, into one rate for every moment; a back-dated change overrides what it covers. */
export function rateSegments(changes: readonly RateChange[]): Segment[] {
  const segments: Segment[] = [];
  for (const { fromMs, errorRate } of changes) {
    while ((segments.at(-1)?.fromMs ?? Number.NEGATIVE_INFINITY) >= fromMs) segments.pop();
    segments.push({ fromMs, errorRate });
  }
  return segments;
}

export function rateAt(segments: readonly Segment[], atMs: number): ErrorRate {
  const segment = segments.findLast(({ fromMs }) => fromMs <= atMs);
  return segment === undefined ? 0 : segment.errorRate;
}
