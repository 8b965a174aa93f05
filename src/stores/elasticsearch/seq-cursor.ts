/** A number that nobody wrote under for so long will not come any more. */
const GAP_MS_MAX = 10_000;
/** More gaps than this are no stragglers; the oldest are given up. */
const GAPS_MAX = 50;

/** Numbers from `from` to `to`, both included, of which none has appeared. */
type Gap = { from: number; to: number; sinceMs: number };

export type SeqCursor = {
  /** The ranges in which something new may appear. */
  ranges(): { gte: number; lte?: number }[];
  /** Takes numbers that appeared; tells of each whether it is new. */
  take(seqNos: readonly number[], nowMs: number): boolean[];
};

/**
 * Follows numbers that are given out in order and become visible nearly in order. One that is passed over stays looked
 * for until its time is over.
 */
export function createSeqCursor(top = -1): SeqCursor {
  let last = top;
  let gaps: Gap[] = [];

  const takeFromGap = (seqNo: number): boolean => {
    const gap = gaps.find(({ from, to }) => from <= seqNo && seqNo <= to);
    if (gap === undefined) return false;
    const parts = [
      { ...gap, to: seqNo - 1 },
      { ...gap, from: seqNo + 1 },
    ];
    gaps = [...gaps.filter((one) => one !== gap), ...parts.filter(({ from, to }) => from <= to)];
    return true;
  };

  const takeOne = (seqNo: number, nowMs: number): boolean => {
    if (seqNo <= last) return takeFromGap(seqNo);
    if (seqNo > last + 1) gaps.push({ from: last + 1, to: seqNo - 1, sinceMs: nowMs });
    last = seqNo;
    return true;
  };

  return {
    ranges: () => [{ gte: last + 1 }, ...gaps.map(({ from, to }) => ({ gte: from, lte: to }))],
    take(seqNos, nowMs) {
      const fresh = seqNos.map((seqNo) => takeOne(seqNo, nowMs));
      gaps = gaps.filter(({ sinceMs }) => nowMs - sinceMs < GAP_MS_MAX).slice(-GAPS_MAX);
      return fresh;
    },
  };
}
