import { afterEach, expect, test } from 'vitest';
import { readForm, readJson } from '../../src/http/body.ts';
import { loopbackOnly } from '../../src/http/loopback.ts';
import { HttpRefusal } from '../../src/http/refusal.ts';
import { sendJson } from '../../src/http/reply.ts';
import { createRouter, type Router, requestUrl } from '../../src/http/router.ts';
import { type Listening, listen } from '../../src/http/server.ts';

const servers: Listening[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close(20);
});
async function serve(...routers: Router[]): Promise<string> {
  const server = await listen({ port: 0, host: '127.0.0.1', handlers: routers.map(({ handle }) => handle) });
  servers.push(server);
  return server.url;
}
const ask = async (url: string, init?: RequestInit): Promise<unknown[]> => {
  const response = await fetch(url, init);
  const text = await response.text();
  return [response.status, text === '' ? '' : JSON.parse(text)];
};

function router(faults: unknown[] = []): Router {
  const routes = createRouter({ onFault: (fault) => faults.push(fault) });
  routes.get('/things', (req, res) => sendJson(res, 200, { q: requestUrl(req).searchParams.get('q') }));
  routes.get('/things/:id', (_req, res, { id }) => sendJson(res, 200, { id }));
  routes.get('/files/*path', (_req, res, { path }) => sendJson(res, 200, { path }));
  routes.post('/json', async (req, res) => sendJson(res, 200, { got: await readJson(req, 20) }));
  routes.post('/form', async (req, res) => sendJson(res, 200, { got: (await readForm(req)).get('a') }));
  routes.get('/refused', () => {
    throw new HttpRefusal(409, 'not now');
  });
  routes.get('/broken', () => {
    throw new Error('secret detail');
  });
  return routes;
}

test.each<[string, RequestInit | undefined, unknown[]]>([
  ['/things?q=a%20b', undefined, [200, { q: 'a b' }]],
  ['/things/a%2Fb', undefined, [200, { id: 'a/b' }]],
  ['/things/%zz', undefined, [200, { id: '%zz' }]],
  ['/files/a/b.ts', undefined, [200, { path: 'a/b.ts' }]],
  ['/things', { method: 'HEAD' }, [200, '']],
  ['/things', { method: 'POST' }, [405, { error: 'POST is not accepted here; accepted: GET' }]],
  ['/nowhere', undefined, [404, { error: 'there is nothing at GET /nowhere' }]],
  ['/things/a/b', undefined, [404, { error: 'there is nothing at GET /things/a/b' }]],
  ['/json', { method: 'POST', body: '{"a":1}' }, [200, { got: { a: 1 } }]],
  ['/json', { method: 'POST' }, [200, { got: {} }]],
  ['/json', { method: 'POST', body: '{' }, [400, { error: expect.stringContaining('not JSON') }]],
  ['/json', { method: 'POST', body: '"123456789012345678"' }, [200, { got: '123456789012345678' }]],
  ['/json', { method: 'POST', body: '"1234567890123456789"' }, [413, { error: 'the body is larger than 20 bytes' }]],
  ['/form', { method: 'POST', body: new URLSearchParams({ a: 'b' }) }, [200, { got: 'b' }]],
  ['/refused', undefined, [409, { error: 'not now' }]],
  ['/broken', undefined, [500, { error: 'the server could not answer; its log says why' }]],
])('%s with %o is answered as expected', async (path, init, expected) => {
  expect(await ask((await serve(router())) + path, init)).toEqual(expected);
});

test('a body of unknown length is refused once it passes the limit', async () => {
  const url = await serve(router());
  const body = new ReadableStream({
    start(controller) {
      for (let part = 0; part < 5; part += 1) controller.enqueue(Buffer.from('"12345"'));
      controller.close();
    },
  });
  const init = { method: 'POST', body, duplex: 'half' };
  expect((await ask(`${url}/json`, init))[0]).toBe(413);
});

test('a fault is told to the operator, not to the client', async () => {
  const faults: unknown[] = [];
  await ask(`${await serve(router(faults))}/broken`);
  expect(faults).toMatchObject([{ message: 'secret detail' }]);
});

test('the first router that knows a path answers it', async () => {
  const other = createRouter();
  other.get('/other', (_req, res) => sendJson(res, 200, { other: true }));
  const url = await serve(router(), other);
  expect(await ask(`${url}/other`)).toEqual([200, { other: true }]);
});

test.each<[string, Record<string, string>, number]>([
  ['a program', {}, 200],
  ['a page of the server itself', { origin: 'SELF' }, 200],
  ['a foreign page', { origin: 'https://evil.test' }, 403],
  ['a sandboxed page', { origin: 'null' }, 403],
  ['a foreign page that hides its origin', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a link followed from elsewhere', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 200],
  ['a name that was bound to loopback', { host: 'evil.test' }, 403],
  ['localhost by name', { host: 'localhost:1234' }, 200],
  ['a name that only begins like loopback', { host: '127.0.0.1.evil.test' }, 403],
])('%s gets what it should', async (_claim, headers, status) => {
  const guarded = createRouter({ guard: loopbackOnly });
  guarded.get('/a', (_req, res) => sendJson(res, 200, {}));
  const url = await serve(guarded);
  expect(await statusWith(url, headers)).toBe(status);
});

/** By node:http, because fetch sets Host and the Sec-Fetch headers itself. */
async function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const { get } = await import('node:http');
  const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value === 'SELF' ? url : value]));
  return new Promise((resolve, reject) => {
    get(`${url}/a`, { headers: sent }, (res) => resolve(res.resume().statusCode)).on('error', reject);
  });
}

test('an address in use is a plain rejection', async () => {
  const { port } = new URL(await serve(router()));
  await expect(listen({ port: Number(port), host: '127.0.0.1', handlers: [] })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('closing does not wait for a request that hangs, nor for an upgraded line', async () => {
  const hanging = createRouter();
  hanging.get('/hang', () => undefined);
  const server = await listen({
    port: 0,
    host: '127.0.0.1',
    handlers: [hanging.handle],
    upgrade: [
      (_req, socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n') !== undefined,
    ],
  });
  const { request } = await import('node:http');
  const ended = Promise.withResolvers<void>();
  const upgraded = Promise.withResolvers<void>();
  const answer = fetch(`${server.url}/hang`).catch(() => 'cut');
  const line = request(server.url, { headers: { connection: 'Upgrade', upgrade: 'websocket' } });
  line.on('upgrade', (_res, socket) => {
    socket.on('close', ended.resolve).resume();
    upgraded.resolve();
  });
  line.end();
  await upgraded.promise;
  const startMs = performance.now();
  await server.close(50);
  await ended.promise;
  expect(await answer).toBe('cut');
  expect(performance.now() - startMs).toBeLessThan(1000);
});

test('an upgrade that nobody takes is answered 404', async () => {
  const url = await serve(router());
  const { request } = await import('node:http');
  const status = await new Promise((resolve) => {
    const line = request(url, { headers: { connection: 'Upgrade', upgrade: 'websocket' } });
    line.on('response', (res) => resolve(res.resume().statusCode));
    line.end();
  });
  expect(status).toBe(404);
});
