import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText } from '../../pipeline/excerpt.ts';
import { isPlain, readable } from '../../pipeline/readable.ts';
import { simpleWords, simpleWordsOfToken, words } from '../../pipeline/words.ts';
import { oneLine, prose, visible } from '../../views/text.ts';

// Most texts are plain ASCII and take a short way. One character that nobody sees sends the same text the long way, and
// both have to end alike.
const UNSEEN = '\u200b';
const plain = fc.string({
  unit: fc.constantFrom(...Array.from({ length: 95 }, (_one, at) => String.fromCharCode(32 + at)), '\n', '\n', ' ', '_', '-'),
  maxLength: 200,
});

test.each<[string, (text: string) => unknown, (text: string) => unknown]>([
  ['readable', readable, readable],
  ['compared with a quote', plainText, plainText],
  ['shown with its line ends', prose, prose],
  ['shown in one line', oneLine, oneLine],
  ['read as words', words, words],
  ['read as words of a token', simpleWordsOfToken, simpleWords],
])('a plain text is %s as it would be the long way', (_claim, short, long) => {
  const isAlike = fc.property(plain, (text) => {
    expect(short(text)).toEqual(long(`${text}${UNSEEN}`));
  });
  fc.assert(isAlike, { numRuns: 500 });
});

test('a plain text is made visible as it would be the long way', () => {
  const isAlike = fc.property(plain, (text) => {
    expect(`${visible(text)}\\u{200b}`).toBe(visible(`${text}${UNSEEN}`));
  });
  fc.assert(isAlike);
});

test.each(['\t', '\r', '\u0000', '\u007f', '\u00a0', UNSEEN, 'é', '\ud800'])('%j is not plain', (character) => {
  expect(isPlain(`a${character}b`)).toBe(false);
});
