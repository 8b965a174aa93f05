import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, type Hosted, hostSandbox } from '../host.ts';

type Received = { headers: IncomingHttpHeaders; body: string };
type Answer = { status: number; headers?: Record<string, string>; body?: string; afterMs?: number };

let hosted: Hosted;
let received: Received[];
let answer: (index: number) => Answer;
const server = createServer(async (req, res) => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  received.push({ headers: req.headers, body: Buffer.concat(chunks).toString() });
  const { status, headers = {}, body = '', afterMs = 0 } = answer(received.length - 1);
  setTimeout(() => res.writeHead(status, headers).end(body), afterMs);
});

beforeEach(async () => {
  received = [];
  answer = () => ({ status: 200 });
  hosted = await hostSandbox({ retryDelaysMs: [0, 5, 10], ackLimitMs: 1_000 });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/slack/events`;
  await hosted.act('transport', { mode: 'http', request_url: url, verify: false });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await hosted.close();
});

const idle = (): Promise<unknown> =>
  eventually(
    () => hosted.look('idle'),
    (seen) => seen.idle === true,
  );

test('a request carries a signature over its time and its exact body', async () => {
  await hosted.act('command', { user: 'oncall', text: '/incident a & b' });
  const { headers, body } = received[0]!;
  const base = `v0:${headers['x-slack-request-timestamp']}:${body}`;
  const secret = hosted.sandbox.environment().SLACK_SIGNING_SECRET;
  expect(headers['x-slack-signature']).toBe(`v0=${createHmac('sha256', secret).update(base).digest('hex')}`);
  expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({
    command: '/incident',
    text: 'a &amp; b',
    user_name: 'oncall',
    is_enterprise_install: 'false',
  });
});

test('an event that fails is sent again with its number and reason, until it is taken', async () => {
  answer = (index) => ({ status: index < 2 ? 500 : 200 });
  await hosted.act('message', { user: 'oncall', text: 'hello' });
  await idle();
  const retries = received.map(({ headers }) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']]);
  expect(retries).toEqual([
    [undefined, undefined],
    ['1', 'http_error'],
    ['2', 'http_error'],
  ]);
  expect(new Set(received.map(({ body }) => JSON.parse(body).event_id)).size).toBe(1);
});

test('an event that is answered too late counts as not taken', async () => {
  answer = (index) => ({ status: 200, afterMs: index === 0 ? 1_300 : 0 });
  await hosted.act('message', { user: 'oncall', text: 'hello' });
  await idle();
  expect(received.map(({ headers }) => headers['x-slack-retry-reason'])).toEqual([undefined, 'http_timeout']);
});

test('an app may ask for no more tries', async () => {
  answer = () => ({ status: 500, headers: { 'x-slack-no-retry': '1' } });
  await hosted.act('message', { user: 'oncall', text: 'hello' });
  await idle();
  expect(received).toHaveLength(1);
});

test.each<[string, Answer, object]>([
  ['late', { status: 200, afterMs: 1_300 }, { ok: false, error: 'operation_timeout' }],
  ['an error', { status: 404 }, { ok: false, error: 'dispatch_failed' }],
  ['a redirection', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, { ok: false, error: 'dispatch_failed' }],
  ['empty', { status: 200 }, { ok: true }],
])('a command whose answer is %s ends as Slack would end it', async (_claim, given, expected) => {
  answer = () => given;
  expect(await hosted.act('command', { user: 'oncall', text: '/incident a' })).toMatchObject(expected);
  expect(received).toHaveLength(1);
});

test.each([
  ['plain text', 'noted'],
  ['JSON', JSON.stringify({ text: 'noted' })],
])('an answer in %s is shown to the person', async (_claim, body) => {
  answer = () => ({ status: 200, body });
  await hosted.act('command', { user: 'oncall', text: '/incident a' });
  expect(await hosted.messages()).toMatchObject([{ text: 'noted', ephemeral_to: 'oncall' }]);
});
