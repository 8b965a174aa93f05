import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { type HttpLine, isOk, openHttpLine, requestBytes } from './http-line.ts';
import { LoadJob, type LoadResult, resultOf, type Sample } from './load-job.ts';

// The loading process: Slack's side of both transports. It answers the Web API calls an app makes while it starts, and
// sends what it is asked to send over prebuilt bytes, so that the app and not the load is what is measured.

const sockets = new Map<string, WebSocket>();

const server = createServer((req, res) => {
  const answer = apiAnswer(req);
  req.resume();
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify(answer));
});

/** The path begins with the app's name, so that each app's line is known. */
function apiAnswer({ url = '' }: IncomingMessage): object {
  const [, app = '', , method = ''] = url.split(/[/?]/);
  if (method === 'apps.connections.open') return { ok: true, url: `ws://127.0.0.1:${portOf()}/${app}` };
  if (method === 'auth.test')
    return { ok: true, bot_id: 'BBENCH', user_id: 'UBENCH', team_id: 'T0HOME', url: 'http://127.0.0.1/' };
  if (method === 'users.info')
    return { ok: true, user: { id: 'U0REPORTER', team_id: 'T0HOME', name: 'reporter', is_bot: false, deleted: false } };
  return { ok: true, ts: `${Date.now() / 1_000}`, channel: 'C0INCIDENTS' };
}

function portOf(): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const lines = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on('upgrade', (req, socket, head) =>
  lines.handleUpgrade(req, socket, head, (line) => {
    sockets.set((req.url ?? '').split('/')[1] ?? '', line);
    line.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A0BENCH' } }));
  }),
);

const textsOf = ({ texts, from, total }: LoadJob): string[] =>
  Array.from({ length: total }, (_one, at) => (texts[at % texts.length] ?? '').replaceAll('@N@', String(from + at)));

function requestOf(job: Extract<LoadJob, { over: 'http' }>, body: string): Buffer {
  const at = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', job.secret).update(`v0:${at}:${body}`).digest('hex');
  const head = [
    'POST /slack/events HTTP/1.1',
    `host: 127.0.0.1:${job.port}`,
    'content-type: application/x-www-form-urlencoded',
    `x-slack-request-timestamp: ${at}`,
    `x-slack-signature: v0=${signature}`,
  ];
  return requestBytes(head, body);
}

async function overHttp(job: Extract<LoadJob, { over: 'http' }>): Promise<LoadResult> {
  const requests = textsOf(job).map((body) => requestOf(job, body));
  const sample: Sample = { latencies: [], bad: 0 };
  const open = Array.from({ length: Math.min(job.wide, job.total) }, () => openHttpLine(job.port));
  let next = 0;
  const begun = performance.now();
  const dueMs = (at: number): number => (job.perSecond === null ? 0 : begun + (at / job.perSecond) * 1_000);
  const work = async ({ send, end }: HttpLine): Promise<void> => {
    for (let at = next; at < requests.length; at = next) {
      next += 1;
      const waitMs = dueMs(at) - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const request = requests[at];
      if (request === undefined) break;
      const sent = performance.now();
      if (!isOk(await send(request))) sample.bad += 1;
      sample.latencies.push(performance.now() - sent);
    }
    end();
  };
  await Promise.all(open.map(work));
  return resultOf(sample, performance.now() - begun);
}

const Ack = z.object({ envelope_id: z.string() });

async function overSocket(job: Extract<LoadJob, { over: 'socket' }>): Promise<LoadResult> {
  const line = sockets.get(job.app);
  if (line === undefined) throw new Error(`the app ${job.app} has opened no line`);
  const messages = textsOf(job).map((payload, at) => ({
    id: `e-${job.from + at}`,
    text: `{"envelope_id":"e-${job.from + at}","type":"slash_commands","accepts_response_payload":true,"payload":${payload}}`,
  }));
  const sample: Sample = { latencies: [], bad: 0 };
  const sent = new Map<string, number>();
  let next = 0;
  const sendNext = (): void => {
    const message = messages[next];
    if (message === undefined) return;
    next += 1;
    sent.set(message.id, performance.now());
    line.send(message.text);
  };
  const begun = performance.now();
  await new Promise<void>((resolve) => {
    line.removeAllListeners('message');
    line.on('message', (text) => {
      const at = sent.get(Ack.parse(JSON.parse(String(text))).envelope_id);
      if (at === undefined) sample.bad += 1;
      else sample.latencies.push(performance.now() - at);
      if (sample.latencies.length === messages.length) resolve();
      else sendNext();
    });
    for (let one = 0; one < job.wide; one += 1) sendNext();
  });
  return resultOf(sample, performance.now() - begun);
}

server.listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify({ port: portOf() })}\n`));
const jobs = createInterface({ input: process.stdin });
jobs.on('line', async (line) => {
  const job = LoadJob.parse(JSON.parse(line));
  const result = job.over === 'http' ? await overHttp(job) : await overSocket(job);
  process.stdout.write(`${JSON.stringify(result)}\n`);
});
// Without the bench there is nobody to end this process.
jobs.on('close', () => process.exit(0));
