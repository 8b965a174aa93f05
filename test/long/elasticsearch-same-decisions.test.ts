import { expect, test } from 'vitest';
import { expectSame, withBothSides } from '../differential/both.ts';
import { describeWithElasticsearch } from '../elasticsearch/at-hand.ts';

const WORLDS = 400;
const WITHIN_MS = 180_000;
const REASONS_MIN = 6;

describeWithElasticsearch('a long row of generated worlds on the embedded store and on the cluster', () => {
  const sides = withBothSides();

  test('ends the same on both, to the byte', async () => {
    const met = await expectSame(sides(), { worlds: WORLDS, withinMs: WITHIN_MS });
    expect(met.reasons.size, 'rules that fail').toBeGreaterThanOrEqual(REASONS_MIN);
  });
});
