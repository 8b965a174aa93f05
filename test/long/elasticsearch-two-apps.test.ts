import { afterEach, test } from 'vitest';
import { describeWithElasticsearch, withPrefix } from '../elasticsearch/at-hand.ts';
import type { Stage } from '../fixtures/app.ts';
import { deliverTwice, openTwo, stopAtRandom, stopUnderWay } from '../fixtures/two-apps.ts';

const STOPS = 8;

describeWithElasticsearch('two governors on machines of their own share one cluster', (url) => {
  const prefix = withPrefix();
  let opened = 0;
  let stage: Stage | null = null;
  afterEach(async () => {
    await stage?.close();
    stage = null;
  });
  const open = async (): Promise<Stage> => {
    opened += 1;
    const two = await openTwo({ cluster: { url, prefix: `${prefix}${opened}-` } });
    stage = two;
    return two;
  };

  test('every event counts once although each is delivered twice, and every case runs once', async () => {
    await deliverTwice(await open());
  });

  test('one that is stopped past its lease and continued appends nothing wrong; the other goes on meanwhile', async () => {
    await stopAtRandom(await open(), STOPS);
  });

  test('one that is stopped while its order is under way finds it settled by the other, and causes no second effect', async () => {
    await stopUnderWay(await open());
  });
});
