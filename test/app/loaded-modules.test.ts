import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const LAUNCHER = fileURLToPath(new URL('../../governor.mjs', import.meta.url));
const PRELOAD = new URL('../fixtures/loaded-packages.mjs', import.meta.url).href;
const START_MS_MAX = 15_000;

/** Just enough of Slack for an app to start: it says who the bot is. */
const slack = createServer((req, res) => {
  req.resume();
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify({ ok: true, url: 'http://127.0.0.1/', team_id: 'T0HOME', user_id: 'UBOT', bot_id: 'BBOT' }));
});
const folder = mkdtempSync(join(tmpdir(), 'governor-loaded-'));

beforeAll(() => new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  slack.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the governor, over a real Slack's API where `connected`, and gives the packages loaded until it is ready. */
async function packagesAtStart(connected: boolean): Promise<string[]> {
  const { port } = z.object({ port: z.int() }).parse(slack.address());
  const tokens = {
    SLACK_BOT_TOKEN: 'xoxb-loaded',
    SLACK_SIGNING_SECRET: 'loaded-signing-secret',
    SLACK_API_URL: `http://127.0.0.1:${port}/api/`,
  };
  const { SLACK_BOT_TOKEN: _none, ...rest } = process.env;
  const env = { ...rest, ...(connected ? tokens : {}), GOVERNOR_HOME: join(folder, String(connected)), PORT: '0' };
  const child = spawn(process.execPath, ['--import', PRELOAD, LAUNCHER, 'start'], {
    env,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk) => {
    told += String(chunk);
  });
  const gone = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    gone.then(() => reject(new Error(`the governor ended before it was ready:\n${told}`)), reject);
    setTimeout(() => reject(new Error(`the governor was not ready in time:\n${told}`)), START_MS_MAX).unref();
  });
  await ready;
  const atReady = [...new Set([...told.matchAll(/^loaded (.+)$/gm)].map(([, name = '']) => name))].sort();
  child.kill('SIGTERM');
  await gone;
  return atReady;
}

/** Needed only by installations that name them; together they would more than double the start and half as much memory again. */
const NEVER_AT_START = /^(?:jira\.js|@elastic\/.+|@modelcontextprotocol\/.+|ai|@ai-sdk\/.+)$/;

describe('what a start loads', () => {
  test('a start over Slack loads no package of an integration that is not configured, nor the sandbox’s', async () => {
    const loaded = await packagesAtStart(true);
    expect(loaded).toContain('@slack/bolt');
    expect(loaded.filter((name) => NEVER_AT_START.test(name))).toEqual([]);
    expect(loaded.filter((name) => ['preact', 'yaml', 'ws', 'node-cron'].includes(name))).toEqual([]);
  });

  test('nor does a start with the sandbox inside', async () => {
    const loaded = await packagesAtStart(false);
    expect(loaded).toContain('@slack/bolt');
    expect(loaded.filter((name) => NEVER_AT_START.test(name))).toEqual([]);
  });
});
