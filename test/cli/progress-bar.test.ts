import { PassThrough, Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { confirmed } from '../../src/cli/ask.ts';
import { drawnBar, progressOn } from '../../src/cli/progress-bar.ts';

/** A stream that keeps what is written; a terminal where asked for. */
function recorded(isTTY: boolean) {
  const written: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  return { stream: isTTY ? Object.assign(stream, { isTTY }) : stream, written };
}

describe('progress', () => {
  test.each([
    [0, 10, '░░░░   0 %'],
    [5, 10, '██░░  50 %'],
    [999, 1_000, '███░  99 %'],
    [1_000, 1_000, '████ 100 %'],
    [0, 0, '████ 100 %'],
  ])('%i of %i is drawn as it is: full only at the end', (done, total, bar) => {
    expect(drawnBar(done, total, 4)).toBe(bar);
  });

  test('elsewhere than on a terminal it is one line a stage, at the end of it', () => {
    const { stream, written } = recorded(false);
    const step = progressOn(stream, 'load')('access logs', 2_000);
    step(1_000);
    expect(written).toEqual([]);
    step(1_000);
    expect(written).toEqual(['governor load: access logs: 2,000 of 2,000\n']);
  });

  test('on a terminal a line is drawn over itself, not more often than an eye can follow, and is gone at the end', () => {
    const { stream, written } = recorded(true);
    let nowMs = 0;
    const step = progressOn(stream, 'load', () => nowMs)('access logs', 1_000);
    step(100);
    step(100);
    expect(written).toHaveLength(1);
    nowMs = 1_000;
    step(300);
    expect(written).toHaveLength(2);
    expect(stripVTControlCharacters(written[1] ?? '')).toContain('access logs  ████████████░░░░░░░░░░░░  50 %  500 of 1,000');
    for (const text of written) expect(text.startsWith('\r')).toBe(true);
    step(500);
    expect(stripVTControlCharacters(written.join('').split('\r').at(-1) ?? '')).toBe('');
    expect(written.join('')).not.toContain('\n');
  });
});

describe('asking first', () => {
  const asked = (isTTY: boolean, typed: string | null) => {
    const input = Object.assign(new PassThrough(), { isTTY });
    if (typed === null) input.end();
    else input.write(typed);
    return confirmed('All of it goes.', 'yes', { input, output: recorded(isTTY).stream });
  };

  test.each([
    ['the word', 'yes\n', true],
    ['the word with blanks', '  yes \n', true],
    ['another word', 'y\n', false],
    ['the word in other letters', 'YES\n', false],
    ['nothing', '\n', false],
    ['the end of input', null, false],
  ])('%s is taken as what it is', async (_claim, typed, expected) => {
    expect(await asked(true, typed)).toBe(expected);
  });

  test('a script cannot be asked, whatever it writes', async () => {
    await expect(asked(false, 'yes\n')).rejects.toMatchObject({ code: 'usage' });
  });
});
