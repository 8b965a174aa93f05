import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Fields } from '../../../src/sandbox/page/client/fields.ts';
import { createCatchUp } from '../../../src/sandbox/page/client/state/catch-up.ts';

/** A full fetch that ends when the test says so. */
function start() {
  const seen: string[] = [];
  const ends: ((complete: boolean) => void)[] = [];
  const catchUp = createCatchUp({
    everything: () => new Promise((resolve) => ends.push(resolve)),
    apply: ({ name }: Fields) => seen.push(String(name)),
    onComplete: () => seen.push('complete'),
  });
  const end = async (index: number, complete: boolean): Promise<void> => {
    ends[index]?.(complete);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { catchUp, seen, ends, end };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a change is applied at once while nothing is fetched', () => {
  const { catchUp, seen } = start();
  catchUp.offer([{ name: 'a' }]);
  expect(seen).toEqual(['a']);
});

test('changes that come during a fetch are applied after it, in their order', async () => {
  const { catchUp, seen, end } = start();
  void catchUp.start();
  catchUp.offer([{ name: 'a' }, { name: 'b' }]);
  expect(seen).toEqual([]);
  await end(0, true);
  expect(seen).toEqual(['a', 'b', 'complete']);
});

test('only the latest of two fetches says that the page is in step, and no change is lost between them', async () => {
  const { catchUp, seen, end } = start();
  void catchUp.start();
  catchUp.offer([{ name: 'a' }]);
  void catchUp.start();
  await end(0, true);
  expect(seen).toEqual([]);
  await end(1, true);
  expect(seen).toEqual(['a', 'complete']);
});

test('a fetch that failed is tried again', async () => {
  const { catchUp, seen, ends, end } = start();
  void catchUp.start();
  await end(0, false);
  expect(seen).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ends).toHaveLength(2);
  await end(1, true);
  expect(seen).toEqual(['complete']);
});

test('an abandoned fetch says nothing and is not tried again', async () => {
  const { catchUp, seen, ends, end } = start();
  void catchUp.start();
  catchUp.abandon();
  await end(0, false);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(seen).toEqual([]);
  expect(ends).toHaveLength(1);
});
