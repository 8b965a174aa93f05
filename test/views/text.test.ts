import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { code, data, firstFew, line, link, mrkdwn, person, plainText, richElements, soon, when } from '../../views/line.ts';
import { cut, exact, oneLine, pieces, prose, unlinked, visible } from '../../views/text.ts';
import { NAUGHTY } from './naughty.ts';

const SECTION = 3_000;

describe('text for reading', () => {
  test.each<[string, string, string]>([
    ['a direction-turning character is taken out', 'a\u202eb\u2066c', 'abc'],
    ['zero widths and fillers are taken out', 'a\u200b\u200d\ufeff\u3164b', 'ab'],
    ['tag characters are taken out', 'a\u{e0041}\u{e0042}b', 'ab'],
    ['a control becomes a space', 'a\u0000b\u0007c\u001b[31m', 'a b c [31m'],
    ['every line end becomes the same one', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    ['empty lines do not push text out of sight', 'a\n\n\n\n\nb', 'a\n\nb'],
    ['a lone half of a character is replaced', 'a\ud800b', 'a\ufffdb'],
    ['marks are not piled up', `a${'\u0300'.repeat(20)}`, `a${'\u0300'.repeat(3)}`],
    ['letters of any script stay', 'שלום 你好 नमस्ते', 'שלום 你好 नमस्ते'],
  ])('%s', (_claim, given, expected) => {
    expect(prose(given)).toBe(expected);
  });

  test('one line has no line end', () => {
    expect(oneLine('  a\n\n APPROVE \n')).toBe('a APPROVE');
  });
});

describe('values that decide', () => {
  test.each<[unknown, string]>([
    ['prod', '"prod"'],
    ['a"b\nc', '"a\\"b\\nc"'],
    ['a\u202eb', '"a\\u{202e}b"'],
    ['a\u00a0b', '"a\\u{a0}b"'],
    [12, '12'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [['a', 1], '["a",1]'],
  ])('%j is written as %s', (given, expected) => {
    expect(exact(given)).toBe(expected);
  });

  test('an id keeps what is hidden in it in sight', () => {
    expect(visible('ev\u200b-1')).toBe('ev\\u{200b}-1');
  });
});

describe('cutting', () => {
  test('a text that fits is left alone, one that does not ends in an ellipsis within the limit', () => {
    expect([cut('abc', 3), cut('abcd', 3)]).toEqual(['abc', 'ab…']);
  });

  test('no cut halves a character, and none is longer than asked', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...NAUGHTY), fc.string({ unit: 'binary' })),
        fc.integer({ min: 1, max: 50 }),
        (text, max) => {
          const short = cut(prose(text), max);
          expect(short.length).toBeLessThanOrEqual(max);
          expect(short.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  test('pieces of a text are short enough and are the text again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.integer({ min: 4, max: 60 }), (text, max) => {
        const found = pieces(text, max);
        expect(found.join('')).toBe(text);
        expect(found.every((piece) => piece.length <= max && piece.length > 0 && piece.isWellFormed())).toBe(true);
      }),
    );
  });
});

describe('people', () => {
  test.each<[string, string]>([
    ['U00ONCALL', '<@U00ONCALL>'],
    ['W012AB', '<@W012AB>'],
    ['<@U00ONCALL>', '<@U00ONCALL>'],
    ['S0000SRES', '<!subteam^S0000SRES>'],
    ['<!subteam^S0000SRES>', '<!subteam^S0000SRES>'],
    ['U1', '`U1`'],
    ['u00oncall', '`u00oncall`'],
    ['<!channel>', '`&lt;!channel&gt;`'],
    ['<@U00ONCALL|lead>', '`&lt;@U00ONCALL|lead&gt;`'],
    ['<@U00ONCALL> <!here>', '`&lt;@U00ONCALL&gt; &lt;!here&gt;`'],
    ['U00ONCALL\n<!here>', '`U00ONCALL\\u{a}&lt;!here&gt;`'],
    ['Jane Doe', '`Jane Doe`'],
  ])('%s is written as %s', (given, expected) => {
    expect(mrkdwn([person(given)], SECTION)).toBe(expected);
  });
});

describe('links', () => {
  const shown = (url: string, hosts: string[] = []) => mrkdwn([link(url, 'T-1', hosts)], SECTION);
  test.each<[string, string]>([
    ['http://127.0.0.1:3000/t/1', '<http://127.0.0.1:3000/t/1|T-1>'],
    ['http://localhost/t?a=1&b=2', '<http://localhost/t?a=1&amp;b=2|T-1>'],
    ['http://[::1]:80/t', '<http://[::1]/t|T-1>'],
    ['https://jira.example.org/browse/T-1', '<https://jira.example.org/browse/T-1|T-1>'],
    ['https://evil.example/', '`T-1`'],
    ['https://jira.example.org.evil.example/', '`T-1`'],
    ['https://jira.example.org@evil.example/', '`T-1`'],
    ['https://someone:secret@jira.example.org/', '`T-1`'],
    ['javascript:alert(1)//localhost', '`T-1`'],
    ['data:text/html,<b>', '`T-1`'],
    ['ftp://localhost/', '`T-1`'],
    ['/t/1', '`T-1`'],
    ['http://localhost/a|b>c<!channel>', '`T-1`'],
    [`http://localhost/${'x'.repeat(600)}`, '`T-1`'],
  ])('%s is written as %s', (url, expected) => {
    expect(shown(url, ['jira.example.org'])).toBe(expected);
  });
});

describe('sentences', () => {
  test('data stands in a code span where marks are parsed, and as it is where nothing is', () => {
    const sentence = line`It said ${data('*bold* <!here> `x`', 50)} at ${when('2026-11-22T12:00:00.000Z')}`;
    expect(mrkdwn(sentence, SECTION)).toBe(
      'It said `*bold* &lt;!here&gt; ˋxˋ` at <!date^1795348800^{date_short_pretty} at {time}|2026-11-22T12:00:00.000Z>',
    );
    expect(richElements(sentence)[1]).toEqual({ type: 'text', text: '*bold* <!here> `x`' });
    expect(plainText(line`See ${data('https://evil.example a@b.c www.evil.example', 99)}`)).toBe(
      'See https[:]//evil.example a[@]b.c www[.]evil.example',
    );
    expect(unlinked('HTTPS://x WWW.y')).toBe('HTTPS[:]//x www[.]y');
  });

  test('what is no time is shown as what it is', () => {
    expect(mrkdwn([soon('never')], SECTION)).toBe('`never`');
  });

  test('a sentence too long is cut between its parts, never inside a mention', () => {
    const long = line`${data('x'.repeat(40), 40)} ${person('U00ONCALL')} ${data('y'.repeat(40), 40)}`;
    expect(mrkdwn(long, 60)).toBe(`\`${'x'.repeat(40)}\` <@U00ONCALL> …`);
    expect(mrkdwn(long, 50)).toBe(`\`${'x'.repeat(40)}\` …`);
  });

  test('the first few are named, the rest is counted', () => {
    const ids = ['a', 'b', 'c', 'd'].map((id) => code(id));
    expect(plainText(firstFew(ids, 2))).toBe('a, b and 2 more');
    expect(plainText(firstFew(ids, 4))).toBe('a, b, c, d');
  });
});
