import { describe, expect, test } from 'vitest';
import type { RecoveryResult } from '../../contracts/entry.ts';
import { nextStep } from '../../pipeline/next.ts';
import { aPlan, aRunbook, figures } from '../fixtures/builders.ts';
import { type InProcess, inProcess } from '../fixtures/in-process.ts';

const REMEDY = 'Scaling the worker pool is the documented remedy for the queue lag';
const LEARNED = aRunbook({ id: 'learned:inc-900', from_case: 'inc-900', status: 'accepted', accepted_by: 'U0000LEAD' });

const stage = () =>
  inProcess({
    documents: [LEARNED],
    plan: (id) => aPlan({ incident_id: id, key_claims: [{ claim: REMEDY, document_ids: [LEARNED.id] }] }),
  });

/** Runs the case to the end of its recovery check, with what telemetry then shows. */
async function run(governor: InProcess, after: ReturnType<typeof figures> | null) {
  governor.world.figures = figures();
  const { caseId } = await governor.decide();
  await governor.steps.execute(await governor.reload(caseId));
  governor.world.figures = after;
  governor.clock.ms += 60_000;
  await governor.steps.verify(await governor.reload(caseId));
  return governor.reload(caseId);
}

describe('a case that did not recover teaches nothing', () => {
  test.each<[RecoveryResult, ReturnType<typeof figures> | null]>([
    ['not_recovered', figures()],
    ['worse', figures({ error_rate: 0.99 })],
    ['no_data', null],
  ])('%s', async (result, after) => {
    const governor = await stage();
    const state = await run(governor, after);
    expect(state).toMatchObject({ status: 'not_recovered', learned: null, recovery: { result } });
    expect(nextStep(state, governor.config, { connectedSinceMs: 0 }, null)).toBeNull();
    expect(await governor.store.library.get([`learned:${state.caseId}`])).toEqual([]);
  });

  test.each(['failed', 'refused'] as const)(
    'an action that %s is never verified, so nothing is learned from it',
    async (answer) => {
      const governor = await stage();
      governor.executor.answer = answer;
      const { caseId } = await governor.decide();
      await governor.steps.execute(await governor.reload(caseId));
      const state = await governor.reload(caseId);
      expect(state).toMatchObject({ status: 'not_recovered', learned: null, recovery: null });
      expect(await governor.store.library.get([`learned:${caseId}`])).toEqual([]);
    },
  );
});

test('an accepted runbook whose action fails later is shown with its failures, and its digest stays what was approved', async () => {
  const governor = await stage();
  const first = await run(governor, figures());
  const before = first.revisions[0]?.stressed?.stress.documents.find(({ id }) => id === LEARNED.id);
  expect(before).toMatchObject({ role: 'support' });
  expect(before).not.toHaveProperty('failures');
  const second = await run(governor, figures());
  const after = second.revisions[0]?.stressed?.stress.documents.find(({ id }) => id === LEARNED.id);
  expect(after).toMatchObject({ role: 'support', failures: 1, hash: before?.hash });
  expect((await governor.store.library.get([LEARNED.id]))[0]).toMatchObject({ failures: 2 });
});

test('recovery by the same runbook counts no failure', async () => {
  const governor = await stage();
  expect((await run(governor, figures({ error_rate: 0.01 }))).status).toBe('learning');
  expect((await governor.store.library.get([LEARNED.id]))[0]).not.toHaveProperty('failures');
});
