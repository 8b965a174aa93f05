import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Evidence, LibraryDocument, Runbook } from '../../contracts/documents.ts';
import type { Library } from '../../pipeline/ports.ts';
import { words } from '../../pipeline/words.ts';
import { anEvidence, aPolicy, aRunbook } from '../fixtures/builders.ts';
import { NAUGHTY } from './naughty.ts';

/** One library, and its clock, which the suite moves. */
export type LibraryStage = { library: Library; setNow(ms: number): void; close(): Promise<void> };

const T1 = Date.parse('2026-02-01T00:00:00.000Z');
const T2 = Date.parse('2026-02-02T00:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();

const runbook = (id: string, change: Partial<Runbook> = {}): Runbook => ({
  ...aRunbook(),
  id,
  service: 'payments-api',
  ...change,
});
const evidence = (id: string, change: Partial<Evidence> = {}): Evidence => ({
  ...anEvidence(),
  id,
  service: 'payments-api',
  ...change,
});
const undated = <T extends LibraryDocument>(document: T): T => {
  const { stored_at: _stored, ...rest } = document;
  return rest as T;
};
const idsOf = (found: readonly { document: { id: string } }[]): string[] => found.map(({ document }) => document.id);
const sorted = (ids: readonly string[]): string[] => [...ids].sort();

/** What every library must do, whatever keeps it. Which of two fitting documents is the better one is for the bench. */
export function librarySuite(name: string, open: () => Promise<LibraryStage>): void {
  describe(`the library of ${name}`, () => {
    let stage: LibraryStage;
    let library: Library;
    beforeEach(async () => {
      stage = await open();
      library = stage.library;
      stage.setNow(T1);
    });
    afterEach(() => stage.close());

    describe('searching runbooks', () => {
      test('finds those of the service and of every service, and of no other', async () => {
        await library.put([
          runbook('own', { title: 'Latency of checkout' }),
          runbook('all', { service: '*', title: 'Latency anywhere' }),
          runbook('other', { service: 'payments', title: 'Latency of payments' }),
          runbook('longer', { service: 'payments-api-2', title: 'Latency of the second' }),
        ]);
        expect(sorted(idsOf(await library.searchRunbooks('latency', 'payments-api', 10)))).toEqual(['all', 'own']);
        expect(idsOf(await library.searchRunbooks('latency', 'unheard-of', 10))).toEqual(['all']);
      });

      test('a word in the title counts for more than the same word in the body', async () => {
        await library.put([
          runbook('body', { title: 'Payments are slow', body: 'Saturation of the pool is one reason of many.' }),
          runbook('title', { title: 'Saturation', body: 'Look at the dashboards and call somebody.' }),
          ...Array.from({ length: 8 }, (_, at) =>
            runbook(`filler-${at}`, { title: `Unrelated ${at}`, body: 'Nothing of the kind.' }),
          ),
        ]);
        expect(idsOf(await library.searchRunbooks('saturation', 'payments-api', 5))[0]).toBe('title');
      });

      test("an alert's name finds its runbook, written as one word or as its words", async () => {
        await library.put([
          runbook('alerts/KubePodCrashLooping', {
            service: '*',
            title: 'KubePodCrashLooping',
            body: 'The container ends again and again.',
          }),
          runbook('alerts/KubePodNotReady', { service: '*', title: 'KubePodNotReady', body: 'The pod waits.' }),
          runbook('alerts/KubeNodeNotReady', { service: '*', title: 'KubeNodeNotReady', body: 'The node is gone.' }),
        ]);
        for (const query of ['KubePodCrashLooping', 'kubepodcrashlooping', 'a pod of kube is crash looping'])
          expect(idsOf(await library.searchRunbooks(query, 'payments-api', 3))[0]).toBe('alerts/KubePodCrashLooping');
      });

      test('learned ones come after all accepted ones, and discarded ones never', async () => {
        await library.put([
          runbook('learned', { status: 'learned', title: 'Latency latency latency', body: 'latency' }),
          runbook('discarded', { status: 'discarded', title: 'Latency', body: 'latency' }),
          runbook('accepted', { title: 'Something else', body: 'mentions latency once among very many other words of no use' }),
        ]);
        expect(idsOf(await library.searchRunbooks('latency', 'payments-api', 10))).toEqual(['accepted', 'learned']);
        expect(idsOf(await library.searchRunbooks('latency', 'payments-api', 1))).toEqual(['accepted']);
      });

      test('each failure in a row lowers a runbook, and a recovery puts it back', async () => {
        const same = { title: 'Latency of checkout', body: 'Restart it.' };
        const found = async () => idsOf(await library.searchRunbooks('latency checkout', 'payments-api', 5));
        await library.put([
          runbook('rb-1', { ...same, failures: 1 }),
          runbook('rb-2', { ...same, failures: 4 }),
          runbook('rb-3', same),
          runbook('rb-4', { ...same, failures: 2 }),
        ]);
        expect(await found()).toEqual(['rb-3', 'rb-1', 'rb-4', 'rb-2']);
        expect(idsOf(await library.searchRunbooks('latency checkout', 'payments-api', 1))).toEqual(['rb-3']);
        const scores = (await library.searchRunbooks('latency checkout', 'payments-api', 5)).map(({ score }) => score);
        expect((scores[0] ?? 0) / (scores[3] ?? 1)).toBeCloseTo(5, 1);
        await library.put([runbook('rb-2', same), runbook('rb-3', { ...same, failures: 3 })]);
        expect(await found()).toEqual(['rb-2', 'rb-1', 'rb-4', 'rb-3']);
      });

      test('one that failed is behind what fits less, as far as it fits no better than its failures weigh', async () => {
        await library.put([
          runbook('failed', { title: 'Latency of checkout', body: 'latency', failures: 9 }),
          runbook('less', { title: 'Something else', body: 'mentions latency once among a few other words' }),
          ...Array.from({ length: 8 }, (_, at) => runbook(`filler-${at}`, { title: `Unrelated ${at}`, body: 'Nothing.' })),
        ]);
        expect(idsOf(await library.searchRunbooks('latency', 'payments-api', 1))).toEqual(['less']);
      });

      test('what was learned stays behind what was accepted, however often that failed', async () => {
        await library.put([
          runbook('accepted', { title: 'Mentions latency', body: 'other words', failures: 50 }),
          runbook('learned', { status: 'learned', title: 'Latency latency', body: 'latency' }),
          runbook('learned-failed', { status: 'learned', title: 'Latency latency', body: 'latency', failures: 2 }),
        ]);
        expect(idsOf(await library.searchRunbooks('latency', 'payments-api', 5))).toEqual([
          'accepted',
          'learned',
          'learned-failed',
        ]);
      });

      test('a runbook that is discarded, accepted or moved is found by what it is now', async () => {
        const learned = runbook('one', { status: 'learned', title: 'Latency' });
        await library.put([learned]);
        await library.put([{ ...learned, status: 'discarded' }]);
        expect(await library.searchRunbooks('latency', 'payments-api', 5)).toEqual([]);
        await library.put([{ ...learned, status: 'accepted', service: 'other-api' }]);
        expect(await library.searchRunbooks('latency', 'payments-api', 5)).toEqual([]);
        expect(idsOf(await library.searchRunbooks('latency', 'other-api', 5))).toEqual(['one']);
        await library.put([{ ...learned, status: 'accepted', title: 'Throughput', body: 'none' }]);
        expect(await library.searchRunbooks('latency', 'payments-api', 5)).toEqual([]);
      });

      test('no more are given than were asked for, the best first', async () => {
        await library.put(Array.from({ length: 30 }, (_, at) => runbook(`rb-${at}`, { title: `Latency number ${at}` })));
        const found = await library.searchRunbooks('latency', 'payments-api', 7);
        expect(found).toHaveLength(7);
        const scores = found.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
      });

      test('a query without a word, or with none that occurs, finds nothing', async () => {
        await library.put([runbook('one', { title: 'Latency' })]);
        for (const query of ['', '   ', '...', 'the of and', 'zeppelin'])
          expect(await library.searchRunbooks(query, 'payments-api', 5)).toEqual([]);
      });

      test('evidence is found by the same rules and never among runbooks', async () => {
        await library.put([
          runbook('rb', { title: 'Latency' }),
          evidence('for', { text: 'Latency fell after the restart.' }),
          evidence('against', { stance: 'contradict', text: 'Latency rose after the restart.' }),
          evidence('other', { service: 'other-api', text: 'Latency of another service.' }),
        ]);
        expect(sorted(idsOf(await library.searchEvidence('latency', 'payments-api', 5)))).toEqual(['against', 'for']);
        expect(idsOf(await library.searchRunbooks('latency', 'payments-api', 5))).toEqual(['rb']);
      });
    });

    describe('candidates', () => {
      const ask = (asked: readonly string[], stance: 'support' | 'contradict' = 'contradict', service = 'payments-api') =>
        library.candidates({ service, stance, words: asked });

      test('are all that share a word, of the stance, of the service or of every one', async () => {
        await library.put([
          evidence('hit', { stance: 'contradict', text: 'A restart ended in a storm.' }),
          evidence('star', { stance: 'contradict', service: '*', text: 'Never restart under load.' }),
          evidence('support', { stance: 'support', text: 'A restart helped.' }),
          evidence('elsewhere', { stance: 'contradict', service: 'other-api', text: 'A restart failed.' }),
          evidence('nothing', { stance: 'contradict', text: 'Disks were full.' }),
        ]);
        expect(sorted((await ask(words('restart the pods'))).map(({ id }) => id))).toEqual(['hit', 'star']);
        expect((await ask(words('restart'), 'support')).map(({ id }) => id)).toEqual(['support']);
      });

      test('include a document that names the action, though its text shares no word', async () => {
        await library.put([evidence('named', { stance: 'contradict', text: 'It went badly.', actions: ['restart_api_pods'] })]);
        expect((await ask(words('restart_api_pods'))).map(({ id }) => id)).toEqual(['named']);
      });

      test('are never cut off, however many there are', async () => {
        await library.put(
          Array.from({ length: 700 }, (_, at) =>
            evidence(`ev-${at}`, { stance: 'contradict', text: `Restart number ${at} was of no use.` }),
          ),
        );
        expect(await ask(words('restart'))).toHaveLength(700);
      });

      test('are found by any of a thousand words', async () => {
        await library.put([evidence('one', { stance: 'contradict', text: 'zeppelin' })]);
        const many = Array.from({ length: 1_000 }, (_, at) => `word${at}x`);
        expect((await ask([...many, 'zeppelin'])).map(({ id }) => id)).toEqual(['one']);
      });

      test('are found by a word that lower case gives a mark', async () => {
        await library.put([evidence('dotted', { stance: 'contradict', text: 'Failover of \u0130stanbul lost writes.' })]);
        expect((await ask(words('\u0130STANBUL'))).map(({ id }) => id)).toEqual(['dotted']);
      });

      test('without words there are none', async () => {
        await library.put([evidence('one', { stance: 'contradict' })]);
        expect(await ask([])).toEqual([]);
      });

      test('never miss one, whatever the texts are', async () => {
        const text = fc.oneof(fc.string({ minLength: 1, maxLength: 60 }), fc.constantFrom(...NAUGHTY), fc.lorem({ maxCount: 8 }));
        let run = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 12 }), text, async (texts, asked) => {
            run += 1;
            const service = `svc-${run}`;
            const documents = texts.map((body, at) => evidence(`r${run}-${at}`, { service, stance: 'support', text: body }));
            await library.put(documents);
            const wanted = new Set(words(asked));
            const expected = documents.filter((document) => words(document.text).some((word) => wanted.has(word)));
            const found = await library.candidates({ service, stance: 'support', words: [...wanted] });
            expect(sorted(found.map(({ id }) => id))).toEqual(sorted(expected.map(({ id }) => id)));
          }),
          { numRuns: 60 },
        );
      });
    });

    describe('keeping', () => {
      test('what was put is got again by its id, and ids that do not exist give nothing', async () => {
        const documents = [runbook('rb'), evidence('ev'), { ...aPolicy(), id: 'pol' }];
        await library.put(documents);
        const found = await library.get(['rb', 'ev', 'pol', 'nope', 'rb', 'RB', 'rb\u0000', ' rb']);
        expect(found.sort((a, b) => a.id.localeCompare(b.id))).toEqual([...documents].sort((a, b) => a.id.localeCompare(b.id)));
        expect(await library.get([])).toEqual([]);
      });

      test('policies are those of the service and of every service', async () => {
        await library.put([
          { ...aPolicy(), id: 'own', service: 'payments-api' },
          { ...aPolicy(), id: 'all', service: '*' },
          { ...aPolicy(), id: 'other', service: 'other-api' },
        ]);
        expect(sorted((await library.policies('payments-api')).map(({ id }) => id))).toEqual(['all', 'own']);
      });

      test('a new document gets the time of storing, and a given time is kept', async () => {
        await library.put([undated(runbook('new')), runbook('dated', { stored_at: '2025-05-05T05:05:05.000Z' })]);
        const times = new Map((await library.get(['new', 'dated'])).map((document) => [document.id, document.stored_at]));
        expect(times).toEqual(
          new Map([
            ['new', iso(T1)],
            ['dated', '2025-05-05T05:05:05.000Z'],
          ]),
        );
      });

      test('putting the same content again keeps its time, and new content gets a new one', async () => {
        await library.put([undated(evidence('ev', { text: 'as it was' }))]);
        stage.setNow(T2);
        await library.put([undated(evidence('ev', { text: 'as it was' }))]);
        expect((await library.get(['ev']))[0]?.stored_at).toBe(iso(T1));
        await library.put([undated(evidence('ev', { text: 'changed' }))]);
        expect((await library.get(['ev']))[0]).toMatchObject({ stored_at: iso(T2), text: 'changed' });
      });

      test('bookkeeping that changes is kept and does not make the document new', async () => {
        await library.put([undated(runbook('rb'))]);
        stage.setNow(T2);
        await library.put([undated(runbook('rb', { failures: 3 }))]);
        expect((await library.get(['rb']))[0]).toMatchObject({ failures: 3, stored_at: iso(T1) });
      });

      test('a document may become one of another kind', async () => {
        await library.put([runbook('one', { title: 'Latency' })]);
        await library.put([evidence('one', { text: 'Latency' })]);
        expect(await library.searchRunbooks('latency', 'payments-api', 5)).toEqual([]);
        expect(idsOf(await library.searchEvidence('latency', 'payments-api', 5))).toEqual(['one']);
        expect(await library.counts()).toEqual({ runbooks: 0, evidence: 1, policies: 0 });
      });

      test('what is removed is gone everywhere, and removing it again says so', async () => {
        await library.put([runbook('rb', { title: 'Latency' }), evidence('ev', { text: 'Latency' })]);
        expect(await library.remove('rb')).toBe(true);
        expect(await library.remove('rb')).toBe(false);
        await library.remove('ev');
        expect(await library.searchRunbooks('latency', 'payments-api', 5)).toEqual([]);
        expect(await library.candidates({ service: 'payments-api', stance: 'support', words: words('latency') })).toEqual([]);
        expect(await library.get(['rb', 'ev'])).toEqual([]);
        expect(await library.counts()).toEqual({ runbooks: 0, evidence: 0, policies: 0 });
      });

      test('services are those that documents and policies name, without the star, and only while they do', async () => {
        await library.put([
          runbook('a', { service: 'b-api' }),
          runbook('s', { service: '*' }),
          { ...aPolicy(), id: 'p', service: 'a-api' },
        ]);
        expect(sorted(await library.services())).toEqual(['a-api', 'b-api']);
        await library.remove('a');
        expect(await library.services()).toEqual(['a-api']);
      });

      test('counts tell the kinds apart, and putting the same again counts nothing twice', async () => {
        const documents = [runbook('r1'), runbook('r2'), evidence('e1'), { ...aPolicy(), id: 'p1' }];
        await library.put(documents);
        await library.put(documents);
        expect(await library.counts()).toEqual({ runbooks: 2, evidence: 1, policies: 1 });
      });

      test('after any sequence of puts and removals the library is what a map would be', async () => {
        const id = fc.constantFrom('m-1', 'm-2', 'm-3', 'm-4');
        const document = fc.oneof(
          fc
            .record({ id, word: fc.constantFrom('latency', 'backlog') })
            .map((one) => runbook(one.id, { title: one.word, body: one.word })),
          fc.record({ id, word: fc.constantFrom('latency', 'backlog') }).map((one) => evidence(one.id, { text: one.word })),
        );
        const step = fc.oneof(fc.record({ put: fc.array(document, { maxLength: 4 }) }), fc.record({ remove: id }));
        await fc.assert(
          fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
            const model = new Map<string, LibraryDocument>();
            for (const one of ['m-1', 'm-2', 'm-3', 'm-4']) await library.remove(one);
            for (const one of steps) {
              if ('remove' in one) expect(await library.remove(one.remove)).toBe(model.delete(one.remove));
              else {
                await library.put(one.put);
                for (const put of one.put) model.set(put.id, put);
              }
            }
            const all = [...model.values()];
            expect(sorted((await library.get(['m-1', 'm-2', 'm-3', 'm-4'])).map((found) => found.id))).toEqual(
              sorted([...model.keys()]),
            );
            const withWord = all
              .filter((found) => found.kind === 'runbook' && found.title === 'latency')
              .map((found) => found.id);
            expect(sorted(idsOf(await library.searchRunbooks('latency', 'payments-api', 10)))).toEqual(sorted(withWord));
          }),
          { numRuns: 40 },
        );
      });
    });

    describe('freshness', () => {
      test('may be asked of an empty library, and changes nothing of what is there', async () => {
        await library.fresh();
        await library.put([runbook('rb', { title: 'Latency' }), evidence('ev', { stance: 'contradict' }), aPolicy()]);
        await library.fresh();
        expect(idsOf(await library.searchRunbooks('latency', 'payments-api', 5))).toEqual(['rb']);
        expect(await library.counts()).toEqual({ runbooks: 1, evidence: 1, policies: 1 });
      });
    });

    describe('texts of any kind', () => {
      test.each(NAUGHTY.map((text) => [text.slice(0, 40), text]))('as a query harm nothing: %j', async (_short, text) => {
        await library.put([runbook('one', { title: 'Latency' })]);
        await expect(library.searchRunbooks(text, 'payments-api', 5)).resolves.toBeInstanceOf(Array);
        await expect(library.searchEvidence(text, text, 5)).resolves.toBeInstanceOf(Array);
        await expect(library.candidates({ service: text, stance: 'support', words: [text, ...words(text)] })).resolves.toEqual(
          [],
        );
        expect(await library.policies(text)).toEqual([]);
        expect(await library.get([text])).toEqual([]);
        expect(await library.remove(text)).toBe(false);
        expect(idsOf(await library.searchRunbooks('latency', 'payments-api', 5))).toEqual(['one']);
      });

      test('as a body come back as they went in', async () => {
        // Half a character is no text: whether it survives is the store's own affair.
        const texts = NAUGHTY.filter((text) => text.isWellFormed());
        await library.put(texts.map((text, at) => evidence(`n-${at}`, { text })));
        const found = await library.get(texts.map((_text, at) => `n-${at}`));
        expect(new Map(found.map((document) => [document.id, document.kind === 'evidence' && document.text]))).toEqual(
          new Map(texts.map((text, at) => [`n-${at}`, text])),
        );
      });
    });

    test('ten thousand documents are stored, and the right one among them is found', { timeout: 120_000 }, async () => {
      const filler = Array.from({ length: 10_000 }, (_, at) =>
        runbook(`bulk-${at}`, {
          service: `svc-${at % 50}`,
          title: `Symptom ${at % 97} of component ${at % 89}`,
          body: `Check gauge ${at % 83} and then valve ${at % 79} before anything else.`,
        }),
      );
      await library.put([...filler, runbook('needle', { service: 'svc-7', title: 'Zeppelin hangar door jammed' })]);
      expect(await library.counts()).toMatchObject({ runbooks: 10_001 });
      expect(idsOf(await library.searchRunbooks('the door of the zeppelin hangar', 'svc-7', 3))[0]).toBe('needle');
      expect(await library.searchRunbooks('zeppelin', 'svc-8', 3)).toEqual([]);
    });
  });
}
