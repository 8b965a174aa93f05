import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createJsonHttp, type JsonHttpOptions } from '../../src/outward/json-http.ts';
import { inTurn, json, openStub, type Respond, raw, reset, type StubServer, silence } from './stub-server.ts';

const Shape = z.object({ figure: z.number() });
const clock = { now: () => performance.now() };

let stub: StubServer;
beforeEach(async () => {
  stub = await openStub();
});
afterEach(() => stub.close());

const http = (change: Partial<JsonHttpOptions> = {}) =>
  createJsonHttp({ name: 'the stub', baseUrl: stub.url, clock, timeoutMs: 2_000, ...change });
const good = json(200, { figure: 7, more: 'ignored' });
const lost = { code: 'answer_lost' };

describe('what counts as an answer', () => {
  test('an answer in the agreed shape is its value, without what was not agreed', async () => {
    stub.respond(good);
    expect(await http().send('/run', {}, Shape)).toEqual({ ok: true, value: { figure: 7 } });
  });

  test.each<[string, Respond, number, string]>([
    ['a wrong call', json(400, { error: 'key is missing' }), 400, 'key is missing'],
    ['a conflict', json(409, { error: 'used before' }), 409, 'used before'],
    ['too many', json(429, { error: 'ratelimited' }), 429, 'ratelimited'],
  ])('%s is a refusal, in the words of the other side', async (_claim, respond, status, refusal) => {
    stub.respond(respond);
    expect(await http().send('/run', {}, Shape)).toEqual({ ok: false, status, refusal });
  });

  test.each<[string, Respond, string]>([
    ['a server fault', json(500, { error: 'internal' }), 'status 500'],
    ['a page of a proxy', raw(502, '<html>bad gateway</html>'), 'not JSON'],
    ['a refusal by something that is not the service', json(403, { message: 'forbidden' }), 'status 403 without'],
    ['a page in place of a refusal', raw(404, '<html>not found</html>'), 'not JSON'],
    ['a request that the server gave up on', json(408, { error: 'request timeout' }), 'status 408'],
    ['broken JSON', raw(200, '{"figure": 7'), 'not JSON'],
    ['an empty answer', raw(200, ''), 'not JSON'],
    ['another shape', json(200, { figure: 'seven' }), 'not what was agreed'],
    ['an endless answer', raw(200, JSON.stringify({ figure: 7, filler: 'x'.repeat(5_000) })), 'larger than'],
    ['a cut connection', reset, 'did not answer'],
    ['silence', silence, 'not within 0.2 s'],
  ])('%s is a lost answer', async (_claim, respond, why) => {
    stub.respond(respond);
    const sent = http({ timeoutMs: 200, bytesMax: 1_000 }).send('/run', {}, Shape);
    await expect(sent).rejects.toMatchObject({ ...lost, message: expect.stringContaining(why) });
  });

  test('a redirect is not followed: who answers there is somebody else', async () => {
    stub.respond((res, seen) => (seen.path === '/run' ? raw(307, '', { location: '/elsewhere' }) : good)(res, seen));
    await expect(http().send('/run', {}, Shape)).rejects.toMatchObject(lost);
    expect(stub.seen.map(({ path }) => path)).toEqual(['/run']);
  });

  test('nobody there is a lost answer', async () => {
    const { url } = stub;
    await stub.close();
    await expect(http({ baseUrl: url }).send('/run', {}, Shape)).rejects.toMatchObject(lost);
    stub = await openStub();
  });

  test('a body that stops in the middle is a lost answer when the time is over', async () => {
    stub.respond((res) => void res.writeHead(200).write('{"figure":'));
    await expect(http({ timeoutMs: 200 }).send('/run', {}, Shape)).rejects.toMatchObject(lost);
  });

  test('the words of a fault leave out the query, which may hold what must not be logged', async () => {
    stub.respond(reset);
    const asked = http().read('/log', { id: 'log:secret' }, Shape);
    await expect(asked).rejects.toMatchObject({ message: expect.not.stringContaining('secret') });
    await expect(asked).rejects.toMatchObject({ message: expect.stringContaining('the stub did not answer GET /log') });
  });
});

describe('how often is asked', () => {
  test.each<[string, Respond]>([
    ['a cut connection', reset],
    ['a server fault', json(500, { error: 'internal' })],
  ])('an order is sent once, also after %s', async (_claim, respond) => {
    stub.respond(respond);
    await expect(http().send('/run', {}, Shape)).rejects.toMatchObject(lost);
    expect(stub.seen).toHaveLength(1);
  });

  test.each<[string, Respond]>([
    ['a cut connection', reset],
    ['a server fault', json(503, { error: 'starting' })],
    ['being asked too often', json(429, { error: 'ratelimited' })],
  ])('a question is asked again after %s', async (_claim, respond) => {
    stub.respond(inTurn(respond, respond, good));
    expect(await http().read('/figures', {}, Shape)).toEqual({ ok: true, value: { figure: 7 } });
    expect(stub.seen).toHaveLength(3);
  });

  test('a question is asked three times and no more', async () => {
    stub.respond(reset);
    await expect(http().read('/figures', {}, Shape)).rejects.toMatchObject(lost);
    expect(stub.seen).toHaveLength(3);
  });

  test('a question is asked again only while there is time', async () => {
    stub.respond(silence);
    const startMs = performance.now();
    await expect(http({ timeoutMs: 200, readDeadlineMs: 250 }).read('/figures', {}, Shape)).rejects.toMatchObject(lost);
    expect(stub.seen).toHaveLength(1);
    expect(performance.now() - startMs).toBeLessThan(1_500);
  });

  test('a refused question is not asked again', async () => {
    stub.respond(json(404, { error: 'unknown_service' }));
    expect(await http().read('/figures', {}, Shape)).toEqual({ ok: false, status: 404, refusal: 'unknown_service' });
    expect(stub.seen).toHaveLength(1);
  });
});

test('a request carries its query, body and headers, below a base address with or without a slash', async () => {
  stub.respond(good);
  const asked = http({ baseUrl: `${stub.url}/base/`, headers: { authorization: 'Bearer token' } });
  await asked.read('/figures', { service: 'a b&c' }, Shape);
  await asked.send('/run', { key: 'ä' }, Shape);
  expect(stub.seen).toMatchObject([
    { method: 'GET', path: '/base/figures?service=a+b%26c', headers: { authorization: 'Bearer token' } },
    {
      method: 'POST',
      path: '/base/run',
      body: '{"key":"ä"}',
      headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
    },
  ]);
});
