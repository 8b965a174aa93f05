import { afterAll, beforeAll, expect, test } from 'vitest';
import { ElasticsearchConfig } from '../../contracts/elasticsearch.ts';
import type { SampleLog } from '../../src/sample-logs/document.ts';
import { sampleLogId } from '../../src/sample-logs/document.ts';
import { sampleLogs } from '../../src/sample-logs/sample-logs.ts';
import { SAMPLE_SERVICES } from '../../src/sample-logs/site.ts';
import { storiesAround } from '../../src/sample-logs/stories.ts';
import type { Elastic } from '../../src/stores/elasticsearch/elastic.ts';
import { createClusters } from '../../src/telemetry/clusters.ts';
import { createElasticTelemetry } from '../../src/telemetry/elasticsearch.ts';
import { connectAtHand, describeWithElasticsearch, withPrefix } from '../elasticsearch/at-hand.ts';
import { AS_KIBANA, createLogIndex } from './elasticsearch/log-index.ts';

const NOW_MS = Date.parse('2026-03-01T10:00:00.000Z');
const DAY_MS = 86_400_000;
const at = (ms: number): string => new Date(NOW_MS + ms).toISOString();
const minutesAgo = (from: number, to: number) => ({ from: at(-from * 60_000), to: at(-to * 60_000) });

describeWithElasticsearch('clusters in the sample logs', () => {
  const logs = `${withPrefix()}logs`;
  const clock = { now: () => NOW_MS };
  let elastic: Elastic;
  let documents: SampleLog[];

  beforeAll(async () => {
    elastic = await connectAtHand();
    await createLogIndex(elastic, logs, AS_KIBANA);
    const stretch = { from: at(-4 * DAY_MS), to: at(DAY_MS / 4) };
    documents = [...sampleLogs({ seed: 'clusters', ...stretch, perDay: 800, incidents: storiesAround(NOW_MS) })];
    const operations = documents.flatMap((document) => [{ create: { _id: sampleLogId(document) } }, document]);
    const answer = await elastic.ask('load', (to) => to.bulk({ index: logs, refresh: true, operations }));
    expect(answer.errors).toBe(false);
  });
  afterAll(() => elastic.close());

  const open = (config: object) => ({ elastic, names: { logs }, config: ElasticsearchConfig.parse(config), clock });
  const find = (config: object, window: { from: string; to: string }) => createClusters(open(config)).find(window);

  test('the story that is under way is found, with its service, path, status and times, and nothing else is', async () => {
    const found = await find({ services: SAMPLE_SERVICES }, minutesAgo(15, 0));
    expect(found).toHaveLength(1);
    const story = documents.filter(({ host, request, response, '@timestamp': when }) => {
      const inWindow = when >= at(-15 * 60_000) && when < at(-5_000);
      return inWindow && host === 'pay.shop.example' && request === '/v1/charges' && response === 503;
    });
    const own = documents.filter(
      ({ host, '@timestamp': when }) => host === 'pay.shop.example' && when >= at(-15 * 60_000) && when < at(-5_000),
    );
    expect(found[0]).toMatchObject({
      service: 'payments-api',
      status: 503,
      path: '/v1/charges',
      severity: 'high',
      count: story.length,
      requests: own.length,
      first_seen: story[0]?.['@timestamp'],
      last_seen: story.at(-1)?.['@timestamp'],
    });
    expect(found[0]?.usual_share).toBeLessThan(0.05);
  });

  test('its samples are log lines of that service, status and path', async () => {
    const config = { services: SAMPLE_SERVICES };
    const [found] = await find(config, minutesAgo(15, 0));
    const telemetry = createElasticTelemetry(open(config));
    const lines = await Promise.all((found?.sample_ids ?? []).map((id) => telemetry.logLine(id)));
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatchObject({ service: 'payments-api', status: 503, path: '/v1/charges' });
  });

  test('stories of other days are found in their windows, a quiet hour has none', async () => {
    const names = async (from: number, to: number) =>
      (await find({ services: SAMPLE_SERVICES }, minutesAgo(from, to))).map(({ service, status }) => `${service} ${status}`);
    expect(await names(26 * 60, 25 * 60)).toEqual(['search-index 504']);
    expect(await names(75 * 60, 74 * 60)).toEqual(['elastic-downloads 404']);
    expect(await names(50 * 60, 49 * 60)).toEqual([]);
  });

  test('only services that the config maps are looked at, and none without a map', async () => {
    const other = { 'search-index': SAMPLE_SERVICES['search-index'] };
    expect(await find({ services: other }, minutesAgo(15, 0))).toEqual([]);
    expect(await find({}, minutesAgo(15, 0))).toEqual([]);
  });

  test('looking over all services costs one question beside that for the fields', async () => {
    const counted = await connectAtHand();
    const services = SAMPLE_SERVICES;
    await createClusters({ ...open({ services }), elastic: counted }).find(minutesAgo(15, 0));
    expect([...counted.asked().values()]).toEqual([1, 1]);
    await counted.close();
  });
});
