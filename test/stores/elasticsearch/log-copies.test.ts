import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connectElastic, type Elastic } from '../../../src/stores/elasticsearch/elastic.ts';
import type { IndexNames } from '../../../src/stores/elasticsearch/names.ts';
import { rebuildCopies } from '../../../src/stores/elasticsearch/rebuild.ts';
import { planSetup } from '../../../src/stores/elasticsearch/setup.ts';
import type { Store } from '../../../src/stores/store.ts';
import { describeWithElasticsearch } from '../../elasticsearch/at-hand.ts';
import { openFaultyDoor, turnedAway } from '../../elasticsearch/faulty-door.ts';
import { aCase, type TestCase } from '../../fixtures/a-case.ts';
import { listeningLog, quiet } from '../sqlite-stage.ts';
import { append, openOn } from './log-stage.ts';
import { eachOnNewIndices, type OpenHere } from './new-indices.ts';

const MISSING = 'copies of cases were missing and have been drawn anew from the log';
const Document = z.object({ _version: z.int(), _source: z.record(z.string(), z.unknown()) });

describeWithElasticsearch('the copies of the log', (url) => {
  let elastic: Elastic;
  let names: IndexNames;
  let open: OpenHere;
  let store: Store;
  const log = listeningLog();

  eachOnNewIndices(async (made) => {
    log.said.length = 0;
    ({ elastic, names, open } = made);
    store = await open(log);
  });

  const documentOf = async (index: string, id: string) => {
    const found = await elastic.ask('get', (to) => to.get({ index, id }, { ignore: [404] }));
    const document = Document.safeParse(found);
    return document.success ? { version: document.data._version, ...document.data._source } : null;
  };
  const caseCopy = (caseId = 'case-0001') => documentOf(names.cases, caseId);
  const removeCopies = (query: object = { match_all: {} }) =>
    elastic.ask('remove', (to) => to.deleteByQuery({ index: names.cases, query, refresh: true, conflicts: 'proceed' }));

  /** Appends what the case tells, all of it open but for its last entry where that is said. */
  const record = async (told: TestCase, { open = true, to = store, from = 0 } = {}): Promise<void> => {
    const last = told.entries.length - 1;
    for (const [seq, { entry_id, at, body }] of told.entries.entries()) {
      if (seq < from) continue;
      const appended = await to.caseLog.append('case-0001', seq, body, { entryId: entry_id, at, open: open || seq < last });
      expect(appended).toMatchObject({ ok: true });
    }
  };

  test('say where a case stands, a little after its last entry', async () => {
    const told = aCase().decided();
    await record(told);
    await expect.poll(() => caseCopy(), { timeout: 5_000 }).toMatchObject({ seq: told.entries.length - 1 });
    expect(await caseCopy()).toMatchObject({
      version: told.entries.length - 1,
      case_id: 'case-0001',
      open: true,
      status: 'ready_to_execute',
      service: 'billing-batch',
      severity: 'medium',
      proposed_action: 'scale_worker_pool',
      decision: 'execute',
      revision: 1,
    });
  });

  test('hold one document an execution, with what came of it', async () => {
    await record(aCase().decided().started().recorded('done').verified('recovered'));
    await expect
      .poll(() => documentOf(names.executions, 'case-0001:1'), { timeout: 5_000 })
      .toMatchObject({ recovery: 'recovered' });
    expect(await documentOf(names.executions, 'case-0001:1')).toMatchObject({
      case_id: 'case-0001',
      action_id: 'scale_worker_pool',
      parameters: { workers: 8 },
      service: 'billing-batch',
      outcome: 'done',
    });
  });

  test('are written before the store lets go', async () => {
    await record(aCase().decided(), { open: false });
    await store.close();
    expect(await caseCopy()).toMatchObject({ open: false, seq: 5 });
  });

  test('fit the fields that their indices are made with', async () => {
    await record(aCase().decided().started().recorded('done').verified('recovered'));
    await store.close();
    const plan = await planSetup(elastic, names, ['log', 'cases', 'executions', 'leases']);
    expect(plan.map(({ state }) => state)).toEqual(['fits', 'fits', 'fits', 'fits']);
  });

  describe('that were lost', () => {
    beforeEach(async () => {
      await record(aCase().decided());
      await append(store, 'case-open', 0);
      await append(store, 'case-closed', 0, { open: false });
      await store.close();
      store = await open(log);
    });

    test('hide no open case, are drawn anew, and the log of operators says so', async () => {
      await removeCopies();
      expect(await store.caseLog.openCases()).toEqual(['case-0001', 'case-open']);
      expect(log.said).toContain(MISSING);
      // For a moment a removed document's version stands in the way of its copy, never in the way of the answer.
      const quietly = async (): Promise<readonly string[]> => {
        log.said.length = 0;
        expect(await store.caseLog.openCases()).toEqual(['case-0001', 'case-open']);
        return log.said;
      };
      await expect.poll(quietly, { timeout: 10_000, interval: 200 }).toEqual([]);
      expect(await caseCopy()).toMatchObject({ open: true, status: 'ready_to_execute' });
    });

    test('with their index come back in an index with the right fields', async () => {
      await elastic.ask('drop', (to) => to.indices.delete({ index: [names.cases, names.executions] }));
      expect(await store.caseLog.openCases()).toEqual(['case-0001', 'case-open']);
      const plan = await planSetup(elastic, names, ['cases', 'executions']);
      expect(plan.map(({ state }) => state)).toEqual(['fits', 'fits']);
    });

    test('are noticed by a store that opens', async () => {
      await removeCopies({ term: { open: true } });
      const opened = listeningLog();
      await (await open(opened)).close();
      expect(opened.said).toContain(MISSING);
    });

    test.each<[string, string, Record<string, unknown>]>([
      ['as many marks stand without a case', 'case-never', { case_id: 'case-never', seq: 0, open: true }],
      [
        'others keep as many incidents in the same index',
        'INC-1',
        { service: 'billing-batch', summary: 'an incident of theirs' },
      ],
    ])('are noticed although %s', async (_what, id, document) => {
      await removeCopies({ term: { case_id: 'case-open' } });
      await elastic.ask('index', (to) =>
        to.index({ index: names.cases, id, version: 0, version_type: 'external_gte', document }),
      );
      expect(await store.caseLog.openCases()).toEqual(['case-0001', 'case-open']);
    });

    test('a mark that claims what the log does not say opens nothing', async () => {
      await elastic.ask('index', (to) =>
        to.index({
          index: names.cases,
          id: 'case-closed',
          version: 9,
          version_type: 'external_gte',
          document: { case_id: 'case-closed', seq: 9, open: true },
        }),
      );
      expect(await store.caseLog.openCases()).toEqual(['case-0001', 'case-open']);
    });

    test('and all others are drawn anew on demand, telling how far it is', async () => {
      await removeCopies({ term: { case_id: 'case-open' } });
      await elastic.ask('spoil', (to) =>
        to.index({
          index: names.cases,
          id: 'case-0001',
          version: 5,
          version_type: 'external_gte',
          document: { case_id: 'case-0001', seq: 5, status: 'resolved' },
        }),
      );
      const steps: { cases: number; of: number }[] = [];
      const rebuilt = await rebuildCopies({ elastic, names, log: quiet, onProgress: (done) => steps.push(done) });
      expect(rebuilt).toEqual({ cases: 3, executions: 0, ahead: 0 });
      expect(steps.at(-1)).toEqual({ cases: 3, of: 3 });
      expect(await caseCopy()).toMatchObject({ status: 'ready_to_execute', open: true });
      expect(await caseCopy('case-open')).toMatchObject({ open: true });
    });
  });

  describe('that could not be written', () => {
    test('keep no entry waiting, and are drawn by whoever comes by after their process ended', { timeout: 40_000 }, async () => {
      const door = await openFaultyDoor(url);
      const through = await connectElastic({ url: door.url, apiKey: null, timeoutMs: 2_000 });
      const failing = listeningLog();
      const ending = await openOn(through, names, failing);
      const told = aCase().opened();
      await record(told, { to: ending });
      // From here on nothing reaches the copies; the log takes everything.
      door.decide(({ body }) =>
        body.includes(names.cases) && !body.includes(`"_index":"${names.log}"`) ? turnedAway(503) : 'pass',
      );
      await record(told.posted().planned().stressed().gated(), { to: ending, from: 1 });
      await ending.close();
      expect(failing.said).toContain('copies of the log were left behind; they are drawn anew later');
      expect(await caseCopy()).toMatchObject({ seq: 0, status: 'detected' });
      await through.close();
      await door.close();
      expect(await store.caseLog.openCases()).toEqual(['case-0001']);
      await expect.poll(() => caseCopy(), { timeout: 5_000 }).toMatchObject({ seq: 4, open: true, decision: 'execute' });
    });
  });
});
