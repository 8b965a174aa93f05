import { request } from 'node:http';
import { hostname } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../src/http/server.ts';
import { createGuard } from '../../src/mcp/guard.ts';
import { createMcpHttp, type McpHttpParts } from '../../src/mcp/http.ts';
import { createRateLimit } from '../../src/mcp/rate-limit.ts';
import { answered, HELD_SECRET, mcpStage, newClient, TOKEN } from './stage.ts';

type Asked = { method?: string; headers?: Record<string, string>; body?: string | Buffer; path?: string };

const PING = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
const GOOD = {
  authorization: `Bearer ${TOKEN}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

/** A plain request: fetch would not let the test lie about Host and Origin. */
function ask(url: URL, { method = 'POST', headers = {}, body = PING, path = '/mcp' }: Asked = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    const all = Object.fromEntries(Object.entries({ ...GOOD, ...headers }).filter(([, value]) => value !== ''));
    const asking = request({ host: url.hostname, port: url.port, path, method, headers: all }, (res) => {
      let text = '';
      res.on('data', (chunk) => {
        text += String(chunk);
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: text }));
      res.on('error', reject);
    });
    asking.on('error', reject);
    asking.end(method === 'GET' ? undefined : body);
  });
}

const call = (name: string) => JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } });

describe('who comes in', () => {
  test.each<[string, Asked, number]>([
    ['a good request', {}, 200],
    ['the same with a query', { path: '/mcp?x=1' }, 200],
    ['the scheme in other letters', { headers: { authorization: `bearer ${TOKEN}` } }, 200],
    ['a name that the config lists', { headers: { host: 'governor.example:3000' } }, 200],
    ['its own page', { headers: { host: 'localhost:1', origin: 'http://localhost:1' } }, 200],
    ['no token', { headers: { authorization: '' } }, 401],
    ['another token', { headers: { authorization: `Bearer ${TOKEN}x` } }, 401],
    ['a shorter token', { headers: { authorization: 'Bearer a' } }, 401],
    ['an empty token', { headers: { authorization: 'Bearer ' } }, 401],
    ['the token without its scheme', { headers: { authorization: TOKEN } }, 401],
    ['the token as a password', { headers: { authorization: `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}` } }, 401],
    ['two tokens', { headers: { authorization: `Bearer ${TOKEN}, Bearer x` } }, 401],
    ['the token in the address', { headers: { authorization: '' }, path: `/mcp?token=${TOKEN}` }, 401],
    ['a foreign host', { headers: { host: 'evil.example' } }, 403],
    ['a host that begins like ours', { headers: { host: 'localhost.evil.example' } }, 403],
    ['a host with a name before it', { headers: { host: 'localhost@evil.example' } }, 403],
    ['an address that is not this machine’s', { headers: { host: '10.0.0.5' } }, 403],
    ['a foreign page', { headers: { origin: 'https://evil.example' } }, 403],
    ['a page without an origin', { headers: { origin: 'null' } }, 403],
    ['a foreign page without a token', { headers: { origin: 'https://evil.example', authorization: '' } }, 403],
    ['a stream that is asked for', { method: 'GET' }, 405],
    ['a session that is ended', { method: 'DELETE' }, 405],
    ['another method', { method: 'PUT' }, 405],
    ['a form', { headers: { 'content-type': 'text/plain' } }, 415],
    ['no type at all', { headers: { 'content-type': '' } }, 415],
    ['a type that only begins like ours', { headers: { 'content-type': 'application/jsonp' } }, 415],
    ['an answer that cannot be read', { headers: { accept: 'text/html' } }, 406],
    ['no JSON', { body: '{' }, 400],
    ['nothing', { body: '' }, 400],
    ['JSON that is no message', { body: '[[[]]]' }, 400],
  ])('%s: %#', async (_what, asked, status) => {
    const { url } = await mcpStage();
    const answer = await ask(url, asked);
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain(TOKEN);
    if (status === 401) expect(answer.headers['www-authenticate']).toMatch(/^Bearer /);
    if (status === 405) expect(answer.headers.allow).toBe('POST');
  });

  test('a body beyond a million bytes is 413, also where its length is not said', async () => {
    const { url, logged } = await mcpStage();
    const body = Buffer.alloc(1_000_001, ' ');
    expect((await ask(url, { body })).status).toBe(413);
    const chunked = { 'transfer-encoding': 'chunked' };
    expect((await ask(url, { body, headers: chunked })).status).toBe(413);
    expect((await ask(url)).status).toBe(200);
    expect(JSON.stringify(logged)).not.toContain(TOKEN);
  });

  test('a batch of calls is not taken for one', async () => {
    const { url } = await mcpStage();
    const answer = await ask(url, { body: JSON.stringify(Array.from({ length: 500 }, () => JSON.parse(PING))) });
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  test('JSON nested a hundred thousand deep harms nobody', async () => {
    const { url } = await mcpStage();
    const deep = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_case","arguments":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    expect((await ask(url, { body: deep })).status).toBeGreaterThanOrEqual(200);
    expect((await ask(url)).status).toBe(200);
  });

  test('whatever is refused at the door is no call, and leaves no trace', async () => {
    const { url, file } = await mcpStage();
    await ask(url, { body: call('get_case'), headers: { authorization: '' } });
    await expect(import('node:fs/promises').then(({ readFile }) => readFile(file))).rejects.toThrow();
  });
});

describe('a server that everybody could reach', () => {
  const made = (change: Pick<McpHttpParts, 'token' | 'host'>) => {
    const limits = { hosts: [], requests_per_minute: 1, burst: 1 };
    const log = { error: () => undefined, warn: () => undefined };
    return createMcpHttp({ limits, clock: { now: () => 0 }, log, ...change }, () => Promise.reject(new Error('never asked')));
  };

  test.each(['0.0.0.0', '::', '10.1.2.3', 'governor.internal'])('is not made on %s without a token', (host) => {
    expect(() => made({ token: null, host })).toThrow(/MCP_TOKEN/);
  });

  test.each(['127.0.0.1', 'localhost', '::1', '127.9.9.9'])('needs none on %s', (host) => {
    expect(() => made({ token: null, host })).not.toThrow();
  });

  test('without a token on this machine alone, programs come in and foreign pages do not', async () => {
    const { url } = await mcpStage({ mcp: { token: null } });
    expect((await ask(url, { headers: { authorization: '' } })).status).toBe(200);
    expect((await ask(url, { headers: { authorization: '', origin: 'https://evil.example' } })).status).toBe(403);
    expect((await ask(url, { headers: { authorization: '', host: 'evil.example' } })).status).toBe(403);
  });

  test.each<[string, boolean]>([
    ['10.1.2.3:3000', true],
    ['[2001:db8::1]:3000', true],
    [hostname(), true],
    ['localhost', true],
    ['evil.example', false],
    ['10.1.2.3.evil.example', false],
  ])('on an open port %s is a host that is served: %s', (host, served) => {
    const guard = createGuard({ token: null, host: '0.0.0.0', hosts: [], rate: { take: () => 0 } });
    const req = { method: 'POST', headers: { host, 'content-type': 'application/json' } };
    expect(guard(req as Parameters<typeof guard>[0])).toEqual(served ? null : expect.objectContaining({ status: 403 }));
  });
});

test('a server whose tools cannot be loaded says so, and keeps why to itself', async () => {
  const logged: unknown[] = [];
  const log = { error: (message: string) => void logged.push(message), warn: () => undefined };
  const limits = { hosts: [], requests_per_minute: 60, burst: 60 };
  const broken = createMcpHttp({ token: TOKEN, host: '127.0.0.1', limits, clock: { now: () => 0 }, log }, () =>
    Promise.reject(new Error(`no such package, asked with ${TOKEN}`)),
  );
  const server = await listen({ port: 0, host: '127.0.0.1', handlers: [broken.handle] });
  onTestFinished(() => server.close(0));
  const answer = await ask(new URL(server.url));
  expect(answer.status).toBe(500);
  expect(answer.body).not.toContain('package');
  expect(logged).toEqual(['an MCP request could not be answered']);
  expect((await ask(new URL(server.url), { path: '/other' })).status).toBe(404);
});

describe('how often', () => {
  test('a token has so many at once, is told when to come again, and has more by then', async () => {
    const stage = await mcpStage({ mcp: { limits: { hosts: [], requests_per_minute: 60, burst: 5 } } });
    // Connecting took some of them.
    const answers: { status: number; headers: NodeJS.Dict<string | string[]> }[] = [];
    for (let count = 0; count < 6; count += 1) answers.push(await ask(stage.url));
    const late = answers.at(-1);
    expect(late).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    stage.clock.ms += 1_000;
    expect((await ask(stage.url)).status).toBe(200);
    expect((await ask(stage.url)).status).toBe(429);
  });

  test('wrong tokens take nothing from the right one', async () => {
    const stage = await mcpStage({ mcp: { limits: { hosts: [], requests_per_minute: 1, burst: 10 } } });
    for (let count = 0; count < 30; count += 1) await ask(stage.url, { headers: { authorization: 'Bearer wrong' } });
    expect((await ask(stage.url)).status).toBe(200);
  });

  test.each<[string, number, number]>([
    ['at once', 0, 0],
    ['after half the time', 500, 1],
    ['after the whole time', 1_000, 0],
    ['after a clock that went back', -60_000, 1],
  ])('a spent bucket of one a second, %s', (_when, ms, waitS) => {
    const clock = { ms: 1_000_000, now: () => clock.ms };
    const rate = createRateLimit({ perMinute: 60, burst: 2, clock });
    rate.take('a');
    if (ms !== 0) rate.take('a');
    clock.ms += ms;
    expect(rate.take('a')).toBe(waitS);
    expect(rate.take('b')).toBe(0);
  });
});

describe('the trace of calls', () => {
  test('each call is a line as it happens, with what it was asked, by whom and what it named', async () => {
    const stage = await mcpStage();
    const before = stage.clock.now();
    await answered(stage.client, 'search_evidence', { query: `worker pool ${HELD_SECRET}`, service: 'billing-batch' });
    await answered(await newClient(stage.url), 'ddft_score', { model: 'gpt-5.4' });
    const lines = stage.lines();
    expect(lines).toMatchObject([
      {
        tool: 'search_evidence',
        transport: 'http',
        client: null,
        case_id: null,
        outcome: 'answered',
        error_code: null,
        document_ids: ['ev-103'],
      },
      { tool: 'ddft_score', client: 'newer-agent', document_ids: [] },
    ]);
    expect(JSON.parse(lines[0]?.arguments ?? '')).toEqual({ query: 'worker pool [redacted]', service: 'billing-batch' });
    expect(Date.parse(lines[0]?.at ?? '')).toBe(before);
  });

  test('a call that names a case is told to the case, and one that names none that is there is not', async () => {
    const stage = await mcpStage();
    const { caseId } = await stage.decide();
    for (const incident_id of [caseId, 'inc-nowhere', '~switch', ''])
      await answered(stage.client, 'search_runbooks', { query: 'queue', service: 'billing-batch', incident_id });
    await answered(stage.client, 'get_case', { case_id: caseId });
    expect(stage.told).toMatchObject([
      { case_id: caseId, tool: 'search_runbooks' },
      { case_id: caseId, tool: 'get_case' },
    ]);
    expect(stage.lines().map(({ case_id }) => case_id)).toEqual([caseId, null, null, null, caseId]);
  });

  test('lines of huge calls stay short', async () => {
    const stage = await mcpStage();
    const { isError } = await stage.client.callTool({
      name: 'search_evidence',
      arguments: { query: 'x'.repeat(900_000), service: 's' },
    });
    expect(isError).toBe(true);
    expect(JSON.stringify(stage.lines()).length).toBeLessThan(3_000);
  });

  test('a trace that cannot be written, and a thread that cannot be told, are logged, and the call is answered', async () => {
    const fails = () => Promise.reject(new Error('the disk is full'));
    const stage = await mcpStage({ mcp: { trace: { append: fails }, onCall: fails } });
    const { caseId } = await stage.decide();
    expect(await answered(stage.client, 'ddft_score', { model: 'x', incident_id: caseId })).toHaveProperty('hoc');
    expect(stage.logged.map(({ message }) => message).sort()).toEqual([
      'a case could not be told about a tool call',
      'a tool call could not be traced',
    ]);
  });
});
