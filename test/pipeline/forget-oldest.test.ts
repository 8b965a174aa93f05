import { expect, test } from 'vitest';
import { forgetOldest } from '../../pipeline/forget-oldest.ts';

test('nothing is forgotten up to the bound, and beyond it the oldest eighth', () => {
  const kept = new Map(Array.from({ length: 16 }, (_one, at) => [at, `value ${at}`]));
  forgetOldest(kept, 16);
  expect(kept.size).toBe(16);
  kept.set(16, 'the newest');
  forgetOldest(kept, 16);
  expect([...kept.keys()]).toEqual(Array.from({ length: 15 }, (_one, at) => at + 2));
});

test('what was put in anew is the youngest, in a set as well', () => {
  const kept = new Set(['a', 'b', 'c']);
  kept.delete('a');
  kept.add('a');
  forgetOldest(kept, 2);
  expect([...kept]).toEqual(['c', 'a']);
});
