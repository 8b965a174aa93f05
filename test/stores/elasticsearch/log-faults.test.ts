import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Entry } from '../../../contracts/entry.ts';
import { findChainFault } from '../../../pipeline/chain.ts';
import { connectElastic, type Elastic } from '../../../src/stores/elasticsearch/elastic.ts';
import type { IndexNames } from '../../../src/stores/elasticsearch/names.ts';
import type { Store } from '../../../src/stores/store.ts';
import { connectAtHand, describeWithElasticsearch, withPrefix } from '../../elasticsearch/at-hand.ts';
import { type Fate, type FaultyDoor, type Knock, openFaultyDoor, turnedAway } from '../../elasticsearch/faulty-door.ts';
import { append, dropNames, newNames, openOn } from './log-stage.ts';

/** Where faults pass, the store is given time; where they stay, it is to give up soon. */
const PATIENT_MS = 5_000;
const HASTY_MS = 800;
const isBulk = ({ path }: Knock): boolean => path.startsWith('/_bulk');
const isMget = ({ path }: Knock): boolean => path.startsWith('/_mget');
const isSearch = ({ path }: Knock): boolean => path.includes('/_search');

describeWithElasticsearch('a log whose cluster fails', (url) => {
  const prefix = withPrefix();
  let direct: Elastic;
  let patient: Elastic;
  let hurried: Elastic;
  let door: FaultyDoor;
  let names: IndexNames;
  let store: Store;
  let hasty: Store;
  let other: Store;

  beforeAll(async () => {
    direct = await connectAtHand();
    door = await openFaultyDoor(url);
    patient = await connectElastic({ url: door.url, apiKey: null, timeoutMs: PATIENT_MS });
    hurried = await connectElastic({ url: door.url, apiKey: null, timeoutMs: HASTY_MS });
  });
  afterAll(async () => {
    await Promise.all([direct.close(), patient.close(), hurried.close()]);
    await door.close();
  });
  beforeEach(async () => {
    door.decide(() => 'pass');
    names = await newNames(direct, prefix);
    store = await openOn(patient, names);
    hasty = await openOn(hurried, names);
    other = await openOn(direct, names);
  });
  afterEach(async () => {
    door.decide(() => 'pass');
    await Promise.all([store.close(), hasty.close(), other.close()]);
    await dropNames(direct, names);
  });

  /** The first `times` requests of a kind meet this fate, all others pass. */
  const first = (times: number, kind: (knock: Knock) => boolean, fate: Fate): void => {
    let left = times;
    door.decide((knock) => {
      if (!kind(knock) || left === 0) return 'pass';
      left -= 1;
      return fate;
    });
  };

  const expectOnce = async (caseId: string, entry: Entry): Promise<void> => {
    expect(await other.caseLog.read(caseId)).toEqual([entry]);
    expect(await other.caseLog.openCases()).toContain(caseId);
  };

  describe('an append', () => {
    test.each<[string, number, Fate]>([
      ['was carried out and whose answer was lost', 1, 'answer_lost'],
      ['was carried out and whose answer was lost twice', 2, 'answer_lost'],
      ['never arrived', 1, 'dropped'],
      ['was turned away three times, because there was too much to do', 3, turnedAway(429)],
      ['found no primary for a while', 3, turnedAway(503)],
    ])('that %s is acknowledged in the end and written once', async (_what, times, fate) => {
      first(times, isBulk, fate);
      const appended = await append(store, 'case-1', 0);
      if (!appended.ok) throw new Error(appended.refusal);
      await expectOnce('case-1', appended.entry);
    });

    test('that got no answer in time is acknowledged in the end and written once', async () => {
      first(1, isBulk, 'hang');
      const appended = await append(hasty, 'case-1', 0);
      if (!appended.ok) throw new Error(appended.refusal);
      await expectOnce('case-1', appended.entry);
    });

    test('that is turned away item by item is sent again', async () => {
      let refusals = 0;
      door.decide((knock) => {
        if (!isBulk(knock) || refusals === 2) return 'pass';
        refusals += 1;
        const error = { type: 'es_rejected_execution_exception', reason: 'too much to do' };
        const actions = knock.body.split('\n').filter((line) => /^\{"(?:create|index)":\{"_index"/.test(line));
        const items = actions.map((line) => {
          const [action, { _id }] = Object.entries(JSON.parse(line) as Record<string, { _id: string }>)[0]!;
          return { [action]: { _id, status: 429, error } };
        });
        return { status: 200, json: { items } };
      });
      expect(await append(store, 'case-1', 0)).toMatchObject({ ok: true });
      expect(refusals).toBe(2);
    });

    test('whose place was taken while nobody answered is told of the conflict', async () => {
      let taken: Promise<unknown> | undefined;
      door.decide((knock, count) => {
        if (!isBulk(knock) || count > 0) return 'pass';
        taken = append(other, 'case-1', 0);
        return 'dropped';
      });
      const appended = await append(store, 'case-1', 0);
      expect(await taken).toMatchObject({ ok: true });
      // Both were sent again and again; the log decides which of them came first, and it was only one.
      expect(appended).toEqual({ ok: false, refusal: 'conflict' });
      expect(await other.caseLog.read('case-1')).toHaveLength(1);
    });

    test('that never gets an answer throws, the store says so, and the same entry is taken once it is back', {
      timeout: 40_000,
    }, async () => {
      expect(await hasty.caseLog.healthy()).toEqual({ ok: true });
      const entryId = randomUUID();
      const at = new Date().toISOString();
      // It is carried out, but reading it back is not possible either: nobody may say that it is recorded.
      door.decide((knock) => (isBulk(knock) ? 'answer_lost' : 'hang'));
      await expect(append(hasty, 'case-1', 0, { entryId, at })).rejects.toMatchObject({ code: 'store_away' });
      expect(await hasty.caseLog.healthy()).toMatchObject({ ok: false });
      door.decide(() => 'pass');
      await expect.poll(() => hasty.caseLog.healthy(), { timeout: 5_000, interval: 200 }).toEqual({ ok: true });
      const appended = await append(hasty, 'case-1', 0, { entryId, at });
      if (!appended.ok) throw new Error(appended.refusal);
      await expectOnce('case-1', appended.entry);
    });

    test('of many cases in one lost bulk: each is acknowledged once and every chain holds', async () => {
      first(1, isBulk, 'answer_lost');
      const caseIds = Array.from({ length: 20 }, (_, number) => `case-${number}`);
      for (const seq of [0, 1, 2]) {
        const appended = await Promise.all(caseIds.map((caseId) => append(store, caseId, seq)));
        expect(appended.every(({ ok }) => ok)).toBe(true);
      }
      for (const caseId of caseIds) {
        const entries = await other.caseLog.read(caseId);
        expect(entries).toHaveLength(3);
        expect(findChainFault(caseId, entries)).toBeUndefined();
      }
    });
  });

  describe('an entry that opens a case', () => {
    /** Writes to the copies of cases fail, those to the log do not: the bulk is answered as if half of it was refused. */
    const refuseMarks = (): void => {
      door.decide((knock) => {
        if (!isBulk(knock) || !knock.body.includes(names.cases)) return 'pass';
        return turnedAway(503);
      });
    };

    test('is not acknowledged without the mark by which it is found, and is once the mark is there', {
      timeout: 40_000,
    }, async () => {
      refuseMarks();
      const change = { entryId: randomUUID(), at: new Date().toISOString() };
      await expect(append(hasty, 'case-1', 0, change)).rejects.toMatchObject({ code: 'store_unready' });
      door.decide(() => 'pass');
      expect(await append(hasty, 'case-1', 0, change)).toMatchObject({ ok: true });
      expect(await other.caseLog.openCases()).toEqual(['case-1']);
    });

    test('again after it was closed needs a new mark, and so does one behind another writer', {
      timeout: 40_000,
    }, async () => {
      await append(hasty, 'case-1', 0, { open: false });
      await append(other, 'case-2', 0);
      refuseMarks();
      expect(await append(hasty, 'case-1', 1, { open: false })).toMatchObject({ ok: true });
      await Promise.all([
        expect(append(hasty, 'case-1', 2)).rejects.toMatchObject({ code: 'store_unready' }),
        expect(append(hasty, 'case-2', 1)).rejects.toMatchObject({ code: 'store_unready' }),
      ]);
    });

    test('needs no mark behind an open one of its own', async () => {
      await append(hasty, 'case-1', 0);
      refuseMarks();
      expect(await append(hasty, 'case-1', 1)).toMatchObject({ ok: true });
      expect(await append(hasty, 'case-1', 2)).toMatchObject({ ok: true });
    });
  });

  describe('an answer that is not whole', () => {
    const partial = {
      status: 200,
      json: { timed_out: false, _shards: { total: 1, successful: 0, failed: 1 }, hits: { total: 0, hits: [] } },
    };
    const late = { status: 200, json: { ...partial.json, timed_out: true, _shards: { total: 1, successful: 1, failed: 0 } } };
    const unread = (knock: Knock): Fate => {
      const { docs } = JSON.parse(knock.body) as { docs: { _id: string; _index: string }[] };
      const error = { type: 'no_shard_available_action_exception', reason: 'told by the test' };
      return { status: 200, json: { docs: docs.map((doc) => ({ ...doc, error })) } };
    };

    test.each<[string, (knock: Knock) => Fate, string]>([
      ['of which a shard is missing', (knock) => (isSearch(knock) ? partial : 'pass'), 'store_partial'],
      ['that ran out of time', (knock) => (isSearch(knock) ? late : 'pass'), 'store_partial'],
      ['from a cluster with too much to do', (knock) => (isSearch(knock) ? turnedAway(429) : 'pass'), 'store_busy'],
      ['that does not come', (knock) => (isSearch(knock) ? 'hang' : 'pass'), 'store_away'],
    ])('%s is a fault of every list, and never fewer cases', { timeout: 40_000 }, async (_what, fate, code) => {
      await append(hasty, 'case-1', 0);
      door.decide(fate);
      await Promise.all([
        expect(hasty.caseLog.openCases()).rejects.toMatchObject({ code }),
        expect(hasty.caseLog.list(10)).rejects.toMatchObject({ code }),
        expect(hasty.caseLog.heads()).rejects.toMatchObject({ code }),
      ]);
    });

    test.each<[string, (knock: Knock) => Fate, string]>([
      ['a shard that cannot be read', (knock) => (isMget(knock) ? unread(knock) : 'pass'), 'store_unready'],
      ['a cluster with too much to do', (knock) => (isMget(knock) ? turnedAway(429) : 'pass'), 'store_busy'],
      ['no answer', (knock) => (isMget(knock) ? 'hang' : 'pass'), 'store_away'],
    ])('%s is a fault of the reading, and never an empty log', { timeout: 40_000 }, async (_what, fate, code) => {
      await append(hasty, 'case-1', 0);
      door.decide(fate);
      await Promise.all([
        expect(hasty.caseLog.read('case-1')).rejects.toMatchObject({ code }),
        expect(hasty.caseLog.read('case-none')).rejects.toMatchObject({ code }),
        expect(append(hasty, 'case-none', 3)).rejects.toMatchObject({ code }),
      ]);
    });

    test('a reading that fails for a moment only takes a little longer', async () => {
      await append(hasty, 'case-1', 0);
      first(3, isMget, turnedAway(503));
      expect(await store.caseLog.read('case-1')).toHaveLength(1);
    });

    test('a log whose index is gone is a fault for reading, writing and listing alike', { timeout: 40_000 }, async () => {
      await append(hasty, 'case-1', 0);
      await dropNames(direct, names);
      await expect(hasty.caseLog.read('case-2')).rejects.toMatchObject({ code: 'index_missing' });
      await expect(append(hasty, 'case-2', 0)).rejects.toMatchObject({ code: 'index_missing' });
      await expect(hasty.caseLog.openCases()).rejects.toMatchObject({ code: 'index_missing' });
      expect(await hasty.caseLog.healthy()).toMatchObject({ ok: false });
    });
  });

  describe('leases', () => {
    test('a lease whose writing was not answered is not held, and is the next time', async () => {
      first(1, isBulk, 'answer_lost');
      await expect(store.caseLog.lease('case-1', 'worker-a', 60_000)).rejects.toMatchObject({ code: 'store_away' });
      expect(await store.caseLog.lease('case-1', 'worker-a', 60_000)).toBe(true);
      expect(await other.caseLog.lease('case-1', 'worker-b', 60_000)).toBe(false);
    });
  });

  describe('a blocked index', () => {
    const block = (index: string, write: boolean) =>
      direct.ask('block', (to) => to.indices.putSettings({ index, settings: { 'index.blocks.write': write } }));

    test('of the log refuses writes by name, and healthy says so until the block is gone', { timeout: 40_000 }, async () => {
      await append(store, 'case-1', 0);
      await block(names.log, true);
      await expect(append(store, 'case-1', 1)).rejects.toMatchObject({ code: 'store_refuses' });
      await expect.poll(() => store.caseLog.healthy(), { interval: 1_100 }).toMatchObject({ ok: false });
      expect(await other.caseLog.healthy()).toMatchObject({ ok: false });
      await block(names.log, false);
      await expect.poll(() => store.caseLog.healthy(), { timeout: 8_000, interval: 300 }).toEqual({ ok: true });
      expect(await append(store, 'case-1', 1)).toMatchObject({ ok: true });
      // Nothing of the probes is in the log.
      expect(await store.caseLog.heads()).toMatchObject([{ case_id: 'case-1', seq: 1 }]);
    });
  });
});
