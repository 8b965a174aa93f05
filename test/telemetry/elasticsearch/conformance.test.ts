import { beforeAll } from 'vitest';
import { ElasticsearchConfig } from '../../../contracts/elasticsearch.ts';
import { connectElastic } from '../../../src/stores/elasticsearch/elastic.ts';
import { createElasticTelemetry } from '../../../src/telemetry/elasticsearch.ts';
import { telemetrySuite } from '../../conformance/telemetry.suite.ts';
import { connectAtHand, describeWithElasticsearch, withPrefix } from '../../elasticsearch/at-hand.ts';
import { openFaultyDoor } from './faulty-door.ts';
import { AS_KIBANA, createLogIndex, type Line, writeLines } from './log-index.ts';

const BEGIN_MS = Date.parse('2026-03-01T10:00:00.000Z');
const at = (second: number): string => new Date(BEGIN_MS + second * 1_000).toISOString();
const window = (from: number, to: number) => ({ from: at(from), to: at(to) });

/** Seconds since the first line; before each window lies a stretch of five hundred, a line a second. */
const QUIET = [500, 600] as const;
const TROUBLED = [800, 900] as const;

function line(second: number): Line {
  const troubled = second >= TROUBLED[0] && second < TROUBLED[1];
  const fails = second % (troubled ? 2 : 20) === 0;
  return { at: at(second), status: fails ? 503 : 200 };
}

const config = ElasticsearchConfig.parse({ services: { shop: { hosts: ['shop.example'] } }, baseline_s: 500 });

describeWithElasticsearch('on a real cluster', (url) => {
  const logs = `${withPrefix()}logs`;
  beforeAll(async () => {
    const elastic = await connectAtHand();
    await createLogIndex(elastic, logs, AS_KIBANA);
    const lines = Array.from({ length: TROUBLED[1] + 60 }, (_, second) => line(second));
    await writeLines(elastic, logs, [...lines, { at: at(850), host: 'other.example', status: 500 }]);
    await elastic.close();
  });

  telemetrySuite('of Elasticsearch', async () => {
    const door = await openFaultyDoor(url);
    const elastic = await connectElastic({ url: door.url, apiKey: null, timeoutMs: 2_000 });
    const clock = { now: () => BEGIN_MS + 3_600_000 };
    return {
      telemetry: createElasticTelemetry({ elastic, names: { logs }, config, clock }),
      service: 'shop',
      unmapped: 'nobody-knows-it',
      quiet: window(...QUIET),
      troubled: window(...TROUBLED),
      faults: {
        goSilent: async () => door.be('silent'),
        bePartial: async () => door.be('partial'),
        refuse: async () => door.be('refusing'),
      },
      async close() {
        await elastic.close();
        await door.close();
      },
    };
  });
});
