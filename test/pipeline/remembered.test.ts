import { expect, test } from 'vitest';
import { remembered } from '../../pipeline/remembered.ts';

test('a short text is read once, and what came of it is given again', () => {
  let reads = 0;
  const length = remembered((text): { chars: number } => {
    reads += 1;
    return { chars: text.length };
  });
  expect(length('a claim')).toBe(length('a claim'));
  expect(length('a claim')).toEqual({ chars: 7 });
  expect(reads).toBe(1);
});

test('a long text is read anew each time, and given the same', () => {
  let reads = 0;
  const upper = remembered((text) => {
    reads += 1;
    return text.toUpperCase();
  });
  const long = 'x'.repeat(1_001);
  expect(upper(long)).toBe(upper(long));
  expect(reads).toBe(2);
});

test('old texts make room: no number of texts grows the memory without end', () => {
  const seen: string[] = [];
  const kept = remembered((text) => {
    seen.push(text);
    return text;
  });
  for (let at = 0; at <= 4_000; at += 1) kept(`text ${at}`);
  kept('text 4000');
  expect(seen).toHaveLength(4_001);
  kept('text 0');
  expect(seen).toHaveLength(4_002);
});
