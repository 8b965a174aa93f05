import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { durably, WORK_MS_MAX } from '../../listeners/durable-ack.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const fault = new Error('the disk is full');

/** Work that ends after `ms`, and a record of what the person heard, in order. */
function scene({ ms, ends, deaf = false }: { ms: number; ends: 'well' | 'badly'; deaf?: boolean }) {
  const heard: string[] = [];
  const say =
    (what: string, fails = false) =>
    async () => {
      heard.push(what);
      if (fails) throw new Error('Slack does not answer');
    };
  const running = durably({
    work: () =>
      new Promise<string>((resolve, reject) => {
        setTimeout(() => {
          heard.push('durable');
          if (ends === 'well') resolve('done');
          else reject(fault);
        }, ms);
      }),
    inTime: say('ack'),
    notRecorded: say('not recorded', deaf),
    late: say('after all'),
  });
  return {
    heard,
    ended: running.then(
      () => 'well',
      (thrown: unknown) => thrown,
    ),
  };
}

test('what is durable in time is acked, and only then', async () => {
  const { heard, ended } = scene({ ms: 10, ends: 'well' });
  await vi.advanceTimersByTimeAsync(9);
  expect(heard).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(await ended).toBe('well');
  expect(heard).toEqual(['durable', 'ack']);
});

test('what is not durable in time is told as not recorded, and told again when it gets through after all', async () => {
  const { heard, ended } = scene({ ms: WORK_MS_MAX + 500, ends: 'well' });
  await vi.advanceTimersByTimeAsync(WORK_MS_MAX);
  expect(heard).toEqual(['not recorded']);
  await vi.advanceTimersByTimeAsync(500);
  expect(await ended).toBe('well');
  expect(heard).toEqual(['not recorded', 'durable', 'after all']);
});

test('a fault is told to the person and goes on to the error door', async () => {
  const { heard, ended } = scene({ ms: 10, ends: 'badly' });
  await vi.advanceTimersByTimeAsync(10);
  expect(await ended).toBe(fault);
  expect(heard).toEqual(['durable', 'not recorded']);
});

test('a late fault is told once, and goes on to the error door as well', async () => {
  const { heard, ended } = scene({ ms: WORK_MS_MAX + 1, ends: 'badly' });
  await vi.advanceTimersByTimeAsync(WORK_MS_MAX + 1);
  expect(await ended).toBe(fault);
  expect(heard).toEqual(['not recorded', 'durable']);
});

test('where the person cannot be told either, both faults are known', async () => {
  const { ended } = scene({ ms: 10, ends: 'badly', deaf: true });
  await vi.advanceTimersByTimeAsync(10);
  const thrown = await ended;
  expect(thrown).toBeInstanceOf(AggregateError);
  expect((thrown as AggregateError).errors).toHaveLength(2);
});

test('no timer is left behind', async () => {
  const { ended } = scene({ ms: 10, ends: 'well' });
  await vi.advanceTimersByTimeAsync(10);
  await ended;
  expect(vi.getTimerCount()).toBe(0);
});

test('the work has less time than Slack gives, so that the acknowledgement itself still arrives', () => {
  expect(WORK_MS_MAX).toBeLessThan(3_000);
});
