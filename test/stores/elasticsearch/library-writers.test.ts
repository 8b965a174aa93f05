import { beforeEach, describe, expect, test } from 'vitest';
import type { Library } from '../../../pipeline/ports.ts';
import { createStress } from '../../../pipeline/stress.ts';
import type { Elastic } from '../../../src/stores/elasticsearch/elastic.ts';
import { createElasticLibrary } from '../../../src/stores/elasticsearch/library.ts';
import { type IndexNames, indexNamesOf } from '../../../src/stores/elasticsearch/names.ts';
import { describeWithElasticsearch, withPrefix } from '../../elasticsearch/at-hand.ts';
import {
  aCatalogue,
  anEvidence,
  anIncident,
  aPlan,
  aPolicy,
  aRunbook,
  CASE,
  figures,
  NOW,
  UNKNOWN,
} from '../../fixtures/builders.ts';
import { quiet } from '../sqlite-stage.ts';
import { type LibraryStand, standsInTurn } from './library-stage.ts';

const T1 = Date.parse('2026-02-01T00:00:00.000Z');
const undatedEvidence = (text: string) => {
  const { stored_at: _stored, ...evidence } = anEvidence({ id: 'ev', text });
  return evidence;
};

describeWithElasticsearch('several writers and an unsteady cluster', () => {
  const prefix = withPrefix();
  const open = standsInTurn(prefix);
  let stand: LibraryStand;
  beforeEach(async () => {
    stand = await open();
    stand.setNow(T1);
  });

  /** An index that shows nothing new by itself: what is seen was made to be seen. */
  const unrefreshed = (index: string) =>
    stand.elastic.ask('settings', (to) => to.indices.putSettings({ index, settings: { refresh_interval: '-1' } }));

  describe('freshness', () => {
    test('a policy that another client stored is seen after it, and not before', async () => {
      await unrefreshed(stand.names.policies);
      const { kind: _kind, ...document } = aPolicy({ id: 'pol-new' });
      await stand.elastic.ask('foreign', (to) => to.index({ index: stand.names.policies, document }));
      expect(await stand.library.policies(document.service)).toEqual([]);
      await stand.library.fresh();
      expect((await stand.library.policies(document.service)).map(({ id }) => id)).toEqual(['pol-new']);
    });

    test('the last check before an effect sees it', async () => {
      await unrefreshed(stand.names.policies);
      await stand.library.put([anEvidence()]);
      const telemetry = { figures: async () => figures(), services: async () => [], logLine: async () => null };
      const clock = { now: () => NOW };
      const stressing = createStress({ library: stand.library, telemetry, clock, catalogue: aCatalogue(), windowS: 300 });
      const question = {
        caseId: CASE,
        incident: anIncident(),
        plan: aPlan(),
        scores: { ecs: UNKNOWN, ci: UNKNOWN, uCurve: UNKNOWN },
      };
      const shown = await stressing.stress({ ...question, answer: null, plannerProblem: null });
      expect(shown.findings.policy_conflicts).toEqual([]);
      await stand.elastic.ask('foreign', (to) => to.index({ index: stand.names.policies, document: aPolicy({ id: 'pol-new' }) }));
      expect((await stressing.restress(question, shown)).findings.policy_conflicts).toEqual(['pol-new']);
    });

    test('what this program puts and removes is seen at once by every process', async () => {
      for (const name of [stand.names.runbooks, stand.names.evidence, stand.names.policies]) await unrefreshed(name);
      await stand.library.put([aRunbook({ id: 'rb' }), anEvidence({ id: 'ev' }), aPolicy({ id: 'pol' })]);
      expect(await stand.second.counts()).toEqual({ runbooks: 1, evidence: 1, policies: 1 });
      await stand.library.remove('pol');
      expect(await stand.second.policies('billing-batch')).toEqual([]);
    });

    test('a document is read by its id in real time', async () => {
      await unrefreshed(stand.names.evidence);
      await stand.elastic.ask('foreign', (to) =>
        to.index({ index: stand.names.evidence, id: 'ev-7', document: anEvidence({ id: 'ev-7' }) }),
      );
      expect(await stand.library.get(['ev-7'])).toHaveLength(1);
    });
  });

  describe('writers at the same document', () => {
    test('of many at once one content is left, whole and found by its own words', async () => {
      const texts = Array.from({ length: 6 }, (_, at) => `Attempt number${at}x at the queue`);
      await Promise.all(
        texts.map((text, at) =>
          (at % 2 === 0 ? stand.library : stand.second).put([anEvidence({ id: 'ev', stance: 'contradict', text })]),
        ),
      );
      const [left] = await stand.library.get(['ev']);
      expect(await stand.library.counts()).toMatchObject({ evidence: 1 });
      const at = texts.findIndex((text) => left?.kind === 'evidence' && left.text === text);
      expect(at).toBeGreaterThanOrEqual(0);
      const asked = { service: 'billing-batch', stance: 'contradict', words: [`number${at}x`] } as const;
      expect(await stand.library.candidates(asked)).toEqual([left]);
      expect(await stand.library.candidates({ ...asked, words: texts.map((_text, one) => `number${one}x`) })).toEqual([left]);
    });

    test('the same content keeps the time at which the first of them stored it', async () => {
      await stand.library.put([undatedEvidence('the same')]);
      stand.setNow(T1 + 60_000);
      await Promise.all(
        Array.from({ length: 6 }, (_, at) => (at % 2 === 0 ? stand.library : stand.second).put([undatedEvidence('the same')])),
      );
      expect((await stand.library.get(['ev']))[0]?.stored_at).toBe(new Date(T1).toISOString());
    });

    test('one that takes it away and one that stores it end with it there or gone, never in between', async () => {
      for (let round = 0; round < 6; round += 1) {
        await Promise.all([stand.library.put([anEvidence({ id: 'ev' })]), stand.second.remove('ev')]);
        const there = (await stand.library.get(['ev'])).length;
        expect(await stand.library.counts()).toMatchObject({ evidence: there });
      }
    });

    test('a change that others keep winning is a fault in the end, and not an endless loop', async () => {
      await stand.library.put([anEvidence({ id: 'ev' })]);
      const rival: Elastic = {
        ...stand.elastic,
        async ask(what, question) {
          if (what === 'library bulk')
            await stand.elastic.ask('rival', (to) =>
              to.index({
                index: stand.names.evidence,
                id: 'ev',
                document: anEvidence({ id: 'ev', text: 'The rival was here.' }),
              }),
            );
          return stand.elastic.ask(what, question);
        },
      };
      const contended = createElasticLibrary({ elastic: rival, names: stand.names, now: () => T1, log: quiet });
      await expect(contended.put([anEvidence({ id: 'ev', text: 'Ours.' })])).rejects.toMatchObject({ code: 'store_contended' });
      expect(await stand.library.get(['ev'])).toMatchObject([{ text: 'The rival was here.' }]);
    });

    test('putting what is there already writes nothing', async () => {
      const documents = [aRunbook({ id: 'rb' }), anEvidence({ id: 'ev' }), aPolicy({ id: 'pol' })];
      await stand.library.put(documents);
      const before = stand.elastic.asked().get('library bulk');
      await stand.second.put(documents);
      expect(stand.elastic.asked().get('library bulk')).toBe(before);
    });
  });

  const everything: [string, (library: Library) => Promise<unknown>][] = [
    ['searching runbooks', (library) => library.searchRunbooks('latency', 'payments-api', 5)],
    ['searching evidence', (library) => library.searchEvidence('latency', 'payments-api', 5)],
    ['candidates', (library) => library.candidates({ service: 'payments-api', stance: 'contradict', words: ['latency'] })],
    ['policies', (library) => library.policies('payments-api')],
    ['reading by id', (library) => library.get(['ev'])],
    ['freshness', (library) => library.fresh()],
    ['services', (library) => library.services()],
    ['counts', (library) => library.counts()],
    ['storing', (library) => library.put([aRunbook(), anEvidence(), aPolicy()])],
  ];

  describe('no answer is never the same as nothing found', () => {
    const away = ['runbooks', 'evidence', 'policies'] as const;
    const over = (names: IndexNames): Library =>
      createElasticLibrary({ elastic: stand.elastic, names, now: () => T1, log: quiet });
    const nowhere = indexNamesOf({ prefix: `${prefix}nowhere-`, indices: {} });
    const halted = indexNamesOf({ prefix: `${prefix}halted-`, indices: {} });

    test.each(everything)('%s: an index that is missing is a fault', async (_what, ask) => {
      await expect(ask(over(nowhere))).rejects.toMatchObject({ code: 'index_missing' });
      // Nor has the cluster made one by guessing.
      const index = away.map((role) => nowhere[role]);
      expect(await stand.elastic.ask('exists', (to) => to.indices.exists({ index, allow_no_indices: false }))).toBe(false);
    });

    test.each(everything.filter(([what]) => what !== 'storing'))('%s: a shard that is away is a fault', async (_what, ask) => {
      await makeHalted(halted);
      await expect(ask(over(halted))).rejects.toMatchObject({ code: expect.stringMatching(/^store_/) });
    });

    /** Of each index both shards may only lie on a node that is not there. */
    async function makeHalted(names: IndexNames): Promise<void> {
      const settings = { 'index.routing.allocation.require._name': 'none', number_of_shards: 2, number_of_replicas: 0 };
      const properties = { id: { type: 'keyword' as const }, service: { type: 'keyword' as const } };
      for (const index of away.map((role) => names[role])) {
        if (await stand.elastic.ask('exists', (to) => to.indices.exists({ index }))) continue;
        await stand.elastic.ask('make', (to) =>
          to.indices.create({ index, settings, mappings: { properties }, wait_for_active_shards: 0 }),
        );
      }
    }

    test('a refresh that one shard did not do is a fault', async () => {
      const half: Elastic = {
        ...stand.elastic,
        async ask(what, question) {
          const answer = await stand.elastic.ask(what, question);
          return what === 'library fresh' ? { ...answer, _shards: { total: 3, successful: 2, failed: 1 } } : answer;
        },
      };
      const library = createElasticLibrary({ elastic: half, names: stand.names, now: () => T1, log: quiet });
      await expect(library.fresh()).rejects.toMatchObject({ code: 'store_partial' });
    });
  });
});
