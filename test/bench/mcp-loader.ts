import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { quantile } from './figures.ts';
import type { LoadResult } from './load-job.ts';
import { McpJob } from './mcp-job.ts';

// The calling process: it sends prebuilt bytes over open connections and looks only for a good answer, so that the server
// and not the client is what is measured.

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

function requestOf({ port, token, era, tool, input }: McpJob): Buffer {
  const params = { name: tool, arguments: input, ...(era === 'modern' ? { _meta: META } : {}) };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const versions = {
    legacy: ['mcp-protocol-version: 2025-11-25'],
    modern: ['mcp-protocol-version: 2026-07-28', 'mcp-method: tools/call', `mcp-name: ${tool}`],
  };
  const head = [
    'POST /mcp HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    'accept: application/json, text/event-stream',
    `content-length: ${Buffer.byteLength(body)}`,
    ...versions[era],
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** A keep-alive connection with one request outstanding; resolves with what came back, empty where the line broke. */
function createLine(port: number): { socket: Socket; send: (request: Buffer) => Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  let text = '';
  let answered: (text: string) => void = () => undefined;
  socket.on('data', (chunk) => {
    text += String(chunk);
    if (!isWhole(text)) return;
    const whole = text;
    text = '';
    answered(whole);
  });
  socket.on('close', () => answered(''));
  socket.on('error', () => answered(''));
  const send = (request: Buffer): Promise<string> =>
    new Promise((resolve) => {
      answered = resolve;
      socket.write(request);
    });
  return { socket, send };
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /content-length: (\d+)/i.exec(text.slice(0, end));
  return length === null ? text.endsWith('0\r\n\r\n') : text.length >= end + 4 + Number(length[1]);
}

const isGood = (answer: string): boolean =>
  answer.startsWith('HTTP/1.1 200') && answer.includes('"structuredContent"') && !answer.includes('"isError":true');

async function run(job: McpJob): Promise<LoadResult> {
  const request = requestOf(job);
  const open = Array.from({ length: job.wide }, () => createLine(job.port));
  const latencies: number[] = [];
  let bad = 0;
  let left = job.total;
  const begun = performance.now();
  const work = async ({ socket, send }: ReturnType<typeof createLine>): Promise<void> => {
    for (; left > 0; ) {
      left -= 1;
      const sent = performance.now();
      const answer = await send(request);
      latencies.push(performance.now() - sent);
      if (!isGood(answer)) {
        bad += 1;
        process.stderr.write(`${job.tool} was answered ${answer.slice(0, 400)}\n`);
        left = 0;
      }
    }
    socket.destroy();
  };
  await Promise.all(open.map(work));
  const ms = performance.now() - begun;
  const [p50Us, p99Us] = [quantile(latencies, 0.5) * 1_000, quantile(latencies, 0.99) * 1_000];
  return { done: latencies.length, bad, perSecond: (latencies.length / ms) * 1_000, p50Us, p99Us };
}

process.stdout.write('ready\n');
const jobs = createInterface({ input: process.stdin });
jobs.on('line', async (line) => {
  process.stdout.write(`${JSON.stringify(await run(McpJob.parse(JSON.parse(line))))}\n`);
});
// Without the bench there is nobody to end this process.
jobs.on('close', () => process.exit(0));
