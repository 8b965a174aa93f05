import { expect, onTestFinished, test } from 'vitest';
import type { Step } from '../../pipeline/next.ts';
import type { CaseLog } from '../../pipeline/ports.ts';
import type { RunStep } from '../../pipeline/steps/step.ts';
import { createPipelineLane } from '../../src/lanes/pipeline-lane.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { anEvidence, aRunbook, blockingDocuments } from '../fixtures/builders.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { waitFor } from '../fixtures/wait.ts';

const nothing = (): void => undefined;
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => logger };

const free = [anEvidence(), aRunbook()];

/** Slack's connection becomes `then` while the lease of a case that is ready to execute is asked for. */
async function whileLeased(documents: typeof blockingDocuments, then: (nowMs: number) => number | null) {
  const governor = await inProcess({ documents });
  const { cases, clock, config, catalogue, store } = governor;
  const decided = await governor.decide();
  if (documents === blockingDocuments) await governor.approve(decided);
  else clock.ms += config.hold_window_s * 1_000;
  const ran: Step[] = [];
  const only =
    (step: Step): RunStep =>
    async () => {
      ran.push(step);
      return { state: null, retryAtMs: clock.now() + 60_000 };
    };
  const NAMES: Step[] = ['plan', 'stress', 'gate', 'execute', 'settle', 'verify', 'learn', 'revise', 'expire', 'remind'];
  const steps = Object.fromEntries(NAMES.map((name) => [name, only(name)])) as Record<Step, RunStep>;
  let presence: { connectedSinceMs: number | null } = { connectedSinceMs: 0 };
  let leases = 0;
  const lease: CaseLog['lease'] = async () => {
    presence = { connectedSinceMs: then(clock.now()) };
    leases += 1;
    return true;
  };
  const log: CaseLog = { ...store.caseLog, lease };
  const lanes = [createPipelineLane({ steps, timings: config, actions: catalogue.actions, presence: () => presence })];
  const worker = createWorker({ log, cases, lanes, clock, logger, ticketed: false, holder: 'test', leaseMs: 4_000, slotsMax: 4 });
  onTestFinished(() => worker.stop(1_000));
  await worker.start();
  await waitFor('the lease to be asked for', () => leases > 0);
  await waitFor('the worker to rest', () => worker.idle());
  return ran;
}

test('an approval does not expire before its time where Slack goes away while the lease is asked for', async () => {
  expect(await whileLeased(blockingDocuments, () => null)).toEqual([]);
});

test('a hold window that begins anew while the lease is asked for is waited for', async () => {
  expect(await whileLeased(free, (nowMs) => nowMs)).toEqual([]);
});

test('an approval whose lease came while Slack stayed is executed', async () => {
  expect(await whileLeased(blockingDocuments, () => 0)).toEqual(['execute']);
});
