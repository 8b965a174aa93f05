import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { NAUGHTY } from '../views/naughty.ts';
import { type Answer, governor, looksCrashed, onHome } from './governor.ts';

const COMMANDS = [
  'start',
  'sandbox',
  'cases',
  'show',
  'who',
  'load',
  'documents',
  'purge',
  'rebuild',
  'runbooks',
  'pause',
  'resume',
  'approve',
  'override',
  'reject',
  'hold',
  'release',
  'key',
  'tickets',
  'clusters',
  'decide',
  'audit',
  'bundle',
  'replay',
  'scores',
  'doctor',
  'run',
  'simulate',
  'mcp',
  'demo',
];

/** The same inside this process: what ends before anything is opened needs none of its own, and a fault would reject. */
async function inside(...args: string[]): Promise<Answer> {
  const written = { out: '', err: '' };
  const into = (name: keyof typeof written) =>
    new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const code = await runCli(args, { out: into('out'), err: into('err') });
  return { code, ...written };
}

describe('help', () => {
  test('lists every command on standard output, in lines that a terminal shows whole', async () => {
    const { code, out, err } = await governor(['help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect((await inside('--help')).out).toBe(out);
    expect(await inside()).toEqual({ code: 2, out, err: '' });
  });

  test.each(COMMANDS)('`%s --help` tells its usage and runs nothing', async (name) => {
    const { code, out, err } = await inside(name, '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`usage: governor ${name}`);
    expect(out).toContain('--json');
  });

  test('the version is the one that is installed', async () => {
    expect(await governor(['--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^governor \d+\.\d+\.\d+\n$/) });
  });
});

describe('wrong usage ends with 2, tells what would be right, and prints nothing on standard output', () => {
  test.each<[string[], RegExp]>([
    [['nonsense'], /no command `nonsense`; governor help lists all/],
    [['caess'], /did you mean `cases`\?/],
    [['constructor'], /no command `constructor`/],
    [['show'], /usage: governor show CASE/],
    [['show', 'a', 'b'], /usage: governor show CASE/],
    [['who'], /usage: governor who CASE/],
    [['cases', '--limit', '0'], /--limit takes a whole number from 1 to 1000/],
    [['cases', '--limit', 'many'], /--limit takes a whole number/],
    [['cases', '--limit'], /--limit/],
    [['cases', '--nope'], /Unknown option '--nope'\nusage: governor cases/],
    [['load'], /give --data FILE, --runbooks DIR, or both/],
    [['load', '--data', 'a.json', '--sample'], /give --data FILE or --sample; one of them/],
    [['purge'], /usage: governor purge samples\|logs\|library/],
    [['purge', 'log'], /`log` is none of samples, logs, library/],
    [['rebuild', 'all'], /usage: governor rebuild/],
    [['documents', 'take', 'ev-1'], /`take` is neither get nor delete/],
    [['decide'], /usage: governor decide FILE\.jsonl/],
    [['decide', '/nowhere/findings.jsonl'], /`\/nowhere\/findings\.jsonl` cannot be read/],
    [['simulate', '/nowhere/plan.json'], /no simulation \{incident, plan\}/],
    [['audit'], /usage: governor audit/],
    [['audit', 'repair'], /`repair` is none of verify, head, export/],
    [['audit', 'verify', '--head', '/nowhere/head.json'], /no head written by audit head/],
    [['run'], /usage: governor run/],
    [['run', 'nothing'], /no scenario `nothing`; known: .*critical/],
    [['run', '../../package'], /no scenario/],
  ])('%j', async (args, told) => {
    const answer = await inside(...args);
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.err).toMatch(told);
    expect(looksCrashed(answer)).toBe(false);
  });

  test('and so it does in a process of its own', async () => {
    expect(await governor(['cases', '--limit', '0'])).toEqual({
      code: 2,
      out: '',
      err: 'governor cases: --limit takes a whole number from 1 to 1000\n',
    });
  });
});

describe('no argument, however naughty, makes a command crash or end with anything but 0, 1 or 2', () => {
  // An argument of a process can hold neither NUL nor half a character.
  const texts = NAUGHTY.map((text) => text.replaceAll('\0', '').toWellFormed().slice(0, 20_000)).filter((text) => text !== '');
  const check = (args: readonly string[], answer: Answer): void => {
    const what = `${JSON.stringify(args).slice(0, 200)} ended with ${answer.code}: ${answer.err}`;
    expect([0, 1, 2], what).toContain(answer.code);
    expect(looksCrashed(answer), what).toBe(false);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may reach somebody's terminal
    expect(answer.err, what).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e]/);
  };

  test('as a command, an option, or a word too many', async () => {
    for (const text of texts) {
      for (const args of [[text], ['cases', text], ['load', `--${text}`], ['cases', `--limit=${text}`], ['run', text]]) {
        check(args, await inside(...args));
      }
    }
  });

  test('as an id or a file', async () => {
    const { run } = onHome();
    const shapes: ((text: string) => string[])[] = [
      (text) => ['show', text],
      (text) => ['documents', 'get', text],
      (text) => ['cases', `--before=${text}`],
      (text) => ['audit', 'verify', `--head=${text}`],
    ];
    // A process takes its time to start, so the texts are dealt out over the shapes.
    const calls = texts.filter((_, index) => index % 2 === 0).map((text, index) => shapes[index % shapes.length]?.(text) ?? []);
    for (let at = 0; at < calls.length; at += 3) {
      await Promise.all(calls.slice(at, at + 3).map(async (args) => check(args, await run(...args))));
    }
  }, 60_000);
});

describe('colour', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with this character
  const COLOUR = /\u001b\[/;

  test('is left out where nobody can see it, and where NO_COLOR asks for that', async () => {
    expect((await governor(['help'])).out).not.toMatch(COLOUR);
    expect((await governor(['help'], { env: { NO_COLOR: '1', TERM: 'xterm-256color' } })).out).not.toMatch(COLOUR);
  });

  test('changes nothing of what is said', async () => {
    const coloured = (await governor(['help'], { env: { FORCE_COLOR: '1' } })).out;
    expect(coloured).toMatch(COLOUR);
    expect(stripVTControlCharacters(coloured)).toBe((await inside('help')).out);
  });
});
