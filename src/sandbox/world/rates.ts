/** A recorded change: from `fromMs` on the error rate is `errorRate`, whatever was recorded before. */
export type RateChange = { fromMs: number; errorRate: number };
/** The error rate holds from `fromMs` until the next segment. */
export type Segment = { fromMs: number; errorRate: number };

/** Folds the recorded changes, in the order they were recorded, into one rate for every moment; a back-dated change overrides what it covers. */
export function rateSegments(changes: readonly RateChange[]): Segment[] {
  const segments: Segment[] = [];
  for (const { fromMs, errorRate } of changes) {
    while ((segments.at(-1)?.fromMs ?? Number.NEGATIVE_INFINITY) >= fromMs) segments.pop();
    segments.push({ fromMs, errorRate });
  }
  return segments;
}

export function rateAt(segments: readonly Segment[], atMs: number): number {
  return segments.findLast(({ fromMs }) => fromMs <= atMs)?.errorRate ?? 0;
}
