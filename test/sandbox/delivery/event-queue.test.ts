import { expect, test } from 'vitest';
import type { DeliveryError, Outcome } from '../../../src/sandbox/delivery/envelope.ts';
import { afterAttempt } from '../../../src/sandbox/delivery/event-queue.ts';

const DELAYS = [0, 60_000, 300_000];
const failed = (error: DeliveryError): Outcome => ({ ok: false, error, ack_ms: 1 });
const waiting = (attempt: number) => ({ event: { event_id: 'Ev1' }, attempt, dueMs: 0, reason: '' });

test.each<[string, number, Outcome, object | undefined]>([
  ['an acknowledged event is over', 0, { ok: true, payload: undefined, ack_ms: 1 }, undefined],
  ['the first retry goes at once', 0, failed('operation_timeout'), { attempt: 1, dueMs: 1000, reason: 'timeout' }],
  ['the second a minute later', 1, failed('operation_timeout'), { attempt: 2, dueMs: 61_000, reason: 'timeout' }],
  ['the third five minutes later', 2, failed('connection_lost'), { attempt: 3, dueMs: 301_000, reason: 'timeout' }],
  ['after the third it is given up', 3, failed('operation_timeout'), undefined],
  ['a refused request says so in its retry', 0, failed('http_error'), { attempt: 1, reason: 'http_error' }],
  ['who wants no retry gets none', 0, failed('no_retry'), undefined],
  ['nobody there is no attempt', 1, failed('dispatch_failed'), { attempt: 1, dueMs: 0 }],
])('%s', (_claim, attempt, outcome, expected) => {
  const next = afterAttempt(waiting(attempt), outcome, DELAYS, 1000);
  if (expected === undefined) expect(next).toBeUndefined();
  else expect(next).toMatchObject(expected);
});
