import { expect, test } from 'vitest';
import { connectAtHand, describeWithElasticsearch, elasticsearchUrl, withPrefix } from './at-hand.ts';

describeWithElasticsearch('the cluster at hand', (url) => {
  const prefix = withPrefix();

  test('is a real Elasticsearch of the version our client speaks', async () => {
    const elastic = await connectAtHand();
    const info = await elastic.ask('info', (to) => to.info());
    await elastic.close();
    expect(info.version.number).toMatch(/^9\./);
    expect(url).toBe(elasticsearchUrl());
  });

  test('keeps what one test file writes under that file’s own prefix', async () => {
    const elastic = await connectAtHand();
    await elastic.ask('create', (to) => to.indices.create({ index: `${prefix}kept` }));
    expect(await elastic.ask('exists', (to) => to.indices.exists({ index: `${prefix}kept` }))).toBe(true);
    await elastic.close();
  });

  test('is not in the environment, where a governor that a test starts would find it', () => {
    expect(process.env.ELASTICSEARCH_URL).toBeUndefined();
    expect(process.env.ELASTICSEARCH_API_KEY).toBeUndefined();
    expect(process.env.GOVERNOR_TEST_ELASTICSEARCH).toBeUndefined();
  });
});
