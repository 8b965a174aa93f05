import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../pipeline/canonical.ts';

describe('canonical JSON', () => {
  test.each<[string, unknown, string]>([
    [
      'keys come in the order of their UTF-16 units',
      { b: 1, a: 2, B: 3, '10': 4, '9': 5, é: 6, '': 7 },
      '{"":7,"10":4,"9":5,"B":3,"a":2,"b":1,"é":6}',
    ],
    [
      'many keys are ordered like few',
      Object.fromEntries('qwertyuiopasdfghjklzxcvbnm'.split('').map((key) => [key, 0])),
      `{${'abcdefghijklmnopqrstuvwxyz'
        .split('')
        .map((key) => `"${key}":0`)
        .join(',')}}`,
    ],
    ['what is undefined is left out', { a: undefined, b: null }, '{"b":null}'],
    ['in a list what is undefined, or a hole, is null', Object.assign(new Array(3), { 0: undefined, 2: 1 }), '[null,null,1]'],
    ['numbers are as ECMAScript writes them', [1e21, 1e-7, 0.1, -0, 100], '[1e+21,1e-7,0.1,0,100]'],
    ['strings are escaped like JSON, half a character too', ['"\\\n\u0000\ud800é😀'], '["\\"\\\\\\n\\u0000\\ud800é😀"]'],
    ['nesting is kept', { a: [{ c: [], b: {} }] }, '{"a":[{"b":{},"c":[]}]}'],
    ['a key that names the prototype is a key', JSON.parse('{"__proto__":1,"constructor":2}'), '{"__proto__":1,"constructor":2}'],
    ['an object without a prototype is an object', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  ])('%s', (_claim, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['a function', { a: () => 1 }],
    ['a symbol', [Symbol('x')]],
    ['a big integer', { a: 1n }],
    ['nothing at all', undefined],
    ['a date', { at: new Date(0) }],
    ['a map', new Map([['a', 1]])],
    ['a set', [new Set([1])]],
    ['bytes', new Uint8Array(2)],
  ])('%s is refused, never written as something else', (_what, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  test('says the same of a value whatever order it was made in', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, item]) => [key, shuffled(item)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      }),
    );
  });

  test('is JSON of the value itself', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
