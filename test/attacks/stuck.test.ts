import { expect, onTestFinished, test } from 'vitest';
import { createPipelineLane } from '../../src/lanes/pipeline-lane.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { blockingDocuments } from '../fixtures/builders.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { waitFor } from '../fixtures/wait.ts';

const nothing = (): void => undefined;
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => logger };

test('a case that waits out a freeze of months goes on at once where a person changes its plan', async () => {
  const freeze = { service: '*', from: '2026-01-01T00:00:00.000Z', to: '2027-06-01T00:00:00.000Z' };
  const governor = await inProcess({ documents: blockingDocuments, config: { freezes: [freeze], approval_expiry_s: 9_000_000 } });
  const { cases, clock, config, catalogue, steps, store } = governor;
  const presence = () => ({ connectedSinceMs: 0 });
  const lanes = [createPipelineLane({ steps, timings: config, actions: catalogue.actions, presence })];
  const log = store.caseLog;
  const parts = { log, cases, lanes, clock, logger, ticketed: false, holder: 'test', leaseMs: 4_000, slotsMax: 4 };
  const worker = createWorker(parts);
  onTestFinished(() => worker.stop(1_000));
  const state = await governor.decide();
  await governor.approve(state);
  await worker.start();
  await waitFor('the freeze to be found', async () => (await governor.reload('inc-001')).waiting?.for === 'frozen');
  await waitFor('the worker to rest', () => worker.idle());
  const ref = { case_id: 'inc-001', revision: 1, digest: state.revisions[0]?.gated?.digest ?? '' };
  const chosen = await governor.choices.choose({ ref, by: 'U0000LEAD', via: 'modal' }, 'scale_worker_pool', { workers: 2 });
  expect(chosen).toMatchObject({ ok: true });
  await waitFor('the new plan to be decided', async () => (await governor.reload('inc-001')).revisions[1]?.gated, {
    limitMs: 3_000,
  });
});
