import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { connectElastic, type Elastic } from '../../src/stores/elasticsearch/elastic.ts';
import { connectAtHand, describeWithElasticsearch, withPrefix } from './at-hand.ts';
import { type ElasticProxy, startProxy, type Trouble } from './proxy.ts';

const TIMEOUT_MS = 1_000;
const Written = z.object({ result: z.literal('created') });

describeWithElasticsearch('the proxy in front of a node', (url) => {
  const index = `${withPrefix()}proxied`;
  let proxy: ElasticProxy;
  let through: Elastic;
  let direct: Elastic;
  beforeEach(async () => {
    proxy = await startProxy(url.split(',')[0] ?? '');
    through = await connectElastic({ url: proxy.url, apiKey: null, timeoutMs: TIMEOUT_MS });
    direct = await connectAtHand();
    await direct.ask('make', (to) => to.indices.create({ index }, { ignore: [400] }));
  });
  afterEach(async () => {
    await through.close();
    await direct.close();
    await proxy.close();
  });
  const write = (id: string) => through.ask('write', (to) => to.create({ index, id, document: { text: 'a word' } }));
  const isThere = (id: string) => direct.ask('look', (to) => to.exists({ index, id }));

  test('lets everything through where it is told of no trouble', async () => {
    const id = randomUUID();
    expect(Written.safeParse(await write(id)).success).toBe(true);
    expect(await isThere(id)).toBe(true);
    expect(proxy.troubled()).toBe(0);
  });

  test.each<[Trouble, string, boolean]>([
    ['hang', 'store_away', false],
    ['busy', 'store_busy', false],
    ['unready', 'store_unready', false],
    ['cut', 'store_away', false],
    ['lost', 'store_away', true],
  ])('%s is the fault %s, the write is there: %s, and afterwards all is as before', async (kind, code, there) => {
    const id = randomUUID();
    await proxy.trouble(kind);
    await expect(write(id)).rejects.toMatchObject({ code });
    await proxy.trouble(null);
    expect(await isThere(id)).toBe(there);
    expect(proxy.troubled()).toBe(1);
    expect(Written.safeParse(await write(randomUUID())).success).toBe(true);
  });
});
