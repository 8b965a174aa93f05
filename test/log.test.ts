import { spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { GovernorError } from '../pipeline/errors.ts';
import { createKnownSecrets, formsOf } from '../src/log/known-secrets.ts';
import { createLog, routeWarnings } from '../src/log.ts';

const SECRET = 'k9/Q+zz-Secret_42';

function logging({ production = true, logLevel = 'debug' as const, secrets = [SECRET] as readonly string[] } = {}) {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const hide = createKnownSecrets(secrets);
  const log = createLog({ production, logLevel, secrets }, { stream, hide, now: () => Date.parse('2026-11-22T10:00:00.123Z') });
  return { log, lines, hide, all: () => lines.join('') };
}

describe('a line of the log', () => {
  it('is one JSON object in production', () => {
    const { log, all } = logging();
    log.warn('the store is slow', { case_id: 'c-1', took_ms: 12 });
    expect(JSON.parse(all())).toEqual({
      at: '2026-11-22T10:00:00.123Z',
      level: 'warn',
      message: 'the store is slow',
      case_id: 'c-1',
      took_ms: 12,
    });
  });

  it('is readable elsewhere', () => {
    const { log, all } = logging({ production: false });
    log.info('case opened', { case_id: 'c-1', summary: 'two words' });
    expect(all()).toBe('10:00:00.123 info  case opened case_id=c-1 summary="two words"\n');
  });

  it('stays one line, without terminal codes, whatever a text holds', () => {
    const { log, all } = logging({ production: false });
    log.info('said', { text: 'one\n10:00:00.000 error forged\r\u001b[2J\u2028end', list: ['a\nb'] });
    for (const char of ['\n', '\r', '\u001b', '\u2028']) expect(all().trimEnd()).not.toContain(char);
  });

  it('cannot have its time, level or message taken by a field', () => {
    const { log, all } = logging();
    log.info('true', { level: 'error', message: 'forged', at: 'never' });
    expect(JSON.parse(all())).toMatchObject({ level: 'info', message: 'true', level_: 'error', message_: 'forged' });
  });

  it('carries the fields of its log and of the one call', () => {
    const { log, all } = logging();
    log.child({ case_id: 'c-1' }).child({ step: 'plan' }).error('failed', { attempt: 2 });
    expect(JSON.parse(all())).toMatchObject({ case_id: 'c-1', step: 'plan', attempt: 2 });
  });

  it('tells a fault with its code and its causes', () => {
    const { log, all } = logging();
    log.error('step failed', { fault: new GovernorError('store_refuses', 'no append', { cause: new Error('disk full') }) });
    expect(JSON.parse(all()).fault).toMatchObject({
      code: 'store_refuses',
      message: 'no append',
      cause: { message: 'disk full' },
    });
  });

  it('holds whatever is given to it: circles, big numbers, dates, bytes, endless depth', () => {
    const { log, all } = logging();
    const circle: Record<string, unknown> = { name: 'c' };
    circle.self = circle;
    let deep: unknown = 'end';
    for (let at = 0; at < 100; at += 1) deep = { deep };
    log.info('odd', {
      circle,
      big: 10n,
      nan: Number.NaN,
      date: new Date(Number.NaN),
      bytes: new Uint8Array(9),
      deep,
      map: new Map([['a', 1]]),
      long: 'x'.repeat(100_000),
    });
    const line = JSON.parse(all());
    expect(line).toMatchObject({ big: '10', nan: 'NaN', date: 'an invalid date', bytes: '<9 bytes>', map: { a: 1 } });
    expect(all().length).toBeLessThan(20_000);
  });

  it('is not written below the level', () => {
    const { log, lines } = logging({ logLevel: 'warn' as never });
    log.info('quiet');
    log.warn('loud');
    expect(lines).toHaveLength(1);
  });
});

describe('a secret of this installation', () => {
  const bytes = (prefix: string) => Buffer.from(`${prefix}${SECRET} and more`);
  it.each<[string, string]>([
    ['as it is', `Bearer ${SECRET}`],
    ['in an address', `https://x/?k=${encodeURIComponent(SECRET)}`],
    [
      'in an address, in small letters',
      encodeURIComponent(SECRET).toLowerCase().replaceAll('secret', 'Secret').replace('q', 'Q'),
    ],
    ['in hex', bytes('').toString('hex')],
    ['in capital hex', bytes('').toString('hex').toUpperCase()],
    ['in base64, at the start', bytes('').toString('base64')],
    ['in base64, one byte in', bytes('u').toString('base64')],
    ['in base64, two bytes in', bytes('u:').toString('base64')],
    ['in base64 for addresses', bytes('u:').toString('base64url')],
  ])('does not leave %s', (_how, text) => {
    const { log, all, hide } = logging();
    const redacted = hide.redact(text);
    expect(formsOf(SECRET).filter((form) => redacted.includes(form))).toEqual([]);
    expect(redacted).toContain('[redacted]');
    log.error(text, { text, fault: new Error(text), list: [{ deep: text }], [text]: 1 });
    expect(formsOf(SECRET).filter((form) => all().includes(form))).toEqual([]);
  });

  it('is hidden too when it comes to be known later', () => {
    const { log, all, hide } = logging({ secrets: [] });
    hide.add(['late-but-secret']);
    log.info('late-but-secret');
    expect(all()).not.toContain('late-but-secret');
  });

  it('is hidden by the name of its field, whatever it is', () => {
    const { log, all } = logging();
    log.info('asked', { headers: { authorization: 'plain words' }, api_key: 'plain words', token_count: 3 });
    expect(JSON.parse(all())).toMatchObject({ headers: { authorization: '[redacted]' }, api_key: '[redacted]', token_count: 3 });
  });

  it('of nobody in particular is hidden by its form', () => {
    const { log, all } = logging({ secrets: [] });
    log.info('token xoxb-123456789012-123456789012-AbCdEfGhIjKlMnOpQrStUvWx');
    expect(all()).not.toContain('AbCdEfGh');
  });

  it('that is empty or a syllable blots out nothing', () => {
    const { log, all } = logging({ secrets: ['', 'a', 'in'] });
    log.info('a pain in the neck');
    expect(JSON.parse(all()).message).toBe('a pain in the neck');
  });

  it('with signs that mean something in expressions is taken literally', () => {
    const { hide } = logging({ secrets: ['a.*(b|c)$[d]'] });
    expect(hide.redact('x a.*(b|c)$[d] axxb')).toBe('x [redacted] axxb');
  });

  it('is found where characters that nobody sees have split it, and such characters stay where they split none', () => {
    const { hide } = logging({ secrets: ['correct horse battery'] });
    expect(hide.hideKnown('x correct ho\u200brse\u00ad battery y')).toBe('x [redacted] y');
    expect(hide.hideKnown('x correct ho\u200brse y')).toBe('x correct ho\u200brse y');
  });
});

describe('warnings of Node', () => {
  it('go into the log in place of being printed, and back again', () => {
    const { log, all } = logging();
    const node = new EventEmitter();
    const printed: unknown[] = [];
    const onWarning = (warning: unknown) => void printed.push(warning);
    node.on('warning', onWarning);
    const restore = routeWarnings(log, node);
    node.emit('warning', new Error('careful'));
    expect(printed).toEqual([]);
    expect(JSON.parse(all())).toMatchObject({ level: 'warn', warning: { message: 'careful' } });
    restore();
    node.emit('warning', new Error('again'));
    expect(printed).toHaveLength(1);
  });

  it('about running TypeScript as it is are dropped', () => {
    const { log, lines } = logging();
    const node = new EventEmitter();
    routeWarnings(log, node);
    node.emit('warning', Object.assign(new Error('Type Stripping is an experimental feature'), { name: 'ExperimentalWarning' }));
    expect(lines).toEqual([]);
  });
});

it('writes to the error stream and leaves the output stream to others', () => {
  const script = `
    import { createLog, routeWarnings } from './src/log.ts';
    const log = createLog({ production: true, logLevel: 'info', secrets: [] });
    routeWarnings(log);
    log.info('hello');
    process.emitWarning('careful');`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(child.stdout).toBe('');
  const lines = child.stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ message }) => message)).toEqual(['hello', 'node warns']);
});
