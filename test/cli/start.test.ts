import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { aFolder, governor, looksCrashed, spawnGovernor } from './governor.ts';

const READY_MS_MAX = 5_000;
const STOP_MS_MAX = 3_000;

/** Starts it as a user does and gives the child once it has printed its first line. */
async function started(home: string, args: string[] = ['start']) {
  const beganAt = performance.now();
  const child = spawnGovernor(args, { env: { GOVERNOR_HOME: home, PORT: '0' } });
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { child, line: String(line), readyMs: performance.now() - beganAt };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.each(['SIGTERM', 'SIGINT'] as const)(
  'it is ready within five seconds, prints the address and nothing else, and %s ends it cleanly',
  async (signal) => {
    const { child, line, readyMs } = await started(aFolder());
    const rest = text(child.stdout);
    const address = /^(http:\/\/127\.0\.0\.1:\d+)\/\n$/.exec(line)?.[1];
    expect(address, line).toBeDefined();
    expect(readyMs).toBeLessThan(READY_MS_MAX);
    const page = await fetch(`${address}/`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect((await fetch(`${address}/readyz`)).status).toBe(200);

    const stopAt = performance.now();
    const ended = once(child, 'exit');
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
    expect(performance.now() - stopAt).toBeLessThan(STOP_MS_MAX);
    expect(await rest).toBe('');
    await expect(fetch(`${address}/`)).rejects.toThrow();
    expect(isAlive(child.pid ?? 0)).toBe(false);
  },
);

test('a log that nobody reads any more does not end a governor that is running', async () => {
  const { child, line } = await started(aFolder());
  child.stderr.destroy();
  child.stdout.destroy();
  const url = line.trim();
  await fetch(new URL('/_control/command', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'oncall', channel: 'incidents', text: '/incident billing-batch low workers slow' }),
  });
  expect((await fetch(new URL('/readyz', url))).status).toBe(200);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('the sandbox alone prints its address and the five values that an app needs', async () => {
  const { child, line } = await started(aFolder(), ['sandbox']);
  const [url, ...values] = line.trimEnd().split('\n');
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(values.map((value) => value.split('=')[0]).sort()).toEqual([
    'SANDBOX_URL',
    'SLACK_API_URL',
    'SLACK_APP_TOKEN',
    'SLACK_BOT_TOKEN',
    'SLACK_SIGNING_SECRET',
  ]);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

describe('a start is refused with file, key and reason, and nothing is left running', () => {
  const refused = async (env: Record<string, string>) => {
    const answer = await governor(['start'], { env: { GOVERNOR_HOME: join(aFolder(), 'home'), PORT: '0', ...env } });
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(looksCrashed(answer), answer.err).toBe(false);
    return answer.err;
  };
  const fileOf = (content: unknown): string => {
    const file = join(aFolder(), 'given.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const configured = (config: unknown) => refused({ GOVERNOR_CONFIG: fileOf(config) });

  test.each<[string, unknown, RegExp]>([
    ['an unknown key', { hold_window: 3 }, /given\.json: hold_window: no such key; did you mean `hold_window_s`\?/],
    ['text that is no JSON', '{hold_window_s: 3}', /given\.json: is not JSON: .*line 1 column 2/],
    [
      'a catalogue that is not there',
      { paths: { catalogue: '/nowhere/catalogue.json' } },
      /\/nowhere\/catalogue\.json: does not exist/,
    ],
    [
      'policies that are not there',
      { paths: { policies: '/nowhere/policies.json' } },
      /\/nowhere\/policies\.json: does not exist/,
    ],
    [
      'recorded answers that are not there',
      { planner: { use: 'recorded', recorded: '/nowhere/answers.json' } },
      /\/nowhere\/answers\.json: does not exist/,
    ],
  ])('%s', async (_claim, config, told) => {
    expect(await configured(config)).toMatch(told);
  });

  test('a broken catalogue', async () => {
    const told = await configured({ paths: { catalogue: fileOf({ actions: [{ id: 'restart' }] }) } });
    expect(told).toMatch(/the catalogue is refused, nothing was started:\n.*given\.json: actions\[0\]/);
  });

  test('broken policies and broken answers of the recorded planner', async () => {
    expect(await configured({ paths: { policies: fileOf({ policies: [{ id: 'p' }] }) } })).toMatch(/given\.json: policies\[0\]/);
    expect(await configured({ planner: { use: 'recorded', recorded: fileOf({ answers: [{}] }) } })).toMatch(
      /given\.json: answers\[0\]/,
    );
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'a bot token alone',
      { SLACK_BOT_TOKEN: 'xoxb-1' },
      /environment: SLACK_APP_TOKEN: is missing while SLACK_BOT_TOKEN is given/,
    ],
    [
      'an app token alone',
      { SLACK_APP_TOKEN: 'xapp-1' },
      /environment: SLACK_BOT_TOKEN: is missing while SLACK_APP_TOKEN is given/,
    ],
    [
      'a config that is named and not there',
      { GOVERNOR_CONFIG: '/nowhere/c.json' },
      /\/nowhere\/c\.json: GOVERNOR_CONFIG: does not exist/,
    ],
  ])('%s', async (_claim, env, told) => {
    expect(await refused(env)).toMatch(told);
  });

  test('a home that cannot be written', async () => {
    const folder = aFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(await refused({ GOVERNOR_HOME: join(folder, 'file', 'home') })).toMatch(/file\/home.*\n.*GOVERNOR_HOME/);
    mkdirSync(join(folder, 'governor.db'), { recursive: true });
    expect(await refused({ GOVERNOR_HOME: folder })).toMatch(/governor\.db.*\n.*GOVERNOR_HOME/);
  });

  test('a port that somebody else has', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    expect(await refused({ PORT: port })).toContain(`environment: PORT: \`127.0.0.1:${port}\` is in use already`);
    other.close();
  });
});
