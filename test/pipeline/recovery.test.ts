import { expect, test } from 'vitest';
import { assessRecovery, isWell } from '../../pipeline/recovery.ts';
import { figures } from '../fixtures/builders.ts';

const check = { settle_s: 1, window_s: 5, error_rate_max: 0.05, baseline_factor: 2 };
const at = (error_rate: number, change = {}) => figures({ error_rate, baseline: 0.01, ...change });

test.each<[string, ReturnType<typeof at> | null, ReturnType<typeof at> | null, string]>([
  ['at the limit it is recovered', at(0.3), at(0.05), 'recovered'],
  ['just above it is not', at(0.3), at(0.0501), 'not_recovered'],
  ['as bad as before is not recovered', at(0.3), at(0.3), 'not_recovered'],
  ['a little above before is not yet worse', at(0.3), at(0.32), 'not_recovered'],
  ['clearly above before is worse', at(0.3), at(0.36), 'worse'],
  ['a high baseline raises the limit', at(0.5), at(0.15, { baseline: 0.08 }), 'recovered'],
  ['no figures are no data', at(0.3), null, 'no_data'],
  ['no requests are no data, however good the rate looks', at(0.3), at(0, { requests: 0 }), 'no_data'],
  ['a rate that is no number is no data', at(0.3), at(Number.NaN), 'no_data'],
  ['without figures from before it may be recovered, but never worse', null, at(0.9), 'not_recovered'],
])('%s', (_claim, before, after, expected) => {
  expect(assessRecovery(check, before, after).result).toBe(expected);
});

test('unknown figures never show a service that is well', () => {
  expect(isWell(check, null)).toBe(false);
  expect(isWell(check, at(0, { requests: 0 }))).toBe(false);
  expect(isWell(check, at(Number.NaN))).toBe(false);
  expect(isWell(check, at(0.01))).toBe(true);
});
