import { type App, App as BoltApp, HTTPReceiver, LogLevel } from '@slack/bolt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { z } from 'zod';
import { eventually, type Hosted, hostSandbox, type RunningApp, startBolt } from './host.ts';

let hosted: Hosted;
let running: RunningApp | undefined;
const sockets: WebSocket[] = [];
beforeEach(async () => {
  hosted = await hostSandbox({ retryDelaysMs: [0, 10, 20], ackLimitMs: 400 });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await running?.stop();
  running = undefined;
  await hosted.close();
});

const Frame = z.looseObject({
  type: z.string(),
  envelope_id: z.string().optional(),
  retry_attempt: z.number().optional(),
  retry_reason: z.string().optional(),
  reason: z.string().optional(),
  payload: z.looseObject({ event_id: z.string().optional(), command: z.string().optional() }).optional(),
});
type Frame = z.infer<typeof Frame>;
type Line = { socket: WebSocket; frames: Frame[]; ack(frame: Frame): void };

/** A bare Socket Mode line that acknowledges nothing by itself. */
async function openLine(): Promise<Line> {
  const appToken = hosted.sandbox.environment().SLACK_APP_TOKEN;
  const opened = await hosted.call('POST', '/api/apps.connections.open', {}, { authorization: `Bearer ${appToken}` });
  const socket = new WebSocket(String(opened.body.url));
  sockets.push(socket);
  const frames: Frame[] = [];
  socket.on('message', (bytes) => frames.push(Frame.parse(JSON.parse(String(bytes)))));
  await eventually(
    () => frames,
    (seen) => seen.length > 0,
  );
  return { socket, frames, ack: ({ envelope_id }) => socket.send(JSON.stringify({ envelope_id })) };
}
const events = (line: Line): Frame[] => line.frames.filter(({ type }) => type === 'events_api');

test('an event that is not acknowledged is redelivered three times, each time with its number', async () => {
  const line = await openLine();
  await hosted.act('message', { user: 'oncall', text: 'hello' });
  const seen = await eventually(
    () => events(line),
    (frames) => frames.length === 4,
  );
  expect(seen.map(({ retry_attempt }) => retry_attempt)).toEqual([0, 1, 2, 3]);
  expect(seen.map(({ retry_reason }) => retry_reason)).toEqual(['', 'timeout', 'timeout', 'timeout']);
  expect(new Set(seen.map(({ payload }) => payload?.event_id)).size).toBe(1);
  expect(new Set(seen.map(({ envelope_id }) => envelope_id)).size).toBe(4);
  await eventually(
    () => hosted.look('idle'),
    ({ idle }) => idle === true,
  );
});

test('an acknowledged event comes once', async () => {
  const line = await openLine();
  await hosted.act('message', { user: 'oncall', text: 'hello' });
  const [event] = await eventually(
    () => events(line),
    (frames) => frames.length === 1,
  );
  line.ack(event!);
  await eventually(
    () => hosted.look('idle'),
    ({ idle }) => idle === true,
  );
  expect(events(line)).toHaveLength(1);
});

test('an event whose connection drops goes to the next one as a retry', async () => {
  const line = await openLine();
  await hosted.act('message', { user: 'oncall', text: 'hello' });
  await eventually(
    () => events(line),
    (frames) => frames.length === 1,
  );
  const other = await openLine();
  line.socket.terminate();
  const [again] = await eventually(
    () => events(other),
    (frames) => frames.length >= 1,
  );
  expect(again?.retry_attempt).toBe(1);
});

test('events wait for a connection when nobody is there', async () => {
  await hosted.act('message', { user: 'oncall', text: 'said while the app was away' });
  expect((await hosted.look('idle')).idle).toBe(false);
  const line = await openLine();
  const [event] = await eventually(
    () => events(line),
    (frames) => frames.length === 1,
  );
  expect(event?.retry_attempt).toBe(0);
});

test('each envelope goes to exactly one connection, in turn', async () => {
  const lines = [await openLine(), await openLine()];
  for (const line of lines)
    line.socket.on('message', () => line.frames.filter(({ envelope_id }) => envelope_id).forEach(line.ack));
  for (let count = 0; count < 10; count += 1) await hosted.act('command', { user: 'oncall', text: `/incident ${count}` });
  const counts = lines.map(({ frames }) => frames.filter(({ type }) => type === 'slash_commands').length);
  expect(counts).toEqual([5, 5]);
});

test('the eleventh connection is told that there are too many', async () => {
  for (let count = 0; count < 10; count += 1) await openLine();
  expect((await openLine()).frames[0]).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
  expect((await hosted.look('workspace')).connections).toBe(10);
});

test('a connection ticket is good for one connection', async () => {
  const appToken = hosted.sandbox.environment().SLACK_APP_TOKEN;
  const opened = await hosted.call('POST', '/api/apps.connections.open', {}, { authorization: `Bearer ${appToken}` });
  const attempt = (): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(String(opened.body.url));
      sockets.push(socket);
      socket.on('open', () => resolve('open')).on('error', () => resolve('refused'));
    });
  expect([await attempt(), await attempt()]).toEqual(['open', 'refused']);
});

test('a duplicated envelope is delivered twice, and the person sees one answer', async () => {
  let runs = 0;
  running = await startBolt(hosted, (app) =>
    app.command('/incident', async ({ ack }) => {
      runs += 1;
      await ack();
    }),
  );
  await hosted.act('fault', { target: 'slack', kind: 'duplicate' });
  expect(await hosted.act('command', { user: 'oncall', text: '/incident a' })).toMatchObject({ ok: true });
  await hosted.act('command', { user: 'oncall', text: '/incident b' });
  expect(runs).toBe(3);
});

test('after a disconnect the app comes back and works on', async () => {
  running = await startBolt(hosted, (app) => app.command('/incident', async ({ ack }) => ack()));
  await hosted.act('fault', { target: 'slack', kind: 'disconnect', reason: 'refresh_requested' });
  expect(await hosted.act('command', { user: 'oncall', text: '/incident a' })).toMatchObject({
    ok: false,
    error: 'dispatch_failed',
  });
  await eventually(
    () => hosted.look('workspace'),
    ({ connections }) => connections === 1,
  );
  expect(await hosted.act('command', { user: 'oncall', text: '/incident b' })).toMatchObject({ ok: true });
});

test('a line that is cut with a command on it fails the command at once', async () => {
  const line = await openLine();
  const answer = hosted.act('command', { user: 'oncall', text: '/incident a' });
  await eventually(
    () => line.frames,
    (frames) => frames.some(({ type }) => type === 'slash_commands'),
  );
  line.socket.terminate();
  expect(await answer).toMatchObject({ ok: false, error: 'dispatch_failed' });
});

test.each<[string, object, string]>([
  ['lost before it is sent', { kind: 'drop_before' }, 'dispatch_failed'],
  ['swallowed', { kind: 'hang' }, 'operation_timeout'],
  ['later than the clock', { kind: 'delay', ms: 700 }, 'operation_timeout'],
  ['acknowledged on a line that breaks', { kind: 'applied_answer_lost' }, 'dispatch_failed'],
])('a command that is %s fails for the person', async (_claim, fault, error) => {
  running = await startBolt(hosted, (app) => app.command('/incident', async ({ ack }) => ack()));
  await hosted.act('fault', { target: 'slack', method: 'connection', ...fault });
  expect(await hosted.act('command', { user: 'oncall', text: '/incident a' })).toMatchObject({ ok: false, error });
});

test('a rate limit makes the real client wait and try again, and the post is made once', async () => {
  running = await startBolt(hosted, () => undefined);
  await hosted.act('fault', { target: 'slack', method: 'chat.postMessage', kind: '429', ms: 1000 });
  const startMs = performance.now();
  const posted = await running.app.client.chat.postMessage({ channel: 'incidents', text: 'once' });
  expect(posted.ok).toBe(true);
  expect(performance.now() - startMs).toBeGreaterThan(900);
  expect(await hosted.messages()).toHaveLength(1);
  const calls = (await hosted.list('calls')).filter(({ method }) => method === 'chat.postMessage');
  expect(calls).toMatchObject([
    { ok: false, error: 'fault: 429' },
    { ok: true, body: { channel: 'incidents', text: 'once' } },
  ]);
});

test.each<[string, number]>([
  ['500', 1],
  ['drop_before', 1],
  ['applied_answer_lost', 2],
])('under the fault %s a client that tries again leaves %i messages', async (kind, messages) => {
  running = await startBolt(hosted, () => undefined);
  await hosted.act('fault', { target: 'slack', method: 'chat.postMessage', kind });
  await running.app.client.chat.postMessage({ channel: 'incidents', text: 'a' });
  expect(await hosted.messages()).toHaveLength(messages);
});

test('a named error is answered as Slack answers it', async () => {
  await hosted.act('fault', { target: 'slack', method: 'chat.update', kind: 'error:edit_window_closed', times: 2 });
  expect((await hosted.api('chat.update', {})).error).toBe('edit_window_closed');
  expect((await hosted.api('chat.postMessage', { channel: 'incidents', text: 'a' })).ok).toBe(true);
  expect((await hosted.look('faults')).faults).toMatchObject([{ kind: 'error:edit_window_closed', left: 1 }]);
});

async function startHttpApp(register: (app: App) => void): Promise<string> {
  const {
    SLACK_BOT_TOKEN: token,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: slackApiUrl,
  } = hosted.sandbox.environment();
  const receiver = new HTTPReceiver({ signingSecret, logLevel: LogLevel.ERROR });
  const app = new BoltApp({
    token,
    receiver,
    clientOptions: { slackApiUrl },
    logLevel: LogLevel.ERROR,
    deferInitialization: true,
  });
  register(app);
  await app.init();
  const server = await receiver.start({ port: 0, host: '127.0.0.1' });
  running = { app, stop: () => receiver.stop().then(() => undefined) };
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/slack/events`;
}

test('over signed HTTP the same commands, clicks and events reach a real receiver', async () => {
  const heard: unknown[] = [];
  const requestUrl = await startHttpApp((app) => {
    app.command('/incident', async ({ ack, command }) => {
      await ack(`noted ${command.text}`);
    });
    app.action('approve', async ({ ack, action }) => {
      await ack();
      heard.push(Reflect.get(action, 'value'));
    });
    app.event('message', async ({ event }) => void heard.push(Reflect.get(event, 'text')));
  });
  expect(await hosted.act('transport', { mode: 'http', request_url: requestUrl })).toEqual({ ok: true, mode: 'http' });
  expect(await hosted.act('command', { user: 'oncall', text: '/incident a' })).toMatchObject({ ok: true });
  expect(await hosted.messages('user=oncall')).toMatchObject([{ text: 'noted a', ephemeral_to: 'oncall' }]);
  const post = await hosted.act('message', { user: 'lead', text: 'hello' });
  await hosted.act('click', { user: 'oncall', ts: post.ts, action_id: 'approve', value: 'v' });
  await eventually(
    () => heard,
    (seen) => seen.length === 2,
  );
  expect(heard.sort()).toEqual(['hello', 'v']);
});

test('a request URL that does not give the challenge back is refused', async () => {
  const answer = await hosted.call('POST', '/_control/transport', { mode: 'http', request_url: `${hosted.url}/healthz` });
  expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining('challenge') } });
  expect((await hosted.look('workspace')).transport).toBe('socket');
});
