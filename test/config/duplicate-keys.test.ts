import fc from 'fast-check';
import { expect, it } from 'vitest';
import { duplicateKeys } from '../../src/config/duplicate-keys.ts';

it.each<[string, string, string[]]>([
  ['no key twice', '{"a": 1, "b": {"a": 2}, "c": [{"a": 1}, {"a": 2}]}', []],
  ['one twice', '{"a": 1, "b": 2, "a": 3}', ['a']],
  ['one twice deep inside', '{"x": [{"y": {"a": 1, "a": 2}}]}', ['a']],
  ['one twice around a nested object', '{"a": {"a": 1}, "a": 2}', ['a']],
  ['a value that looks like a key', '{"a": "a", "b": "a\\": 1, \\"a"}', []],
  ['the same key in other letters', '{"a": 1, "\\u0061": 2}', ['a']],
  ['a key with a colon', '{"a:b": 1, "a": ":"}', []],
  ['no object at all', '["a", "a", 1, null]', []],
])('finds %s', (_what, json, duplicates) => {
  expect(duplicateKeys(json)).toEqual(duplicates);
});

it('finds none in whatever a serializer writes', () => {
  fc.assert(fc.property(fc.json(), (json) => duplicateKeys(JSON.stringify(JSON.parse(json))).length === 0));
});
