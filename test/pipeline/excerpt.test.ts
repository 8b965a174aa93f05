import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { titleOf } from '../../pipeline/document-text.ts';
import { containsQuote, EXCERPT_CHARS_MAX, excerptOf } from '../../pipeline/excerpt.ts';
import { aLogLine, anEvidence, aPolicy, aRunbook } from '../fixtures/builders.ts';

const filler = 'Nothing of note was seen that evening. '.repeat(40);

describe('a quote stands in a text', () => {
  test.each<[string, string, string, boolean]>([
    ['word for word', 'the pool was scaled', 'pool was', true],
    ['in another case', 'The Pool', 'the pool', true],
    ['over a line break', 'the\n  pool', 'the pool', true],
    ['in typographic signs', 'it’s “well” – mostly', `it's "well" - mostly`, true],
    ['not in other words', 'the pool was scaled', 'the pool is scaled', false],
    ['not where words are left out', 'the pool was scaled', 'the scaled', false],
    ['not where it is nothing', 'the pool', ' \u200b ', false],
  ])('%s', (_claim, text, quote, expected) => {
    expect(containsQuote(text, quote)).toBe(expected);
  });
});

describe('an excerpt', () => {
  test('of a short text is the text', () => {
    expect(excerptOf(' short \n', null, new Set())).toBe('short');
  });

  test('shows where most of the subject’s words stand together', () => {
    const text = `The pool. ${filler}The worker pool was scaled. ${filler}`;
    expect(excerptOf(text, null, new Set(['worker', 'pool', 'scal']))).toContain('worker pool was scaled');
  });

  test('shows the quote before anything else', () => {
    const text = `The worker pool was scaled. ${filler}It ended in tears. ${filler}`;
    expect(excerptOf(text, 'ended in tears', new Set(['worker', 'pool']))).toContain('ended in tears');
  });

  test('is marked where it was cut, bounded, and never half a letter', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 3_000 }),
        fc.option(fc.string({ maxLength: 20 }), { nil: null }),
        (text, quote) => {
          const excerpt = excerptOf(text, quote, new Set(['pool']));
          expect(excerpt.length).toBeLessThanOrEqual(EXCERPT_CHARS_MAX);
          if (text.isWellFormed()) expect(excerpt.isWellFormed()).toBe(true);
        },
      ),
    );
    const emoji = excerptOf('😀'.repeat(1_000), null, new Set());
    expect(emoji.endsWith('…')).toBe(true);
    expect(emoji).not.toContain('\ufffd');
  });
});

test.each<[string, Parameters<typeof titleOf>[0], string]>([
  ['a runbook', aRunbook(), 'Slow billing workers'],
  ['evidence, by its first words', anEvidence({ text: `${'word '.repeat(40)}\nmore` }), `${'word '.repeat(19).trim()}…`],
  ['short evidence', anEvidence({ text: 'Short.\nMore.' }), 'Short.'],
  ['a policy', aPolicy(), 'The worker pool is scaled by people only.'],
  ['a log line', aLogLine(), '503 /queue/jobs'],
])('%s has a title for people', (_claim, document, title) => {
  expect(titleOf(document)).toBe(title);
});
