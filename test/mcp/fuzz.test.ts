import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answered, called, mcpStage } from './stage.ts';

const NAMES = [
  'search_runbooks',
  'search_evidence',
  'check_policy_conflicts',
  'query_live_logs',
  'reliability_profile',
  'submit_plan',
  'get_case',
];
const FIELDS = [
  'query',
  'service',
  'severity',
  'action',
  'model',
  'case_id',
  'incident_id',
  'window_s',
  'limit',
  'summary',
  'symptoms',
  'proposed_action',
  'parameters',
  'rationale',
  'key_claims',
  'confidence_initial',
  'submission_key',
  'agent_name',
  '__proto__',
  'constructor',
  'approve',
];
const value = fc.oneof(
  fc.constantFrom<unknown>(
    'billing-batch',
    'high',
    'scale_worker_pool',
    '~switch',
    'inc-001',
    'APPROVE',
    null,
    -1,
    1e308,
    [],
    {},
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.jsonValue({ maxDepth: 4 }),
);
const input = fc.array(fc.tuple(fc.constantFrom(...FIELDS), value), { maxLength: 12 }).map((pairs) => Object.fromEntries(pairs));

test('whatever is sent to whichever tool is answered or refused: nothing fails, nothing is approved and nothing runs', async () => {
  const stage = await mcpStage({ mcp: { limits: { hosts: [], requests_per_minute: 1_000_000, burst: 10_000 } } });
  const shown = await stage.decide();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...NAMES), input, async (name, given) => {
      await called(stage.client, name, given);
    }),
    { numRuns: 300 },
  );
  expect(stage.lines().filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(stage.logged).toEqual([]);
  expect(stage.executor.effects).toEqual([]);
  for (const caseId of await stage.store.caseLog.openCases()) {
    const entries = await stage.store.caseLog.read(caseId);
    const kinds = entries.map(({ body }) => body.kind);
    for (const kind of ['approved', 'rejected', 'held', 'released', 'execution_started']) expect(kinds).not.toContain(kind);
  }
  expect(await answered(stage.client, 'get_case', { case_id: shown.caseId })).toMatchObject({ state: shown.status });
});
