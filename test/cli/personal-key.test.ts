import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aKeyHolder } from '../fixtures/personal.ts';
import { aFolder, governor, looksCrashed, onHome } from './governor.ts';

const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();
const MODE = 0o777;

describe('governor key new', () => {
  test('makes a key that only its owner reads, and prints its public half with the line for the config', async () => {
    const file = join(aFolder(), 'my.key');
    const { code, out, err } = await governor(['key', 'new', file, '--user', 'U0000LEAD', '--name', 'laptop']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(statSync(file).mode & MODE).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const [, publicKey = ''] = /^public key {2}(\S{43}=)$/m.exec(out) ?? [];
    expect(Buffer.from(publicKey, 'base64')).toHaveLength(32);
    const line = out.split('\n').find((one) => one.trimStart().startsWith('{')) ?? '';
    expect(JSON.parse(line)).toEqual({ name: 'laptop', user: 'U0000LEAD', public_key: publicKey });
    expect(out).toContain('approvers[].keys');
    expect(out).not.toContain('PRIVATE');

    expect(await governor(['key', 'show', file])).toEqual({ code: 0, out: `${publicKey}\n`, err: '' });
    const shown = await governor(['key', 'show', file, '--json']);
    expect(JSON.parse(shown.out)).toEqual({ file, public_key: publicKey });
  });

  test('says it in JSON, names a key after its machine, and leaves to fill in whose it is', async () => {
    const file = join(aFolder(), 'my.key');
    const made = JSON.parse((await governor(['key', 'new', file, '--json'])).out);
    expect(made).toEqual({ file, public_key: expect.any(String), listing: expect.any(Object) });
    expect(made.listing).toEqual({
      name: expect.stringMatching(/.+@.+/),
      user: 'YOUR-SLACK-USER-ID',
      public_key: made.public_key,
    });
  });

  test('takes the place of no file, and tells where it cannot write', async () => {
    const folder = aFolder();
    const file = join(folder, 'my.key');
    writeFileSync(file, 'something dear');
    const there = await governor(['key', 'new', file]);
    expect(there).toMatchObject({ code: 2, out: '', err: expect.stringContaining('is there already, and is left as it is') });
    expect(readFileSync(file, 'utf8')).toBe('something dear');
    const nowhere = await governor(['key', 'new', join(folder, 'none', 'my.key')]);
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('cannot be written') });
    expect([looksCrashed(there), looksCrashed(nowhere)]).toEqual([false, false]);
  });

  test.each([[['key', 'make', 'x']], [['key', 'new']], [['key']]])('%j is wrong usage', async (args) => {
    expect(await governor(args)).toMatchObject({ code: 2, out: '' });
  });
});

describe('a key file', () => {
  const holder = aKeyHolder('U0000LEAD');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ed448 = generateKeyPairSync('ed448');

  test.each<[string, string, RegExp]>([
    ['that holds an RSA key', pem(rsa.privateKey), /holds a key of the kind rsa, and a personal key is Ed25519/],
    ['that holds another curve', pem(ed448.privateKey), /of the kind ed448/],
    ['with garbage', 'not a key at all', /no private key in PEM/],
    ['that is empty', '', /no private key in PEM/],
    ['cut in the middle', pem(holder.privateKey).slice(0, 60), /no private key in PEM/],
    [
      'with a public key',
      generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString(),
      /no private key in PEM/,
    ],
    [
      'under a passphrase',
      holder.privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      /without a passphrase/,
    ],
    ['of a million characters', 'x'.repeat(1_000_000), /too large/],
  ])('%s is refused', async (_claim, text, why) => {
    const { run } = onHome();
    const file = join(aFolder(), 'my.key');
    writeFileSync(file, text, { mode: 0o600 });
    for (const args of [
      ['key', 'show', file],
      ['resume', '--key', file],
      ['approve', 'inc-1', '--yes', '--key', file],
      ['runbooks', 'accept', 'learned:inc-1', '--key', file],
    ]) {
      const answer = await run(...args);
      expect(answer).toMatchObject({ code: 2, out: '' });
      expect(answer.err).toMatch(why);
      expect(looksCrashed(answer)).toBe(false);
    }
  });

  test.each([0o644, 0o640, 0o660, 0o604, 0o666])(
    'that others may read or change (mode %o) is refused with the command that mends it',
    async (mode) => {
      const { run } = onHome();
      const file = holder.save(join(aFolder(), 'my.key'));
      chmodSync(file, mode);
      const { code, err } = await run('resume', '--key', file);
      expect(code).toBe(2);
      expect(err).toContain(`chmod 600 ${file}`);
      chmodSync(file, 0o400);
      expect((await run('key', 'show', file)).code).toBe(0);
    },
  );

  test('that is none is told as it is: not there, or a folder', async () => {
    const { run, home } = onHome();
    expect(await run('resume', '--key', '/nowhere/my.key')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/cannot be read: ENOENT/),
    });
    const folder = join(home, 'folder');
    mkdirSync(folder, { mode: 0o700 });
    expect(await run('resume', '--key', folder)).toMatchObject({ code: 2, err: expect.stringMatching(/cannot be read/) });
  });
});

describe('wrong usage', () => {
  test.each<[string[], RegExp]>([
    [['approve', 'inc-1', '--yes'], /give --key FILE/],
    [['hold', 'inc-1'], /give --key FILE/],
    [['resume'], /give --key FILE/],
    [['runbooks', 'accept', 'learned:inc-1'], /give --key FILE/],
    [['runbooks', 'accept'], /say which runbook/],
    [['runbooks', 'list', 'x'], /`list` takes no `x`/],
    [['runbooks', 'edit', 'x'], /takes no `x`/],
    [['runbooks', 'edit'], /none of list, accept, discard, purge/],
    [['approve'], /usage: governor approve CASE \[REASON…\] --key FILE/],
    [['approve', 'inc-1', '--key', 'x'], /no terminal: give --digest with what you read, or --yes/],
    [['override', 'inc-1', '--key', 'x'], /no terminal/],
    [['approve', 'inc-1', '--digest', 'abc', '--key', 'x'], /--digest takes 12 to 64 hexadecimal digits/],
    [['approve', 'inc-1', '--digest', 'z'.repeat(12), '--key', 'x'], /hexadecimal/],
  ])('%j', async (args, told) => {
    const answer = await onHome().run(...args);
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.err).toMatch(told);
  });
});
