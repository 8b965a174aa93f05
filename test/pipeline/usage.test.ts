import { describe, expect, test } from 'vitest';
import type { ModelUsage } from '../../contracts/usage.ts';
import { addUsage } from '../../pipeline/usage.ts';

const one: ModelUsage = { model: 'm', calls: 1, input_tokens: 100, output_tokens: 10, estimated: false, cost_usd: 0.5 };

describe('what a model was asked for a plan and its stress test', () => {
  test.each<[string, ModelUsage | null, ModelUsage | null, ModelUsage | null]>([
    ['nothing and nothing is nothing', null, null, null],
    ['the plan alone', one, null, one],
    ['the stress test alone', null, one, one],
    ['both add up', one, one, { ...one, calls: 2, input_tokens: 200, output_tokens: 20, cost_usd: 1 }],
    [
      'a part without a price leaves the sum without one',
      one,
      { ...one, cost_usd: null },
      { ...one, calls: 2, input_tokens: 200, output_tokens: 20, cost_usd: null },
    ],
    [
      'an estimate in one makes the sum an estimate',
      { ...one, estimated: true },
      one,
      { ...one, calls: 2, input_tokens: 200, output_tokens: 20, cost_usd: 1, estimated: true },
    ],
  ])('%s', (_claim, first, second, sum) => {
    expect(addUsage(first, second)).toEqual(sum);
  });
});
