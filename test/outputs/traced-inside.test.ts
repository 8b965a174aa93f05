import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ToolCall } from '../../contracts/tool-call.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import { openToolTrace } from '../../src/outputs/tool-trace.ts';
import { createTracing, tracePlanners } from '../../src/outputs/traced-inside.ts';
import { anIncident, aPlan } from '../fixtures/builders.ts';
import { inProcess } from '../fixtures/in-process.ts';

const around = { clock: { now: () => 1_700_000_000_000 }, hide: (text: string) => text.replaceAll('hunter2', '[redacted]') };
function aTrace() {
  const lines: ToolCall[] = [];
  const trace = { append: async (line: ToolCall) => void lines.push(ToolCall.parse(line)) };
  return { traced: createTracing({ ...around, trace }), lines };
}
const request = { incident: anIncident({ id: 'inc-1' }), actions: [], problem: null, remarks: null };
const { signal } = new AbortController();

test('every question to a planner leaves a line with its case, and a failed one says so and still fails', async () => {
  const { planner } = await inProcess();
  const { traced, lines } = aTrace();
  const failing = { ...planner, stress: () => Promise.reject(new GovernorError('answer_lost', 'no answer')) };
  const asked = tracePlanners(traced, () => failing)('billing-batch');
  expect((await asked.plan(request, signal)).planner).toBe('told');
  await expect(asked.stress(request, aPlan(), signal)).rejects.toThrow('no answer');
  expect(lines).toMatchObject([
    { tool: 'planner.plan', client: 'told', case_id: 'inc-1', transport: 'inside', outcome: 'answered', error_code: null },
    { tool: 'planner.stress', outcome: 'failed', error_code: 'answer_lost' },
  ]);
});

test('a trace that cannot be written fails no question', async () => {
  const { planner } = await inProcess();
  const errors: string[] = [];
  const log = { error: (message: string) => void errors.push(message) };
  // A file stands where the folder would have to be.
  const trace = openToolTrace({ folder: fileURLToPath(import.meta.url), log });
  const traced = createTracing({ ...around, trace });
  expect((await tracePlanners(traced, () => planner)('billing-batch').plan(request, signal)).planner).toBe('told');
  await expect.poll(() => errors).toEqual(['a tool call could not be traced']);
});
