import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { SWITCH_LOG } from '../../../contracts/entry.ts';
import { verifyAudit } from '../../../src/audit/verify.ts';
import type { Store } from '../../../src/stores/store.ts';
import { describeWithElasticsearch } from '../../elasticsearch/at-hand.ts';
import { append } from './log-stage.ts';
import { eachOnNewIndices } from './new-indices.ts';

describeWithElasticsearch('two stores over one cluster', () => {
  let one: Store;
  let other: Store;

  eachOnNewIndices(async ({ open }) => {
    [one, other] = await Promise.all([open(), open()]);
  });

  describe('the log', () => {
    test('each sees at once what the other was told is recorded', async () => {
      for (let seq = 0; seq < 20; seq += 1) {
        const writer = seq % 2 === 0 ? one : other;
        expect(await append(writer, 'case-1', seq)).toMatchObject({ ok: true });
        expect(await (writer === one ? other : one).caseLog.read('case-1')).toHaveLength(seq + 1);
      }
    });

    test('racing for every place of one case, one of them wins each and the chain holds', async () => {
      const wins = new Map<number, number>();
      const race = async (store: Store): Promise<void> => {
        for (let won = 0; won < 30; ) {
          const seq = (await store.caseLog.read('case-1')).length;
          const appended = await append(store, 'case-1', seq);
          if (!appended.ok) continue;
          wins.set(seq, (wins.get(seq) ?? 0) + 1);
          won += 1;
        }
      };
      await Promise.all([race(one), race(other)]);
      expect([...wins.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, seq) => seq));
      expect([...wins.values()].every((count) => count === 1)).toBe(true);
      expect(await verifyAudit(other.audit)).toMatchObject({ ok: true, logs: 1, entries: 60 });
    });

    test('an append behind an end that is old by now is a conflict, and the next look sees why', async () => {
      await append(one, 'case-1', 0);
      await append(other, 'case-1', 1);
      expect(await append(one, 'case-1', 1)).toEqual({ ok: false, refusal: 'conflict' });
      expect(await append(one, 'case-1', 2)).toMatchObject({ ok: true });
    });

    test('open cases are those that the last entry of anybody left open', async () => {
      await Promise.all(['case-1', 'case-2', 'case-3'].map((caseId) => append(one, caseId, 0)));
      await append(other, 'case-1', 1, { open: false });
      await append(other, 'case-2', 1, { open: false });
      await append(one, 'case-2', 2);
      expect(await one.caseLog.openCases()).toEqual(['case-2', 'case-3']);
      expect(await other.caseLog.openCases()).toEqual(['case-2', 'case-3']);
    });
  });

  describe('listening for the other', () => {
    test('hears soon of its entries, reserved logs included, and not of its own', async () => {
      const heard: string[] = [];
      const stop = one.onForeignChange((caseIds) => heard.push(...caseIds));
      await append(one, 'case-own', 0);
      await append(other, 'case-1', 0);
      await append(other, SWITCH_LOG, 0, { open: false });
      await expect.poll(() => new Set(heard), { timeout: 5_000 }).toEqual(new Set(['case-1', SWITCH_LOG]));
      stop();
      heard.length = 0;
      await append(other, 'case-2', 0);
      await sleep(500);
      expect(heard).toEqual([]);
    });

    test('hears of every case of a burst', async () => {
      const heard = new Set<string>();
      one.onForeignChange((caseIds) => {
        for (const caseId of caseIds) heard.add(caseId);
      });
      const caseIds = Array.from({ length: 1_500 }, (_, number) => `case-${number}`);
      await Promise.all(caseIds.map((caseId) => append(other, caseId, 0)));
      await expect.poll(() => heard.size, { timeout: 10_000 }).toBe(1_500);
    });

    test('a listener that throws harms nobody', async () => {
      const heard: string[] = [];
      one.onForeignChange(() => {
        throw new Error('a listener of the test');
      });
      one.onForeignChange((caseIds) => heard.push(...caseIds));
      await append(other, 'case-1', 0);
      await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['case-1']);
    });
  });

  describe('leases', () => {
    test('a case that one has is not lent to the other until its time is over, and then not back', async () => {
      expect(await one.caseLog.lease('case-1', 'worker-a', 400)).toBe(true);
      expect(await other.caseLog.lease('case-1', 'worker-b', 60_000)).toBe(false);
      await expect.poll(() => other.caseLog.lease('case-1', 'worker-b', 60_000), { timeout: 5_000 }).toBe(true);
      expect(await one.caseLog.lease('case-1', 'worker-a', 60_000)).toBe(false);
    });

    test('a holder that comes late gives nothing back that is not its own any more', async () => {
      await one.caseLog.lease('case-1', 'worker-a', 1);
      await expect.poll(() => other.caseLog.lease('case-1', 'worker-b', 60_000), { timeout: 5_000 }).toBe(true);
      await one.caseLog.unlease('case-1', 'worker-a');
      expect(await one.caseLog.lease('case-1', 'worker-a', 60_000)).toBe(false);
      await other.caseLog.unlease('case-1', 'worker-b');
      expect(await one.caseLog.lease('case-1', 'worker-a', 60_000)).toBe(true);
    });

    test('of many takers in both, for many cases, exactly one gets each', async () => {
      const caseIds = Array.from({ length: 40 }, (_, number) => `case-${number}`);
      const takers = [one, other].flatMap((store, at) => ['a', 'b', 'c'].map((name) => ({ store, holder: `${at}-${name}` })));
      for (const caseId of caseIds) {
        const got = await Promise.all(takers.map(({ store, holder }) => store.caseLog.lease(caseId, holder, 60_000)));
        expect(got.filter(Boolean)).toHaveLength(1);
      }
    });
  });
});
