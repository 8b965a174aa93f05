import { expect, it } from 'vitest';
import { editDistance, nearest } from '../../src/config/nearest.ts';

it.each<[string, string, number]>([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'abcd', 1],
  ['abcd', 'abc', 1],
  ['abc', 'axc', 1],
  ['abc', 'acb', 1],
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
])('from `%s` to `%s` it takes %i edits', (one, other, edits) => {
  expect(editDistance(one, other)).toBe(edits);
  expect(editDistance(other, one)).toBe(edits);
});

const KNOWN = ['approvers', 'services', 'cooldown_s', 'hold_window_s'];
it.each<[string, string | undefined]>([
  ['approver', 'approvers'],
  ['aprovers', 'approvers'],
  ['COOLDOWN_S', 'cooldown_s'],
  ['cooldown', 'cooldown_s'],
  ['holdwindow', 'hold_window_s'],
  ['completely_else', undefined],
  ['x'.repeat(10_000), undefined],
])('`%s` was most likely meant to be `%s`', (word, meant) => {
  expect(nearest(word, KNOWN)).toBe(meant);
});
