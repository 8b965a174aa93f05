import { expect, onTestFinished, test } from 'vitest';
import { lockLog } from '../../contracts/entry.ts';
import type { Step } from '../../pipeline/next.ts';
import type { RunStep } from '../../pipeline/steps/step.ts';
import { createPipelineLane } from '../../src/lanes/pipeline-lane.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { waitFor } from '../fixtures/wait.ts';

const nothing = (): void => undefined;
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => logger };

/** A worker over one case, every step of which asks to be tried again in a minute. */
async function worker(isExecuted: boolean) {
  const governor = await inProcess();
  const { cases, clock, config, catalogue, store } = governor;
  const decided = await governor.decide();
  clock.ms += config.hold_window_s * 1_000;
  if (isExecuted) {
    await governor.steps.execute(decided);
    clock.ms += 60_000;
  }
  const ran: Step[] = [];
  const steps = new Proxy({} as Record<Step, RunStep>, {
    get: (_none, step: Step) => async () => {
      ran.push(step);
      return { state: null, retryAtMs: clock.now() + 60_000 };
    },
  });
  const lanes = [
    createPipelineLane({ steps, timings: config, actions: catalogue.actions, presence: () => ({ connectedSinceMs: 0 }) }),
  ];
  const parts = { log: store.caseLog, cases, lanes, clock, logger, ticketed: false, holder: 'test', leaseMs: 4_000, slotsMax: 4 };
  const started = createWorker(parts);
  onTestFinished(() => started.stop(1_000));
  await started.start();
  await waitFor('the first try', () => ran.length === 1);
  await waitFor('the worker to rest', () => started.idle());
  return { ran, started };
}

test('a case that waits to execute is looked at anew when a lock changes hands', async () => {
  const { ran, started } = await worker(false);
  started.wake(lockLog('elsewhere'));
  await waitFor('the second try', () => ran.length === 2);
  expect(ran).toEqual(['execute', 'execute']);
});

test('telemetry that is away is not asked anew whenever something runs elsewhere', async () => {
  const { ran, started } = await worker(true);
  for (let time = 0; time < 20; time += 1) started.wake(lockLog(`elsewhere-${time}`));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(ran).toEqual(['verify']);
});
