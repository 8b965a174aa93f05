import { expect, test } from 'vitest';
import type { Elastic } from '../../../src/stores/elasticsearch/elastic.ts';
import type { Store } from '../../../src/stores/store.ts';
import { describeWithElasticsearch } from '../../elasticsearch/at-hand.ts';
import { aCase } from '../../fixtures/a-case.ts';
import { append } from './log-stage.ts';
import { eachOnNewIndices, type OpenHere } from './new-indices.ts';

type Cost = Record<string, number>;

describeWithElasticsearch('what the log costs in round trips', () => {
  let elastic: Elastic;
  let open: OpenHere;
  let store: Store;

  eachOnNewIndices(async (made) => {
    ({ elastic, open } = made);
    store = await open();
  });

  /** Questions by name; copies are drawn beside the work and in their own time, so they are left out. */
  const costOf = async (work: () => Promise<unknown>): Promise<Cost> => {
    const before = new Map(elastic.asked());
    await work();
    const grown = [...elastic.asked()].map(([what, count]) => [what, count - (before.get(what) ?? 0)] as const);
    return Object.fromEntries(grown.filter(([what, count]) => count > 0 && what !== 'copies'));
  };

  test('a case from opening to recovery costs one bulk an entry and one mget a look', async () => {
    const { entries } = aCase().decided().started().recorded('done').verified('recovered');
    const cost = await costOf(async () => {
      for (const [seq, { entry_id, at, body }] of entries.entries()) {
        await store.caseLog.read('case-0001', seq);
        await store.caseLog.append('case-0001', seq, body, { entryId: entry_id, at, open: true });
      }
    });
    expect(entries).toHaveLength(9);
    expect(cost).toEqual({ bulk: 9, mget: 9 });
  });

  test('opening a case, with its mark, costs one bulk', async () => {
    expect(await costOf(() => append(store, 'case-1', 0))).toEqual({ bulk: 1 });
  });

  test('a conflict costs what finding out who was first costs', async () => {
    const other = await open();
    await append(store, 'case-1', 0);
    await append(other, 'case-1', 1);
    expect(await costOf(() => append(store, 'case-1', 1))).toEqual({ bulk: 1, mget: 1 });
  });

  test('what is asked in one turn goes together: a hundred cases cost as much as one', async () => {
    const caseIds = Array.from({ length: 100 }, (_, number) => `case-${number}`);
    expect(await costOf(() => Promise.all(caseIds.map((caseId) => append(store, caseId, 0))))).toEqual({ bulk: 1 });
    expect(await costOf(() => Promise.all(caseIds.map((caseId) => store.caseLog.read(caseId))))).toEqual({ mget: 1 });
  });

  test('leases go with the entries of their turn: taking, renewing and giving back cost one write each', async () => {
    const both = () => Promise.all([store.caseLog.lease('case-1', 'worker-a', 60_000), append(store, 'case-1', 0)]);
    expect(await costOf(both)).toEqual({ bulk: 1 });
    expect(await costOf(() => store.caseLog.lease('case-1', 'worker-a', 60_000))).toEqual({ bulk: 1 });
    expect(await costOf(() => store.caseLog.lease('case-1', 'worker-b', 60_000))).toEqual({});
    expect(await costOf(() => store.caseLog.unlease('case-1', 'worker-a'))).toEqual({ bulk: 1 });
  });

  test('the open cases cost five questions, however many there are', async () => {
    await Promise.all(Array.from({ length: 300 }, (_, number) => append(store, `case-${number}`, 0)));
    const cost = await costOf(() => store.caseLog.openCases());
    expect(Object.values(cost).reduce((sum, count) => sum + count, 0)).toBe(5);
  });
});
