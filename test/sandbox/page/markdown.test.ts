import { expect, test } from 'vitest';
import { parseMarkdown } from '../../../src/sandbox/page/client/text/markdown.ts';
import { hiddenHost, safeUrl } from '../../../src/sandbox/page/client/text/safe-url.ts';

const text = (value: string) => ({ kind: 'text', text: value });
const paragraph = (...children: object[]) => ({ kind: 'paragraph', children });

test.each([
  [
    'a heading',
    '## Why *now*',
    [{ kind: 'heading', level: 2, children: [text('Why '), { kind: 'italic', children: [text('now')] }] }],
  ],
  ['bold', 'a **b** c', [paragraph(text('a '), { kind: 'bold', children: [text('b')] }, text(' c'))]],
  ['italic with underscores', '_b_', [paragraph({ kind: 'italic', children: [text('b')] })]],
  ['strike', '~~b~~', [paragraph({ kind: 'strike', children: [text('b')] })]],
  ['code', '`a **b**`', [paragraph({ kind: 'code', children: [text('a **b**')] })]],
  ['a name with underscores', 'a_b_c', [paragraph(text('a_b_c'))]],
  ['a list', '- a\n- b', [{ kind: 'list', ordered: false, start: 1, items: [[text('a')], [text('b')]] }]],
  ['a numbered list', '3. a\n4. b', [{ kind: 'list', ordered: true, start: 3, items: [[text('a')], [text('b')]] }]],
  ['a fence', '```sh\nrm **x**\n```', [{ kind: 'pre', children: [text('rm **x**')] }]],
  ['a quote', '> a\n> b', [{ kind: 'quote', children: [text('a'), { kind: 'break' }, text('b')] }]],
  ['a rule', 'a\n\n---', [paragraph(text('a')), { kind: 'rule' }]],
  [
    'a table',
    '| a | b |\n|---|---|\n| 1 | 2 |',
    [
      {
        kind: 'table',
        rows: [
          [[text('a')], [text('b')]],
          [[text('1')], [text('2')]],
        ],
      },
    ],
  ],
  ['a link', '[log](https://a.example/x)', [paragraph({ kind: 'link', url: 'https://a.example/x', label: 'log' })]],
  [
    'an image as a link',
    '![log](https://a.example/x.png)',
    [paragraph({ kind: 'link', url: 'https://a.example/x.png', label: 'log' })],
  ],
  ['an escaped mark', '\\*a\\*', [paragraph(text('*a*'))]],
])('%s is read', (_claim, raw, expected) => {
  expect(parseMarkdown(raw)).toEqual(expected);
});

test.each([
  ['a script link', '[ok](javascript:alert(1))'],
  ['a data link', '[ok](data:text/html,x)'],
  ['markup', '<img src=x onerror=alert(1)>'],
  ['a broadcast', '<!channel>'],
  ['a mention', '<@U00ONCALL>'],
])('%s stays text in Markdown', (_claim, raw) => {
  expect(parseMarkdown(raw)).toEqual([paragraph(text(raw))]);
});

test.each([
  ['stars', '*a '.repeat(4_000)],
  ['brackets', '['.repeat(12_000)],
  ['ticks', '`a'.repeat(6_000)],
  ['nested', '**_'.repeat(4_000)],
  ['bars', '|-'.repeat(6_000)],
])('hostile Markdown of 12,000 characters is read in bounded time: %s', (_claim, raw) => {
  const before = performance.now();
  parseMarkdown(raw);
  expect(performance.now() - before).toBeLessThan(1_000);
});

test.each([
  ['https://a.example', true],
  ['HTTP://a.example', true],
  ['mailto:a@b.example', true],
  ['javascript:alert(1)', false],
  [' https://a.example', false],
  ['data:text/html,x', false],
  ['https://', false],
  ['//a.example', false],
])('an address %s may be linked: %s', (address, linked) => {
  expect(safeUrl(address) !== undefined).toBe(linked);
});

test.each([
  ['https://evil.example/x', 'https://bank.example', 'evil.example'],
  ['https://evil.example/x', 'bank.example/login', 'evil.example'],
  ['https://bank.example/x', 'bank.example', undefined],
  ['https://evil.example/x', 'the log', undefined],
])('a link to %s labelled %s gives away %s', (url, label, host) => {
  expect(hiddenHost(url, label)).toBe(host);
});
