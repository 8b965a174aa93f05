import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHttpConnection, createSocketConnection } from '../../src/chat/connection.ts';
import { createSlackLog } from '../../src/chat/slack-log.ts';
import { silentLog } from '../outward/silent-log.ts';
import { eventually, type Hosted, hostSandbox } from '../sandbox/host.ts';

describe('with a real Socket Mode client', () => {
  let hosted: Hosted;
  let app: App;
  let connection: ReturnType<typeof createSocketConnection>;

  beforeEach(async () => {
    hosted = await hostSandbox();
    const { SLACK_APP_TOKEN: appToken, SLACK_BOT_TOKEN: token, SLACK_API_URL: slackApiUrl } = hosted.sandbox.environment();
    const logger = createSlackLog(silentLog);
    const receiver = new SocketModeReceiver({
      appToken,
      logger,
      clientPingTimeout: 300,
      installerOptions: { clientOptions: { slackApiUrl } },
    });
    connection = createSocketConnection({ client: receiver.client, clock: { now: Date.now } });
    app = new App({
      token,
      receiver,
      clientOptions: { slackApiUrl },
      logger,
      logLevel: LogLevel.ERROR,
      deferInitialization: true,
    });
    await app.init();
  });
  afterEach(async () => {
    await app.stop().catch(() => undefined);
    await hosted.close();
  });

  test('it is connected from the hello on, and not before', async () => {
    expect(connection.state()).toMatchObject({ connected: false, epoch: 0 });
    await app.start();
    expect(connection.state()).toMatchObject({ connected: true, epoch: 1 });
  });

  test('a lost line is seen, and the next one is a new epoch with a time of its own', async () => {
    await app.start();
    const first = connection.state();
    const seen: boolean[] = [];
    connection.onChange(({ connected }) => seen.push(connected));
    await hosted.act('fault', { target: 'slack', kind: 'disconnect' });
    await eventually(connection.state, (state) => state.epoch === 2 && state.connected, 8_000);
    expect(seen).toEqual([false, true]);
    expect(connection.state().sinceMs).toBeGreaterThan(first.sinceMs);
  });

  test('after a stop it is not connected', async () => {
    await app.start();
    await app.stop();
    expect(connection.state().connected).toBe(false);
  });
});

describe('the lifecycle, event by event', () => {
  const follow = () => {
    const listeners = new Map<string, () => void>();
    let nowMs = 1_000;
    const connection = createSocketConnection({
      client: { on: (event, listener) => listeners.set(event, listener) },
      clock: { now: () => nowMs },
    });
    const tell = (event: string, atMs: number) => {
      nowMs = atMs;
      listeners.get(event)?.();
      return connection.state();
    };
    return { connection, tell };
  };

  test('the time of a loss is the first sign of it', () => {
    const { tell } = follow();
    tell('connected', 2_000);
    expect(tell('close', 3_000)).toEqual({ connected: false, sinceMs: 3_000, epoch: 1 });
    expect(tell('disconnected', 4_000)).toEqual({ connected: false, sinceMs: 3_000, epoch: 1 });
  });

  test('a hello without a loss before it is a new line all the same', () => {
    const { tell } = follow();
    tell('connected', 2_000);
    expect(tell('connected', 5_000)).toEqual({ connected: true, sinceMs: 5_000, epoch: 2 });
  });

  test('who no longer listens is no longer told', () => {
    const { connection, tell } = follow();
    let told = 0;
    const stop = connection.onChange(() => {
      told += 1;
    });
    tell('connected', 2_000);
    stop();
    tell('close', 3_000);
    expect(told).toBe(1);
  });
});

test('signed HTTP counts as connected from its start', () => {
  const connection = createHttpConnection({ clock: { now: () => 7_000 } });
  expect(connection.state()).toEqual({ connected: true, sinceMs: 7_000, epoch: 1 });
});
