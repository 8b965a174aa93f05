import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Id } from '../../contracts/words.ts';
import { caseIdOf, tsMs, typedCaseId } from '../../pipeline/case-id.ts';

const moment = fc.integer({ min: 0, max: 4_000_000_000_000 });

test('an id is short, fits the contract, and is the same for the same moment and key', () => {
  fc.assert(
    fc.property(moment, fc.string(), (atMs, key) => {
      const id = caseIdOf(atMs, key);
      expect(id).toMatch(/^inc-[0-9a-hjkmnp-tv-z]{13}$/);
      expect(Id.safeParse(id).success).toBe(true);
      expect(caseIdOf(atMs, key)).toBe(id);
    }),
  );
});

test('ids of later moments sort behind those of earlier ones', () => {
  fc.assert(
    fc.property(moment, moment, fc.string(), fc.string(), (a, b, x, y) => a === b || caseIdOf(a, x) < caseIdOf(b, y) === a < b),
  );
});

test('two messages of one millisecond differ in all but one of a million cases', () => {
  const ids = new Set(Array.from({ length: 1_000 }, (_unused, index) => caseIdOf(1_700_000_000_000, `message:C1:${index}`)));
  expect(ids.size).toBeGreaterThan(995);
});

test.each([
  ['INC-1MBOLI2BV03BM', 'inc-1mb0112bv03bm'],
  ['inc-1m81b7bv03bms', 'inc-1m81b7bv03bms'],
  ['Inc-002', 'Inc-002'],
  ['case-OIL', 'case-OIL'],
])('%s is read as %s: only ids of our own form are put right', (typed, id) => {
  expect(typedCaseId(typed)).toBe(id);
});

test.each([
  ['1700000000.000100', 1_700_000_000_000],
  ['1700000000.5', 1_700_000_000_500],
  ['1700000000', null],
  ['now', null],
  ['-1.0', null],
])('the time of message %s is %s', (ts, ms) => {
  expect(tsMs(ts)).toBe(ms);
});
