import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rison } from '../../src/links/rison.ts';
import { unrison } from './unrison.ts';

test.each<[unknown, string]>([
  [true, '!t'],
  [false, '!f'],
  [null, '!n'],
  [0, '0'],
  [-1.5, '-1.5'],
  [1e30, '1e30'],
  [1e-7, '1e-7'],
  [Number.NaN, '!n'],
  ['', "''"],
  ['now', 'now'],
  ['now-15m', 'now-15m'],
  ['15m', "'15m'"],
  ['-1', "'-1'"],
  ['2026-03-01T10:00:00.000Z', "'2026-03-01T10:00:00.000Z'"],
  ["it's", "'it!'s'"],
  ['!n', "'!!n'"],
  ['@timestamp', "'%40timestamp'"],
  ['/v1/charges', "'/v1/charges'"],
  [[], '!()'],
  [{}, '()'],
  [[1, ['a']], '!(1,!(a))'],
  [{ a: undefined, b: { c: 'd e' } }, "(b:(c:'d%20e'))"],
])('%j is written as %s', (value, text) => {
  expect(rison(value)).toBe(text);
});

const wellFormed = fc.string({ unit: 'grapheme' });
/** Numbers in rison have no minus zero, and `__proto__` is no key of a plain object. */
const json = fc.jsonValue({ stringUnit: 'grapheme' }).map((value) => JSON.parse(JSON.stringify(value)));

test('what is written is read back as it was', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(unrison(decodeURIComponent(rison(value)))).toEqual(value);
    }),
  );
});

test('no text can end its place in the address, be it well-formed or not', () => {
  const any = fc.oneof(
    wellFormed,
    fc.string({ unit: 'binary' }),
    fc.constantFrom("'),x:(y:'", '&_a=(', '#', '<!here>', 'a|b', '\ud800'),
  );
  fc.assert(
    fc.property(any, any, (key, text) => {
      const written = rison({ [key]: text, after: 'it' });
      expect(written).toMatch(/^[\w\-.~!*'(),:/%]*$/);
      expect(unrison(decodeURIComponent(written))).toEqual({ [key.toWellFormed()]: text.toWellFormed(), after: 'it' });
    }),
  );
});
