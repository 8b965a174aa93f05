import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { parseCommand } from '../../pipeline/intake/command.ts';
import { sampleLogs } from '../../src/sample-logs/sample-logs.ts';
import { SAMPLE_SERVICES } from '../../src/sample-logs/site.ts';
import { storiesAround } from '../../src/sample-logs/stories.ts';
import { connectAtHand, describeWithElasticsearch } from '../elasticsearch/at-hand.ts';
import { AS_KIBANA, createLogIndex } from '../telemetry/elasticsearch/log-index.ts';
import { governor, onHome } from './governor.ts';
import { onCluster } from './on-cluster.ts';

const NOW_MS = Date.parse('2026-03-01T10:00:00.000Z');
const DAY_MS = 86_400_000;
const Found = z.array(z.looseObject({ service: z.string(), status: z.int(), severity: z.string(), command: z.string() }));

test('without a cluster it says which variable is missing', async () => {
  const { code, err } = await governor(['clusters'], { env: onHome().env });
  expect({ code, err }).toEqual({ code: 2, err: 'governor clusters: clusters needs a cluster: give ELASTICSEARCH_URL\n' });
});

test('without a map it says where services are named', async () => {
  const env = { ...onHome().env, ELASTICSEARCH_URL: 'http://127.0.0.1:9' };
  const { code, err } = await governor(['clusters'], { env });
  expect(code).toBe(2);
  expect(err).toContain('elasticsearch.services');
});

test.each([
  ['--window', 'a while'],
  ['--window', '0m'],
  ['--window', '32d'],
  ['--until', 'tomorrow'],
])('%s %s is wrong usage', async (option, value) => {
  const { code, err } = await governor(['clusters', option, value], { env: onHome().env });
  expect(code).toBe(2);
  expect(err).toContain(option);
});

describeWithElasticsearch('clusters on the command line', () => {
  const { names, run, json } = onCluster({ services: SAMPLE_SERVICES });
  beforeAll(async () => {
    const elastic = await connectAtHand();
    await createLogIndex(elastic, names.logs, AS_KIBANA);
    const [from, to] = [new Date(NOW_MS - 2 * DAY_MS).toISOString(), new Date(NOW_MS + DAY_MS / 24).toISOString()];
    const lines = [...sampleLogs({ seed: 'cli', from, to, perDay: 800, incidents: storiesAround(NOW_MS) })];
    const operations = lines.flatMap((line) => [{ create: {} }, line]);
    await elastic.ask('load', (to) => to.bulk({ index: names.logs, refresh: true, operations }));
    await elastic.close();
  });
  const at = ['--until', '2026-03-01T10:00:00Z'];

  test('what stands out is bad news, with the line to type', async () => {
    const { code, out } = await run('clusters', ...at);
    expect(code).toBe(1);
    expect(out).toContain('HTTP 503 /v1/charges');
    const typed = /^ {2}\/incident (?<line>.+)$/m.exec(out)?.groups?.line ?? '';
    expect(parseCommand(typed)).toMatchObject({ does: 'open', service: 'payments-api', severity: 'high' });
  });

  test('the same as JSON', async () => {
    const [found, ...others] = Found.parse(await json('clusters', '--window', '10m', ...at));
    expect(found).toMatchObject({ service: 'payments-api', status: 503, severity: 'high' });
    expect(others).toEqual([]);
  });

  test('an hour in which nothing stands out is good news', async () => {
    const { code, out } = await run('clusters', '--window', '1h', '--until', '2026-03-01T03:00:00Z');
    expect({ code, out }).toEqual({ code: 0, out: 'Nothing stands out.\n' });
  });
});
