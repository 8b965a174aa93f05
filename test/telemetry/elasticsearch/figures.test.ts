import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ElasticsearchConfig } from '../../../contracts/elasticsearch.ts';
import type { Telemetry } from '../../../pipeline/ports.ts';
import { connectElastic, type Elastic } from '../../../src/stores/elasticsearch/elastic.ts';
import { createElasticTelemetry } from '../../../src/telemetry/elasticsearch.ts';
import { connectAtHand, describeWithElasticsearch, withPrefix } from '../../elasticsearch/at-hand.ts';
import { openFaultyDoor } from './faulty-door.ts';
import { AS_KIBANA, createLogIndex, type Line, PLAIN, type Properties, writeLines } from './log-index.ts';

const BEGIN_MS = Date.parse('2026-03-01T10:00:00.000Z');
const at = (second: number): string => new Date(BEGIN_MS + second * 1_000).toISOString();
const window = (from: number, to: number) => ({ from: at(from), to: at(to) });
const later = { now: () => BEGIN_MS + 86_400_000 };
const times = (many: number, line: (index: number) => Line): Line[] => Array.from({ length: many }, (_, index) => line(index));

describeWithElasticsearch('telemetry from logs in Elasticsearch', (url) => {
  const prefix = withPrefix();
  let elastic: Elastic;
  beforeAll(async () => {
    elastic = await connectAtHand();
  });
  afterAll(() => elastic.close());

  const written = async (lines: readonly Line[], properties: Properties = AS_KIBANA): Promise<string> => {
    const index = `${prefix}${randomUUID()}`;
    await createLogIndex(elastic, index, properties);
    if (lines.length > 0) await writeLines(elastic, index, lines);
    return index;
  };
  const open = (logs: string, config: object, clock = later): Telemetry =>
    createElasticTelemetry({ elastic, names: { logs }, config: ElasticsearchConfig.parse(config), clock });
  const shop = { services: { shop: { hosts: ['shop.example'] } }, baseline_s: 500 };

  test('a service has the lines that every list of its map fits, of each list by any entry', async () => {
    const logs = await written([
      { at: at(0), host: 'a.example', path: '/buy/1', extension: 'css' },
      { at: at(1), host: 'a.example', path: '/buy/2', extension: '' },
      { at: at(2), host: 'a.example', path: '/pay', extension: null },
      { at: at(3), host: 'b.example', path: '/buy/1', extension: 'css' },
      { at: at(4), host: 'c.example', path: '/sell', extension: 'png' },
    ]);
    const services = {
      'by-host': { hosts: ['a.example', 'b.example'] },
      'by-path': { paths: ['/buy', '/sell'] },
      'by-extension': { extensions: ['css', 'png'] },
      'by-none': { extensions: [''] },
      'by-both': { hosts: ['a.example'], paths: ['/buy/'] },
      'by-all': { hosts: ['a.example'], paths: ['/buy/'], extensions: ['css'] },
      'by-a-part': { hosts: ['a.exampl'] },
    };
    const telemetry = open(logs, { services });
    const requests = async (service: string) => (await telemetry.figures(service, window(0, 10)))?.requests ?? null;
    const found = await Promise.all(Object.keys(services).map(async (service) => [service, await requests(service)]));
    expect(Object.fromEntries(found)).toEqual({
      'by-host': 4,
      'by-path': 4,
      'by-extension': 3,
      'by-none': 2,
      'by-both': 2,
      'by-all': 1,
      'by-a-part': null,
    });
  });

  test.each<[string, Properties]>([
    ['text with a keyword beside it', AS_KIBANA],
    ['numbers and keywords', PLAIN],
  ])('statuses kept as %s count as errors from 400 on, and nothing that only begins so', async (_claim, properties) => {
    const statuses = [200, 304, 399, 400, 404, 429, 500, 503, 599, 600, 1_404];
    const logs = await written(
      statuses.map((status, second) => ({ at: at(second), status })),
      properties,
    );
    expect(await open(logs, shop).figures('shop', window(0, 60))).toMatchObject({ requests: 11, errors: 6 });
  });

  test('logs that cannot be counted by whole values are refused, and asked again once they can', async () => {
    const text = { type: 'text' } as const;
    const index = await written([], {
      '@timestamp': { type: 'date' },
      host: text,
      request: text,
      extension: text,
      response: text,
    });
    const telemetry = open(index, shop);
    const asked = () => telemetry.figures('shop', window(0, 60));
    await expect(asked()).rejects.toMatchObject({ code: 'telemetry_refused', message: expect.stringContaining('`request`') });
    await elastic.ask('delete the index', (to) => to.indices.delete({ index }));
    await expect(asked()).rejects.toMatchObject({
      code: 'telemetry_refused',
      message: expect.stringContaining('does not exist'),
    });
    await createLogIndex(elastic, index, AS_KIBANA);
    await writeLines(elastic, index, [{ at: at(1) }]);
    expect(await asked()).toMatchObject({ requests: 1 });
  });

  test('a map by a field that the logs do not have is refused, and others are not', async () => {
    const { extension: _extension, ...properties } = AS_KIBANA;
    const logs = await written([{ at: at(1) }], properties);
    const telemetry = open(logs, { services: { ...shop.services, pictures: { hosts: ['shop.example'], extensions: ['png'] } } });
    await expect(telemetry.figures('pictures', window(0, 10))).rejects.toMatchObject({ code: 'telemetry_refused' });
    expect(await telemetry.figures('shop', window(0, 10))).toMatchObject({ requests: 1 });
  });

  test('the beginning of a window belongs to it, its end does not', async () => {
    const logs = await written([{ at: at(-0.001) }, { at: at(0) }, { at: at(9.999) }, { at: at(10) }]);
    expect(await open(logs, shop).figures('shop', window(0, 10))).toMatchObject({ requests: 2, window_s: 10 });
  });

  test('an incident that began long before the window is not what is usual', async () => {
    // Of the 500 seconds before, the last 200 already fail by half; before that it was one in a hundred.
    const lines = times(600, (second) => ({
      at: at(second),
      status: (second >= 300 ? second % 2 : second % 100) === 0 ? 500 : 200,
    }));
    const found = await open(await written(lines), shop).figures('shop', window(500, 600));
    expect(found).toMatchObject({ error_rate: 0.5, baseline: 0.01 });
  });

  test('the window itself never counts as usual', async () => {
    const logs = await written([...times(100, (second) => ({ at: at(second) })), { at: at(100), status: 500 }]);
    expect(await open(logs, shop).figures('shop', window(100, 200))).toMatchObject({ error_rate: 1, baseline: 0 });
  });

  test('a window without a line is no requests; a map that fits no line at all measures nothing', async () => {
    const telemetry = open(await written([{ at: at(-100) }]), shop);
    expect(await telemetry.figures('shop', window(0, 10))).toMatchObject({
      requests: 0,
      errors: 0,
      error_rate: 0,
      sample_ids: [],
    });
    expect(await telemetry.figures('shop', window(5_000, 5_010))).toBeNull();
  });

  test('a busy service whose lines stop altogether is unknown, not healthy', async () => {
    const telemetry = open(await written(times(500, (second) => ({ at: at(second) }))), shop);
    await expect(telemetry.figures('shop', window(500, 560))).rejects.toMatchObject({ code: 'telemetry_silent' });
    expect(await telemetry.figures('shop', window(500, 510))).toMatchObject({ requests: 0 });
  });

  test('lines that may still be on their way are left out, and a window that is mostly of them is not answered', async () => {
    const logs = await written(times(100, (second) => ({ at: at(second) })));
    const telemetry = open(logs, { ...shop, late_s: 20 }, { now: () => BEGIN_MS + 100_000 });
    expect(await telemetry.figures('shop', window(0, 100))).toMatchObject({ requests: 80, window_s: 80 });
    for (const late of [window(70, 95), window(100, 160), window(200, 300)])
      await expect(telemetry.figures('shop', late)).rejects.toMatchObject({ code: 'telemetry_late' });
    await expect(telemetry.figures('shop', window(10, 10))).rejects.toMatchObject({ code: 'telemetry_window' });
  });

  test('what failed most is told by status and path, queries left out', async () => {
    const logs = await written([
      ...times(3, (index) => ({ at: at(index), path: `/buy?token=secret-${index}`, status: 503 })),
      ...times(2, (index) => ({ at: at(index), path: '/buy', status: 404 })),
      { at: at(5), path: '/pay', status: 503 },
      { at: at(6), path: '/pay' },
    ]);
    const found = await open(logs, shop).figures('shop', window(0, 10));
    expect(found?.top_errors).toEqual([
      { status: 503, path: '/buy', count: 3 },
      { status: 404, path: '/buy', count: 2 },
      { status: 503, path: '/pay', count: 1 },
    ]);
  });

  test('samples are the newest failed lines, and only those with an id that can be cited', async () => {
    const logs = await written([
      { id: 'older', at: at(1), status: 500 },
      { id: 'newer', at: at(2), status: 500 },
      { id: 'has a space', at: at(3), status: 500 },
      { id: 'fine', at: at(4), status: 200 },
    ]);
    const found = await open(logs, shop).figures('shop', window(0, 10));
    expect(found?.sample_ids).toEqual(['log:shop:newer', 'log:shop:older']);
  });

  test('a line is a line of each service whose map fits it, and of no other', async () => {
    const logs = await written([{ id: 'one', at: at(1), host: 'shop.example', path: '/buy/2', status: 503 }]);
    const telemetry = open(logs, {
      services: { shop: { hosts: ['shop.example'] }, buy: { paths: ['/buy'] }, pay: { paths: ['/pay'] } },
    });
    expect(await telemetry.logLine('log:shop:one')).toMatchObject({ service: 'shop', at: at(1), status: 503, path: '/buy/2' });
    expect(await telemetry.logLine('log:buy:one')).toMatchObject({ id: 'log:buy:one', service: 'buy' });
    expect(await telemetry.logLine('log:buy:one')).toHaveProperty('text', expect.stringContaining('"GET /buy/2 HTTP/1.1" 503'));
    for (const id of ['log:pay:one', 'log:nobody:one', 'log:one', 'log:shop:two', 'log:__proto__:one', 'log:shop:*', 'shop:one'])
      expect(await telemetry.logLine(id)).toBeNull();
  });

  test('a name may stand for many indices, as a data stream does; of two lines with one id the older one is meant', async () => {
    const lines = (path: string, second: number) => [{ id: 'twice', at: at(second), path, status: 503 }];
    const indices = [
      await written(lines('/later', 5)),
      await written(lines('/cited', 1)),
      await written(lines('/last', 9), PLAIN),
    ];
    const name = `${prefix}stream`;
    for (const index of indices) await elastic.ask('name an index', (to) => to.indices.putAlias({ index, name }));
    const telemetry = open(name, shop);
    await expect(telemetry.figures('shop', window(0, 10))).rejects.toMatchObject({ code: 'telemetry_refused' });
    await elastic.ask('take a name away', (to) => to.indices.deleteAlias({ index: indices[2] ?? '', name }));
    expect(await telemetry.figures('shop', window(0, 10))).toMatchObject({ requests: 2, errors: 2 });
    expect(await telemetry.logLine('log:shop:twice')).toMatchObject({ path: '/cited' });
  });

  test('no name of a service or a path can change the question', async () => {
    const telemetry = open(await written([{ at: at(1) }]), shop);
    for (const name of ['*', '__proto__', 'constructor', 'shop OR host:*', ''])
      expect(await telemetry.figures(name, window(0, 10))).toBeNull();
  });

  test('figures cost one round trip, the very first ones another for the fields', async () => {
    const counted = await connectAtHand();
    const logs = await written([{ at: at(1) }]);
    const telemetry = createElasticTelemetry({
      elastic: counted,
      names: { logs },
      config: ElasticsearchConfig.parse(shop),
      clock: later,
    });
    for (let round = 0; round < 3; round += 1) await telemetry.figures('shop', window(0, 10));
    expect([...counted.asked()]).toEqual([
      ['fields of the logs', 1],
      ['figures', 3],
    ]);
    await counted.close();
  });

  test('a cluster that is too busy throws', async () => {
    const door = await openFaultyDoor(url);
    const busy = await connectElastic({ url: door.url, apiKey: null, timeoutMs: 2_000 });
    const logs = await written([{ at: at(1) }]);
    const telemetry = createElasticTelemetry({
      elastic: busy,
      names: { logs },
      config: ElasticsearchConfig.parse(shop),
      clock: later,
    });
    door.be('busy');
    await expect(telemetry.figures('shop', window(0, 10))).rejects.toMatchObject({ code: 'telemetry_busy' });
    door.be('open');
    expect(await telemetry.figures('shop', window(0, 10))).toMatchObject({ requests: 1 });
    await busy.close();
    await door.close();
  });
});
