import { createInterface } from 'node:readline';
import { type HttpLine, isOk, openHttpLine, requestBytes } from './http-line.ts';
import { type LoadResult, resultOf } from './load-job.ts';
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
    ...versions[era],
  ];
  return requestBytes(head, body);
}

const isGood = (answer: string): boolean =>
  isOk(answer) && answer.includes('"structuredContent"') && !answer.includes('"isError":true');

async function run(job: McpJob): Promise<LoadResult> {
  const request = requestOf(job);
  const open = Array.from({ length: job.wide }, () => openHttpLine(job.port));
  const latencies: number[] = [];
  let bad = 0;
  let left = job.total;
  const begun = performance.now();
  const work = async ({ send, end }: HttpLine): Promise<void> => {
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
    end();
  };
  await Promise.all(open.map(work));
  return resultOf({ latencies, bad }, performance.now() - begun);
}

process.stdout.write('ready\n');
const jobs = createInterface({ input: process.stdin });
jobs.on('line', async (line) => {
  process.stdout.write(`${JSON.stringify(await run(McpJob.parse(JSON.parse(line))))}\n`);
});
// Without the bench there is nobody to end this process.
jobs.on('close', () => process.exit(0));
