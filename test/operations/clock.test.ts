import { expect, test } from 'vitest';
import { clockOffset } from '../../src/operations/check-clock.ts';
import { connectAtHand, describeWithElasticsearch, withPrefix } from '../elasticsearch/at-hand.ts';

describeWithElasticsearch('how far the clocks are apart', () => {
  const index = `${withPrefix()}clock`;

  test.each([
    ['in step', 0],
    ['a minute behind the cluster', 60_000],
    ['a minute ahead of it', -60_000],
  ])('is told of a machine that is %s, on an index without a single document', async (_claim, expectedMs) => {
    const elastic = await connectAtHand();
    await elastic.ask('make', (to) =>
      to.indices.create({ index, mappings: { properties: { at: { type: 'date' } } } }, { ignore: [400] }),
    );
    const offsetMs = await clockOffset(elastic, index, 'at', () => Date.now() - expectedMs);
    await elastic.close();
    // What the question itself took is no difference; a cluster on another machine may be some milliseconds off.
    expect(Math.abs(offsetMs - expectedMs)).toBeLessThan(2_000);
  });
});
