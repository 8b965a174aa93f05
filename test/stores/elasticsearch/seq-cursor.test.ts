import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeqCursor } from '../../../src/stores/elasticsearch/seq-cursor.ts';

/** What a search of these ranges would find among the visible numbers. */
const visibleIn = (ranges: readonly { gte: number; lte?: number }[], visible: readonly number[]): number[] =>
  visible.filter((seqNo) => ranges.some(({ gte, lte }) => seqNo >= gte && seqNo <= (lte ?? Number.POSITIVE_INFINITY)));

describe('a cursor over numbers that become visible nearly in order', () => {
  test('takes each number once', () => {
    const cursor = createSeqCursor();
    expect(cursor.take([0, 1, 2], 0)).toEqual([true, true, true]);
    expect(cursor.take([1, 2, 3], 0)).toEqual([false, false, true]);
    expect(cursor.ranges()).toEqual([{ gte: 4 }]);
  });

  test('looks again for what it passed over, and gives it up after ten seconds', () => {
    const cursor = createSeqCursor();
    cursor.take([0, 3], 0);
    expect(cursor.ranges()).toEqual([{ gte: 4 }, { gte: 1, lte: 2 }]);
    expect(cursor.take([2], 9_000)).toEqual([true]);
    expect(cursor.ranges()).toEqual([{ gte: 4 }, { gte: 1, lte: 1 }]);
    cursor.take([], 10_000);
    expect(cursor.ranges()).toEqual([{ gte: 4 }]);
  });

  test('begins behind what was there, and not before', () => {
    const cursor = createSeqCursor(99);
    expect(cursor.take([100, 102], 0)).toEqual([true, true]);
    expect(cursor.take([101], 0)).toEqual([true]);
    expect(cursor.take([50], 0)).toEqual([false]);
  });

  test('in whatever order numbers become visible, each is found exactly once', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          Array.from({ length: 40 }, (_, at) => at),
          { minLength: 40 },
        ),
        fc.integer({ min: 1, max: 9 }),
        (order, step) => {
          const cursor = createSeqCursor();
          const found: number[] = [];
          for (let shown = step; shown < order.length + step; shown += step) {
            const visible = order.slice(0, shown).sort((a, b) => a - b);
            const hits = visibleIn(cursor.ranges(), visible);
            const isNew = cursor.take(hits, 0);
            found.push(...hits.filter((_, at) => isNew[at]));
          }
          expect(found.sort((a, b) => a - b)).toEqual(order.toSorted((a, b) => a - b));
        },
      ),
    );
  });
});
