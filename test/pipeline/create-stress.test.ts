import { describe, expect, test } from 'vitest';
import type { LibraryDocument } from '../../contracts/documents.ts';
import type { Library, Telemetry } from '../../pipeline/ports.ts';
import { createStress } from '../../pipeline/stress.ts';
import {
  aCatalogue,
  aClaim,
  aContradiction,
  aLogLine,
  anAnswer,
  anEvidence,
  anIncident,
  aPlan,
  aPolicy,
  CASE,
  figures,
  NOW,
  UNKNOWN,
} from '../fixtures/builders.ts';
import { memoryLibrary } from '../fixtures/memory-library.ts';

const fails = (why: string) => () => Promise.reject(new Error(why));

function world({
  documents = [anEvidence()] as LibraryDocument[],
  library = {},
  telemetry = {},
  now = NOW,
}: {
  documents?: LibraryDocument[];
  library?: Partial<Library>;
  telemetry?: Partial<Telemetry>;
  now?: number;
} = {}) {
  const asked: { service: string; from: string; to: string }[] = [];
  const live: Telemetry = {
    figures: async (service, { from, to }) => {
      asked.push({ service, from, to });
      return figures();
    },
    services: async () => [],
    logLine: async (id) => (id === aLogLine().id ? aLogLine() : null),
    ...telemetry,
  };
  const clock = { at: now, now: () => clock.at };
  const memory = memoryLibrary(documents);
  const stressing = createStress({
    library: { ...memory.library, ...library },
    telemetry: live,
    clock,
    catalogue: aCatalogue(),
    windowS: 300,
  });
  return { ...stressing, asked, clock, documents: memory.documents, reads: memory.asked };
}

const request = { caseId: CASE, incident: anIncident(), plan: aPlan(), scores: { ecs: UNKNOWN, ci: UNKNOWN, uCurve: UNKNOWN } };
const stated = { ...request, answer: null, plannerProblem: null };

describe('stress asks the stores itself', () => {
  test('for cited documents, for candidates against the plan, for policies and for telemetry of the service', async () => {
    const { stress, asked } = world({
      documents: [anEvidence(), aContradiction(), aPolicy(), aContradiction({ id: 'ev-x', service: 'payments-api' })],
    });
    const found = await stress(stated);
    expect(found.documents.map(({ id }) => id)).toEqual(['ev-103', 'ev-900']);
    expect(found.findings).toMatchObject({ supports: 1, contradictions: 1, policy_conflicts: ['pol-01'], telemetry: figures() });
    expect(found.began_at).toBe('2026-11-22T10:00:00.000Z');
    expect(asked).toEqual([{ service: 'billing-batch', from: '2026-11-22T09:55:00.000Z', to: '2026-11-22T10:00:00.000Z' }]);
  });

  test('and finds a contradiction that names the action and shares no word with any claim', async () => {
    const { stress } = world({
      documents: [anEvidence(), aContradiction({ text: 'Ended badly.', actions: ['scale_worker_pool'] })],
    });
    expect((await stress(stated)).contradiction_ids).toEqual(['ev-900']);
  });

  test('for log lines by their ids', async () => {
    const { stress } = world();
    const plan = aPlan({
      key_claims: [
        aClaim({
          claim: 'Jobs are refused because the worker pool is exhausted',
          document_ids: ['log:billing-batch:1', 'log:billing-batch:2'],
        }),
      ],
    });
    const found = await stress({ ...stated, plan });
    expect(found.claims[0]).toMatchObject({ supports: ['log:billing-batch:1'], fabricated: ['log:billing-batch:2'] });
    expect(found.documents).toMatchObject([{ kind: 'log', stored_at: '2026-11-22T09:58:00.000Z' }]);
  });
});

describe('a store that fails', () => {
  test.each<keyof Library>(['get', 'candidates', 'policies'])(
    'library.%s: the step fails, and nothing is taken for no evidence',
    async (method) => {
      await expect(world({ library: { [method]: fails('the store is down') } }).stress(stated)).rejects.toThrow(
        'the store is down',
      );
    },
  );

  test('telemetry that throws is unknown, and says why', async () => {
    const found = await world({ telemetry: { figures: fails('partial answer') } }).stress(stated);
    expect(found).toMatchObject({ telemetry_problem: 'partial answer', findings: { telemetry: null } });
  });

  test('telemetry without a mapping is unknown, and says why', async () => {
    const found = await world({ telemetry: { figures: async () => null } }).stress(stated);
    expect(found).toMatchObject({
      telemetry_problem: 'telemetry knows no service `billing-batch`',
      findings: { telemetry: null },
    });
  });

  test('a log line that cannot be asked for makes telemetry unknown as a whole, and is not called invented', async () => {
    const plan = aPlan({ key_claims: [aClaim({ document_ids: ['ev-103', 'log:billing-batch:1'] })] });
    const found = await world({ telemetry: { logLine: fails('late') } }).stress({ ...stated, plan });
    expect(found).toMatchObject({ telemetry_problem: 'late', findings: { telemetry: null, fabricated_ids: [], supports: 1 } });
  });
});

describe('looking again at the last moment', () => {
  test('asks the stores anew, keeps the time the stress began, and does not ask the planner', async () => {
    const { stress, restress, clock, documents } = world();
    const shown = await stress({ ...stated, answer: anAnswer() });
    clock.at += 60_000;
    documents.set('ev-900', aContradiction({ stored_at: '2026-11-22T10:00:30.000Z' }));
    documents.set('ev-103', anEvidence({ text: 'The worker pool was never scaled' }));
    const fresh = await restress(request, shown);
    expect(fresh.began_at).toBe(shown.began_at);
    expect(fresh.findings).toMatchObject({ contradictions: 1, stale_ids: ['ev-103'], fabricated_ids: [] });
  });

  test('lets the library catch up with every writer before it reads anything, which the first look need not', async () => {
    const { stress, restress, reads } = world();
    const shown = await stress(stated);
    expect(reads).not.toContain('fresh');
    reads.length = 0;
    await restress(request, shown);
    expect(reads[0]).toBe('fresh');
    expect(reads.slice(1).sort()).toEqual(['candidates', 'get', 'policies']);
  });

  test('reads nothing until the library has caught up, and fails where it cannot', async () => {
    const { stress } = world();
    const shown = await stress(stated);
    const behind = world({ library: { fresh: fails('a shard is away') } });
    await expect(behind.restress(request, shown)).rejects.toThrow('a shard is away');
    expect(behind.reads).toEqual([]);
  });

  test('sees policies of that moment', async () => {
    const { stress, restress, clock } = world({ documents: [anEvidence(), aPolicy({ window: { from: '10:30', to: '11:30' } })] });
    const shown = await stress(stated);
    clock.at += 45 * 60_000;
    expect(shown.findings.policy_conflicts).toEqual([]);
    expect((await restress(request, shown)).findings.policy_conflicts).toEqual(['pol-01']);
  });

  test('sees what only the planner’s answer had cited', async () => {
    const { stress, restress, documents } = world({ documents: [anEvidence(), anEvidence({ id: 'ev-104' })] });
    const answer = anAnswer({ claim_evidence: [{ claim: 'Something else', support_docs: ['ev-104'], contradiction_docs: [] }] });
    const shown = await stress({ ...stated, answer });
    documents.delete('ev-104');
    expect((await restress(request, shown)).findings.stale_ids).toEqual(['ev-104']);
  });
});
