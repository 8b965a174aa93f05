import { describe, expect, test } from 'vitest';
import { ExecutionLimits } from '../../contracts/executors.ts';
import { fullFor, type Slot } from '../../pipeline/blast-radius.ts';
import { createSlots } from '../../pipeline/slots.ts';
import { inProcess } from '../fixtures/in-process.ts';

const slot = (atS: number, service = 'a'): Slot => ({ caseId: `c${atS}`, revision: 1, service, atMs: atS * 1_000 });
const limits = (change: object) => ExecutionLimits.parse({ window_s: 100, ...change });

describe('one more execution may start', () => {
  test.each<[string, Slot[], object, number | null]>([
    ['where nothing is limited', [slot(99), slot(99)], {}, null],
    ['below the limit', [slot(50)], { executions_max: 2 }, null],
    ['where the others have left the window', [slot(0), slot(0)], { executions_max: 1 }, null],
    ['where they are of other services', [slot(90, 'b'), slot(91, 'b')], { per_service_max: 1 }, null],
    ['not at the limit', [slot(40), slot(60)], { executions_max: 2 }, 140_001],
    ['not at the limit of its service', [slot(40), slot(50, 'b'), slot(60)], { per_service_max: 2 }, 140_001],
    ['not before enough have left where the limit was lowered', [slot(40), slot(50), slot(60)], { executions_max: 2 }, 150_001],
  ])('%s', (_claim, slots, change, untilMs) => {
    expect(fullFor('a', slots, limits(change), 100_000)?.untilMs ?? null).toBe(untilMs);
  });
});

test('of twenty cases in four processes exactly as many start as may', async () => {
  const { store, clock, ids } = await inProcess();
  const processes = Array.from({ length: 4 }, () =>
    createSlots({ log: store.caseLog, clock, ids, limits: limits({ executions_max: 7 }) }),
  );
  const taken = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      processes[at % 4]!.take({ service: 'a', caseId: `inc-${at}`, revision: 1, since: 1, anyway: false }),
    ),
  );
  expect(taken.filter(({ ok }) => ok)).toHaveLength(7);
  const own = { service: 'a', caseId: `inc-${taken.findIndex(({ ok }) => ok)}`, revision: 1, since: 1, anyway: false };
  expect(await processes[0]!.take(own)).toEqual({ ok: true });
  expect(await processes[0]!.take({ ...own, revision: 2, since: 2, anyway: true })).toEqual({ ok: true });
});

test('an order that could not be sent costs no second place, until the first one has left the window', async () => {
  const { store, clock, ids } = await inProcess();
  const slots = createSlots({ log: store.caseLog, clock, ids, limits: limits({ executions_max: 2 }) });
  const take = (caseId: string, revision: number, since: number) =>
    slots.take({ service: 'a', caseId, revision, since, anyway: false });
  expect(await take('inc-1', 1, 1)).toEqual({ ok: true });
  for (const revision of [2, 3, 4]) expect(await take('inc-1', revision, 1)).toEqual({ ok: true });
  expect(await take('inc-2', 1, 1), 'the second place is free').toEqual({ ok: true });
  expect(await take('inc-1', 5, 5), 'another plan of the same case').toMatchObject({ ok: false });
  clock.ms += limits({}).window_s * 1_000 + 1;
  expect(await take('inc-1', 4, 1), 'and counts again').toEqual({ ok: true });
  expect(await take('inc-3', 1, 1)).toEqual({ ok: true });
  expect(await take('inc-4', 1, 1)).toMatchObject({ ok: false });
});
