import { expect, onTestFinished, test } from 'vitest';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Step } from '../../pipeline/next.ts';
import type { RunStep } from '../../pipeline/steps/step.ts';
import { moved } from '../../pipeline/steps/step.ts';
import { createPipelineLane } from '../../src/lanes/pipeline-lane.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { anEvidence, anIncident, aRunbook, blockingDocuments } from '../fixtures/builders.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { waitFor } from '../fixtures/wait.ts';
import { silentLog } from '../outward/silent-log.ts';

const SLOTS = 3;
const NAMES: Step[] = ['plan', 'stress', 'gate', 'execute', 'settle', 'verify', 'learn', 'revise', 'expire', 'remind'];

type Governor = Awaited<ReturnType<typeof inProcess>>;

/** A worker whose steps do nothing but hang where `hangs` says so; gives what was begun, by case. */
function watch({ cases, clock, config, catalogue, store }: Governor, hangs: (step: Step, state: CaseState) => boolean) {
  const begun: string[] = [];
  const release = Promise.withResolvers<void>();
  const runOf =
    (step: Step): RunStep =>
    async (state) => {
      begun.push(`${step} ${state.caseId}`);
      if (hangs(step, state)) await release.promise;
      return { ...moved(null), retryAtMs: clock.now() + 60_000 };
    };
  const steps = Object.fromEntries(NAMES.map((name) => [name, runOf(name)])) as Record<Step, RunStep>;
  const presence = () => ({ connectedSinceMs: 0 });
  const lanes = [createPipelineLane({ steps, timings: config, actions: catalogue.actions, presence })];
  const common = { log: store.caseLog, cases, clock, logger: silentLog, ticketed: false, holder: 'test', leaseMs: 4_000 };
  const worker = createWorker({ ...common, lanes, slotsMax: SLOTS });
  onTestFinished(async () => {
    release.resolve();
    await worker.stop(1_000);
  });
  return { worker, begun };
}

const openMany = async ({ cases }: Governor, count: number): Promise<string[]> => {
  const ids = Array.from({ length: count }, (_, number) => `inc-9${String(number).padStart(2, '0')}`);
  for (const id of ids)
    await cases.open(id, { kind: 'incident_opened', incident: anIncident({ id }), channel: 'C0INCIDENTS', intake_key: id });
  return ids;
};

test('what is approved is executed while a planner hangs in more cases than there are slots', async () => {
  const governor = await inProcess({ documents: blockingDocuments });
  const decided = await governor.decide();
  await governor.approve(decided);
  const { worker, begun } = watch(governor, (step) => step === 'plan');
  const planned = await openMany(governor, SLOTS * 2);
  await worker.start();
  await waitFor('the planner to be busy', () => begun.filter((one) => one.startsWith('plan')).length === SLOTS);
  await waitFor('the execution', () => begun.includes(`execute ${decided.caseId}`), { limitMs: 5_000 });
  expect(begun.filter((one) => one.startsWith('plan'))).toHaveLength(SLOTS);
  expect(planned.length).toBeGreaterThan(SLOTS);
});

test('an executor that hangs in more cases than there are slots keeps no order to another one waiting', async () => {
  const governor = await inProcess({ documents: [anEvidence(), aRunbook()] });
  const started: CaseState[] = [];
  for (let count = 0; count < SLOTS * 2; count += 1) started.push(await startAt(governor, 'webhook-hangs'));
  const near = await startAt(governor, 'webhook-near');
  const { worker, begun } = watch(governor, (_step, state) => state.execution?.executor === 'webhook-hangs');
  await worker.start();
  await waitFor('the other order', () => begun.includes(`settle ${near.caseId}`), { limitMs: 5_000 });
  const hanging = begun.filter((one) => started.some(({ caseId }) => one === `settle ${caseId}`));
  expect(hanging.length).toBeLessThanOrEqual(SLOTS);
});

/** A case whose order went out to this executor, and nobody knows what became of it. */
async function startAt({ decide, cases, clock }: Governor, executor: string): Promise<CaseState> {
  const state = await decide();
  const { revision = 1, gated, stressed } = state.revisions.at(-1) ?? {};
  const after = await cases.record(state, {
    kind: 'execution_started',
    revision,
    key: `${state.caseId}:${revision}`,
    action_id: stressed?.stress.action_id ?? '',
    action_hash: stressed?.stress.action_hash ?? '',
    executor,
    parameters: {},
    not_after: new Date(clock.now() + 10_000).toISOString(),
    digest: gated?.digest ?? '',
    baseline: null,
    recheck_reasons: [],
  });
  if (after === null) throw new Error('somebody else was first');
  return after;
}
