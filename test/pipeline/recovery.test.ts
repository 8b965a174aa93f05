import { expect, test } from 'vitest';
import { assessRecovery, endOf, isWell } from '../../pipeline/recovery.ts';
import { figures } from '../fixtures/builders.ts';

const check = { settle_s: 1, window_s: 5, error_rate_max: 0.05, baseline_factor: 2 };
const at = (error_rate: number, change = {}) => figures({ error_rate, baseline: 0.01, ...change });

type Shown = ReturnType<typeof at> | null;

test.each<[string, Shown, Shown, string]>([
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
  expect(assessRecovery(check, before, { whole: after, end: after }).result).toBe(expected);
});

/** The whole window is well: 300 requests, of them six failed; its last third has the figures of each row. */
const WELL = at(0.02, { requests: 300, errors: 6 });
const third = (error_rate: number, requests = 100) => at(error_rate, { requests, errors: Math.round(error_rate * requests) });

test.each<[string, Shown, Shown, string]>([
  ['well to the end is recovered', WELL, third(0.02), 'recovered'],
  ['one failed request more than the limit allows may be chance', WELL, third(0.06), 'recovered'],
  ['more than that in the end means that it fell back', WELL, third(0.07), 'not_recovered'],
  ['one failed request of very few is no falling back', WELL, third(1, 1), 'recovered'],
  ['an end that is worse than ever is worse', WELL, third(0.5), 'worse'],
  ['an end without requests, where many were usual, is no data', WELL, third(0, 0), 'no_data'],
  ['an end without figures, where many requests were usual, is no data', WELL, null, 'no_data'],
  ['an end without requests says nothing where hardly any come', at(0, { requests: 29 }), third(0, 0), 'recovered'],
  ['a good end does not make good what the whole window shows', at(0.06), third(0), 'not_recovered'],
])('the end of the window: %s', (_claim, whole, end, expected) => {
  expect(assessRecovery(check, at(0.3), { whole, end }).result).toBe(expected);
});

test('what the end of the window shows is told beside the whole', () => {
  const { detail } = assessRecovery(check, at(0.3), { whole: WELL, end: third(0.2) });
  expect(detail).toBe('error rate 2.0 %, 30.0 % before, recovered at or below 5.0 %; 20.0 % in the last third of that time');
});

test('a limit that is no number is met by nothing', () => {
  const unknown = at(0, { baseline: Number.NaN });
  expect(assessRecovery(check, at(0.3), { whole: unknown, end: unknown }).result).not.toBe('recovered');
});

test('the end of a window is its last third', () => {
  expect(endOf({ from: '2026-11-22T12:00:00.000Z', to: '2026-11-22T12:00:06.000Z' })).toEqual({
    from: '2026-11-22T12:00:04.000Z',
    to: '2026-11-22T12:00:06.000Z',
  });
});

test('unknown figures never show a service that is well', () => {
  expect(isWell(check, null)).toBe(false);
  expect(isWell(check, at(0, { requests: 0 }))).toBe(false);
  expect(isWell(check, at(Number.NaN))).toBe(false);
  expect(isWell(check, at(0.01))).toBe(true);
});
