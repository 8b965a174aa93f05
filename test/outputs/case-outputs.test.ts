import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { z } from 'zod';
import { AgentRun, ReliabilityMetric, WorkflowEvent } from '../../contracts/output-lines.ts';
import { createCaseOutputs } from '../../src/outputs/case-outputs.ts';
import { createOwnEntries } from '../../src/outputs/own-entries.ts';
import { blockingDocuments } from '../fixtures/builders.ts';
import { type InProcess, inProcess } from '../fixtures/in-process.ts';
import { waitFor } from '../fixtures/wait.ts';

const SHAPES = { agent_runs: AgentRun, reliability_metrics: ReliabilityMetric, workflow_events: WorkflowEvent };
type Name = keyof typeof SHAPES;
const silent = { error: () => undefined, info: () => undefined };

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'governor-outputs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const linesOf = <N extends Name>(folder: string, name: N): z.infer<(typeof SHAPES)[N]>[] => {
  const file = join(folder, `${name}.jsonl`);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').filter(Boolean);
  return lines.map((line) => SHAPES[name].parse(JSON.parse(line)) as z.infer<(typeof SHAPES)[N]>);
};

type Stage = Pick<InProcess, 'store' | 'cases' | 'clock'>;
async function outputs({ store, cases, clock }: Stage, folder: string, more: object = {}) {
  const made = createCaseOutputs({
    folder,
    log: store.caseLog,
    cases,
    clock,
    isOwn: () => true,
    hide: (text) => text.replaceAll('hunter2', '[redacted]'),
    logger: silent,
    ...more,
  });
  await made.start();
  return made;
}

/** A case to the end of its recovery check; `well` is what telemetry then shows. */
async function carriedOut(governor: InProcess) {
  const decided = await governor.decide();
  await governor.approve(decided);
  const approved = await governor.reload(decided.caseId);
  await governor.steps.execute(approved);
  governor.clock.ms += 60_000;
  await governor.steps.verify(await governor.reload(decided.caseId));
  return governor.reload(decided.caseId);
}

test('a case leaves its record at the decision and at its end, its figures, and what went on outside', async () => {
  const governor = await inProcess({ documents: blockingDocuments });
  const folder = aFolder();
  const made = await outputs(governor, folder);
  const end = await carriedOut(governor);
  await made.close();
  expect(end.status).toBe('not_recovered');
  const runs = linesOf(folder, 'agent_runs');
  expect(runs.map(({ stage, status }) => [stage, status])).toEqual([
    ['decision', 'pending_approval'],
    ['end', 'not_recovered'],
  ]);
  expect(runs[1]).toMatchObject({ executed: true, approvals: [{ by: 'U0000LEAD' }], recovery: { result: 'not_recovered' } });
  const [decision, recovery] = linesOf(folder, 'reliability_metrics');
  expect(decision).toMatchObject({
    measure: 'decision',
    decision: 'block_and_escalate',
    contradictions: 2,
    confidence_initial: 8,
  });
  expect(decision).toHaveProperty('confidence_delta', runs[0]?.derived?.confidence_delta);
  expect(recovery).toMatchObject({ measure: 'recovery', result: 'not_recovered', action_id: 'scale_worker_pool' });
  expect(linesOf(folder, 'workflow_events').map(({ channel, event }) => `${channel} ${event}`)).toEqual([
    'intake incident_opened',
    'slack card_posted',
    'slack decision_shown',
    'slack approved',
    'executor execution_started',
    'executor execution_recorded',
  ]);
});

test('an order that went out to nobody did not reach its target, and one that was refused was told no', async () => {
  for (const [outcome, told] of [
    ['not_sent', 'failed'],
    ['refused', 'refused'],
  ] as const) {
    const governor = await inProcess();
    const folder = aFolder();
    const made = await outputs(governor, folder);
    governor.executor.run = async () => {
      // What is refused after its time says nothing of the order; what nobody takes is tried until then.
      if (outcome === 'not_sent') governor.clock.ms += 20_000;
      return { outcome, detail: 'the target cannot be reached', effectAt: null };
    };
    governor.executor.status = async () => ({ seen: false });
    await governor.steps.execute(await governor.decide());
    await made.close();
    const line = linesOf(folder, 'workflow_events').find(({ event }) => event === 'execution_recorded');
    expect([line?.channel, line?.outcome]).toEqual(['executor', told]);
  }
});

test('a restart writes what the process before owed, and nothing twice', async () => {
  const governor = await inProcess({ documents: blockingDocuments });
  const folder = aFolder();
  const before = await outputs(governor, folder);
  const first = await governor.decide();
  await before.close();
  const whole = linesOf(folder, 'workflow_events');
  // Nobody listens now, as between an append and its line: what comes is owed.
  await governor.approve(first);
  await governor.decide();
  const after = await outputs(governor, folder);
  await waitFor('what was owed', () => linesOf(folder, 'agent_runs').length === 2);
  await waitFor('what was owed', () => linesOf(folder, 'workflow_events').length === whole.length + 4);
  await after.close();
  const again = await outputs(governor, folder);
  await again.close();
  for (const name of ['agent_runs', 'reliability_metrics', 'workflow_events'] as const) {
    const ids = linesOf(folder, name).map(({ entry_id }) => entry_id);
    expect(new Set(ids).size).toBe(ids.length);
  }
  expect(linesOf(folder, 'workflow_events')).toHaveLength(whole.length + 4);
});

test('a line that a killed process left half written is put right, and no line is lost for it', async () => {
  const governor = await inProcess();
  const folder = aFolder();
  await (await outputs(governor, folder)).close();
  await governor.decide();
  const file = join(folder, 'reliability_metrics.jsonl');
  appendFileSync(file, '{"at":"2026-11-22T10:00:00.000Z","case_id":"inc-0');
  const made = await outputs(governor, folder);
  await waitFor('the whole line', () => readFileSync(file, 'utf8').split('\n').length === 3);
  await made.close();
  const [torn, line] = readFileSync(file, 'utf8').split('\n');
  expect(torn).toBe('{"at":"2026-11-22T10:00:00.000Z","case_id":"inc-0');
  expect(ReliabilityMetric.parse(JSON.parse(line ?? ''))).toMatchObject({ case_id: 'inc-001' });
});

test('what came before the outputs were there is not written', async () => {
  const governor = await inProcess();
  const folder = aFolder();
  await governor.decide();
  governor.clock.ms += 1_000;
  await (await outputs(governor, folder)).close();
  await (await outputs(governor, folder)).close();
  expect(linesOf(folder, 'workflow_events')).toEqual([]);
});

test('what a replica wrote is left to the replica', async () => {
  const governor = await inProcess();
  const folder = aFolder();
  const isOwn = () => false;
  const made = await outputs(governor, folder, { isOwn });
  await governor.decide();
  await made.close();
  await (await outputs(governor, folder, { isOwn })).close();
  expect(linesOf(folder, 'workflow_events')).toEqual([]);
});

test('lines that could not be written follow as soon as they can be, and the place is not lost over it', async () => {
  const governor = await inProcess();
  const folder = aFolder();
  const made = await outputs(governor, folder);
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file where the folder was');
  await governor.decide();
  await new Promise((resolve) => setTimeout(resolve, 100));
  rmSync(folder);
  await waitFor('the lines', () => linesOf(folder, 'workflow_events').length === 3);
  await made.close();
  expect(linesOf(folder, 'agent_runs')).toHaveLength(1);
}, 40_000);

test("no value of this installation's secrets stands in any file", async () => {
  const governor = await inProcess();
  const folder = aFolder();
  const made = await outputs(governor, folder);
  await governor.decide({ summary: 'the login uses hunter2 and lags' });
  await made.close();
  expect(readFileSync(join(folder, 'agent_runs.jsonl'), 'utf8')).not.toContain('hunter2');
  expect(linesOf(folder, 'agent_runs')[0]?.incident.summary).toContain('[redacted]');
});

test('entries of one home are known as its own for ever, and those of another are not', () => {
  const [here, there] = [aFolder(), aFolder()];
  const ours = createOwnEntries(here);
  const id = ours.entryId();
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(createOwnEntries(here).isOwn(id)).toBe(true);
  expect(createOwnEntries(there).isOwn(id)).toBe(false);
  expect(new Set(Array.from({ length: 1_000 }, () => ours.entryId())).size).toBe(1_000);
});
