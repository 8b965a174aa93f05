import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LibraryDocument } from '../../../contracts/documents.ts';
import { canonicalJson } from '../../../pipeline/canonical.ts';
import type { Library } from '../../../pipeline/ports.ts';
import { createStress } from '../../../pipeline/stress.ts';
import { words } from '../../../pipeline/words.ts';
import { openSqliteStore, type SqliteStore } from '../../../src/stores/sqlite/store.ts';
import { NAUGHTY } from '../../conformance/naughty.ts';
import { describeWithElasticsearch, withPrefix } from '../../elasticsearch/at-hand.ts';
import { aCatalogue, anIncident, aPlan, CASE, figures, NOW, UNKNOWN } from '../../fixtures/builders.ts';
import { newFile, quiet } from '../sqlite-stage.ts';
import { type LibraryStand, openStand } from './library-stage.ts';

const ids = Array.from({ length: 8 }, (_, at) => `doc-${at}`);
const id = fc.constantFrom(...ids);
const service = fc.constantFrom('billing-batch', 'payments-api', '*');
const subject = fc.constantFrom(
  'Scaling the worker pool clears the queue lag',
  'The worker pool was scaled and the queue grew',
  'restart_api_pods ended in a storm of reconnects',
  'KubePodCrashLooping on the api pods',
);
const text = fc.oneof(
  subject,
  fc.constantFrom(...NAUGHTY),
  fc.string({ minLength: 1, maxLength: 80 }),
  fc.lorem({ maxCount: 12 }),
);
const stored_at = fc.option(fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-12-24T00:00:00.000Z'), { nil: undefined });
const without = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;

const evidence = fc
  .record({
    kind: fc.constant('evidence' as const),
    id,
    service,
    stance: fc.constantFrom('support' as const, 'contradict' as const),
    text,
    actions: fc.option(fc.subarray(['scale_worker_pool', 'restart_api_pods'], { minLength: 1 }), { nil: undefined }),
    stored_at,
  })
  .map(without);
const policy = fc
  .record({
    kind: fc.constant('policy' as const),
    id,
    service,
    blocked_actions: fc.subarray(['scale_worker_pool', 'restart_api_pods', 'scale out the workers', '*']),
    severities: fc.subarray(['low' as const, 'medium' as const, 'high' as const]),
    rule: text,
    absolute: fc.option(fc.boolean(), { nil: undefined }),
    stored_at,
  })
  .map(without);
const runbook = fc
  .record({
    kind: fc.constant('runbook' as const),
    id,
    service,
    title: subject,
    recommended_action: fc.constantFrom('', 'scale_worker_pool', 'restart_api_pods'),
    body: text,
    status: fc.option(fc.constantFrom('accepted' as const, 'learned' as const, 'discarded' as const), { nil: undefined }),
    stored_at,
  })
  .map(without);
const batch = fc.array(fc.oneof(evidence, policy, runbook), { maxLength: 10 });

const sorted = <T extends { id: string }>(documents: readonly T[]): T[] => [...documents].sort((a, b) => (a.id < b.id ? -1 : 1));
const bytes = (documents: readonly LibraryDocument[]): string => canonicalJson(sorted(documents));

describeWithElasticsearch('the embedded store and the cluster, given the same documents', () => {
  const prefix = withPrefix();
  let stand: LibraryStand;
  let store: SqliteStore;
  let now = Date.parse('2026-02-01T00:00:00.000Z');
  beforeAll(async () => {
    stand = await openStand(prefix);
    store = await openSqliteStore({ file: newFile(), now: () => now, log: quiet });
  });
  afterAll(async () => {
    await store.close();
    await stand.close();
  });
  const both = async <T>(ask: (library: Library) => Promise<T>): Promise<[T, T]> => [
    await ask(store.library),
    await ask(stand.library),
  ];

  const stressed = (library: Library, question: Parameters<ReturnType<typeof createStress>['stress']>[0]) => {
    const telemetry = { figures: async () => figures(), services: async () => [], logLine: async () => null };
    const ports = { library, telemetry, clock: { now: () => NOW }, catalogue: aCatalogue(), windowS: 300 };
    return createStress(ports).stress(question);
  };

  test('give the same documents, policies and candidates, and the same findings, to the byte', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 3 }), text, fc.subarray(ids), async (batches, asked, cited) => {
        const gone = await both((library) => Promise.all(ids.map((one) => library.remove(one))));
        expect(gone[1]).toEqual(gone[0]);
        for (const documents of batches) {
          now += 1_000;
          stand.setNow(now);
          await both((library) => library.put(documents));
        }
        const same = async (ask: (library: Library) => Promise<LibraryDocument[]>) => {
          const [here, there] = await both(ask);
          expect(bytes(there)).toBe(bytes(here));
        };
        await same((library) => library.get(ids));
        for (const name of ['billing-batch', 'payments-api', 'unheard-of']) {
          await same((library) => library.policies(name));
          for (const stance of ['support', 'contradict'] as const)
            await same((library) => library.candidates({ service: name, stance, words: words(asked) }));
        }
        const [servicesHere, servicesThere] = await both((library) => library.services());
        expect(servicesThere).toEqual(servicesHere);
        const [countsHere, countsThere] = await both((library) => library.counts());
        expect(countsThere).toEqual(countsHere);
        const plan = aPlan({ key_claims: [{ claim: 'Scaling the worker pool clears the queue lag', document_ids: cited }] });
        const question = {
          caseId: CASE,
          incident: anIncident(),
          plan,
          answer: null,
          plannerProblem: null,
          scores: { ecs: UNKNOWN, ci: UNKNOWN, uCurve: UNKNOWN },
        };
        const [findingsHere, findingsThere] = await both((library) => stressed(library, question));
        expect(canonicalJson(findingsThere)).toBe(canonicalJson(findingsHere));
      }),
      { numRuns: 25 },
    );
  });
});
