import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Entry, type EntryBody, lockLog, SWITCH_LOG } from '../../contracts/entry.ts';
import { findChainFault, GENESIS } from '../../pipeline/chain.ts';
import type { Appended, AppendOptions, CaseLog } from '../../pipeline/ports.ts';
import { NAUGHTY } from './naughty.ts';

/** One store, opened anew on the same records by every call of `reopen`. */
export type CaseLogStage = { caseLog: CaseLog; reopen(): Promise<CaseLog>; close(): Promise<void> };

const AT = '2026-01-01T00:00:00.000Z';
const note = (problem: string): EntryBody => ({ kind: 'failed', step: 'plan', problem });
const options = (open = true, entryId: string = randomUUID()): AppendOptions => ({ entryId, at: AT, open });
const entryOf = (appended: Appended): Entry => {
  if (!appended.ok) throw new Error(`not appended: ${appended.refusal}`);
  return appended.entry;
};
/** As long as a note may be. */
const TEXTS = NAUGHTY.map((text) => text.slice(0, 4_000));
const seqs = (entries: readonly Entry[]): number[] => entries.map((entry) => entry.seq);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, seq) => seq);

/** What every case log must do, whatever keeps it. */
export function caseLogSuite(name: string, open: () => Promise<CaseLogStage>): void {
  describe(`the case log of ${name}`, () => {
    let stage: CaseLogStage;
    let log: CaseLog;
    beforeEach(async () => {
      stage = await open();
      log = stage.caseLog;
    });
    afterEach(() => stage.close());

    const appendMany = async (caseId: string, count: number, isOpen = true): Promise<void> => {
      for (const seq of upTo(count)) entryOf(await log.append(caseId, seq, note(`${caseId} ${seq}`), options(isOpen)));
    };

    /** Appends behind whatever is there, as often as another writer was first. */
    const appendSomewhere = async (caseId: string, body: EntryBody): Promise<Entry> => {
      for (let tries = 0; tries < 500; tries += 1) {
        const seq = (await log.read(caseId)).length;
        const appended = await log.append(caseId, seq, body, options());
        if (appended.ok) return appended.entry;
      }
      throw new Error('never appended');
    };

    describe('append', () => {
      test('the first entry stands at 0 and follows the genesis hash', async () => {
        const entry = entryOf(await log.append('case-1', 0, note('first'), options()));
        expect(entry).toMatchObject({ case_id: 'case-1', seq: 0, prev_hash: GENESIS, at: AT, body: note('first') });
      });

      test('an entry that was acknowledged is read back as it was answered', async () => {
        const { entryId, ...rest } = options();
        const entry = entryOf(await log.append('case-1', 0, note('first'), { entryId, ...rest }));
        expect(entry.entry_id).toBe(entryId);
        expect(await log.read('case-1')).toEqual([entry]);
      });

      test('of two entries for one place the second is told of the conflict and changes nothing', async () => {
        const first = entryOf(await log.append('case-1', 0, note('first'), options()));
        expect(await log.append('case-1', 0, note('second'), options())).toEqual({ ok: false, refusal: 'conflict' });
        expect(await log.read('case-1')).toEqual([first]);
      });

      test('a place beyond the next one is a conflict, so no log ever has a hole', async () => {
        await appendMany('case-1', 2);
        expect(await log.append('case-1', 3, note('too far'), options())).toEqual({ ok: false, refusal: 'conflict' });
        expect(await log.append('case-new', 1, note('too far'), options())).toEqual({ ok: false, refusal: 'conflict' });
        expect(await log.read('case-new')).toEqual([]);
      });

      test('the same entry once more, after a lost answer, is acknowledged and not written twice', async () => {
        const again = options();
        const first = entryOf(await log.append('case-1', 0, note('first'), again));
        await log.append('case-1', 1, note('second'), options());
        expect(entryOf(await log.append('case-1', 0, note('first'), again))).toEqual(first);
        expect(seqs(await log.read('case-1'))).toEqual([0, 1]);
      });

      test('fifty writers of one case at once: every entry has its own place and none is lost', async () => {
        const entries = await Promise.all(upTo(50).map((writer) => appendSomewhere('case-1', note(`writer ${writer}`))));
        expect(seqs(entries).sort((a, b) => a - b)).toEqual(upTo(50));
        const stored = await log.read('case-1');
        expect(new Set(stored.map((entry) => JSON.stringify(entry.body))).size).toBe(50);
        expect(findChainFault('case-1', stored)).toBeUndefined();
      });

      test('fifty writers for the same place: exactly one wins', async () => {
        const answers = await Promise.all(upTo(50).map((writer) => log.append('case-1', 0, note(`writer ${writer}`), options())));
        expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
        expect(await log.read('case-1')).toHaveLength(1);
      });

      test('cases at work at the same time do not touch one another', async () => {
        await Promise.all(upTo(20).map((number) => appendMany(`case-${number}`, 10)));
        for (const number of upTo(20)) {
          const entries = await log.read(`case-${number}`);
          expect(seqs(entries)).toEqual(upTo(10));
          expect(findChainFault(`case-${number}`, entries)).toBeUndefined();
        }
      });

      test('a text of any kind comes back as it went in', async () => {
        for (const [seq, text] of TEXTS.entries()) entryOf(await log.append('case-1', seq, note(text), options()));
        const entries = await log.read('case-1');
        expect(entries.map((entry) => entry.body)).toEqual(TEXTS.map(note));
        expect(findChainFault('case-1', entries)).toBeUndefined();
      });

      test.each<[string, string, number, AppendOptions]>([
        ['an id with a space', 'case 1', 0, options()],
        ['an empty id', '', 0, options()],
        ['a place below nothing', 'case-1', -1, options()],
        ['half a place', 'case-1', 0.5, options()],
        ['a uuid that is none', 'case-1', 0, options(true, 'entry-1')],
        ['a time that is none', 'case-1', 0, { ...options(), at: 'yesterday' }],
      ])('%s is refused as a fault and nothing is written', async (_what, caseId, seq, given) => {
        await expect(log.append(caseId, seq, note('x'), given)).rejects.toMatchObject({ code: 'entry_invalid' });
        expect(await log.heads()).toEqual([]);
      });

      test('an entry that could not be read back is refused before it is written', async () => {
        await appendMany('case-1', 1);
        await expect(log.append('case-1', 1, note('x'.repeat(4_001)), options())).rejects.toMatchObject({
          code: 'entry_invalid',
        });
        expect(await log.read('case-1')).toHaveLength(1);
        entryOf(await log.append('case-1', 1, note('shorter'), options()));
      });

      test('a body that JSON cannot say fails alone, and the entries beside it are kept', async () => {
        const odd = { kind: 'card_updated', revision: 1, shows_seq: Number.NaN } satisfies EntryBody;
        const [good, bad] = await Promise.allSettled([
          log.append('case-1', 0, note('good'), options()),
          log.append('case-2', 0, odd, options()),
        ]);
        expect(good).toMatchObject({ status: 'fulfilled', value: { ok: true } });
        expect(bad.status).toBe('rejected');
        expect(await log.read('case-2')).toEqual([]);
      });
    });

    describe('read', () => {
      test('a log that nobody wrote is empty', async () => {
        expect(await log.read('case-none')).toEqual([]);
      });

      test('reading from a place gives the entries from there on, in order', async () => {
        await appendMany('case-1', 5);
        expect(seqs(await log.read('case-1', 3))).toEqual([3, 4]);
        expect(seqs(await log.read('case-1', 5))).toEqual([]);
        expect(seqs(await log.read('case-1', 0))).toEqual(upTo(5));
      });

      test('an id that another one begins with is another log', async () => {
        await appendMany('case-1', 1);
        await appendMany('case-10', 2);
        expect(await log.read('case-1')).toHaveLength(1);
        expect(await log.read('CASE-1')).toEqual([]);
      });

      test('what was acknowledged before the store was closed is all there after it is opened again', async () => {
        await Promise.all([appendMany('case-1', 7), appendMany('case-2', 3, false), appendMany(SWITCH_LOG, 2, false)]);
        const before = await log.read('case-1');
        log = await stage.reopen();
        expect(await log.read('case-1')).toEqual(before);
        expect(await log.openCases()).toEqual(['case-1']);
        expect(seqs(await log.read(SWITCH_LOG))).toEqual([0, 1]);
        entryOf(await log.append('case-1', 7, note('goes on'), options()));
        expect(findChainFault('case-1', await log.read('case-1'))).toBeUndefined();
      });
    });

    describe('open cases and lists', () => {
      test('a case is open as its last entry said', async () => {
        await log.append('case-1', 0, note('a'), options(true));
        await log.append('case-2', 0, note('a'), options(true));
        await log.append('case-1', 1, note('b'), options(false));
        expect(await log.openCases()).toEqual(['case-2']);
        await log.append('case-1', 2, note('opened again'), options(true));
        expect(await log.openCases()).toEqual(['case-1', 'case-2']);
      });

      test('open cases come oldest first, lists newest first', async () => {
        for (const id of ['case-03', 'case-01', 'case-02']) await appendMany(id, 2);
        expect(await log.openCases()).toEqual(['case-01', 'case-02', 'case-03']);
        expect((await log.list(10)).map((head) => head.case_id)).toEqual(['case-03', 'case-02', 'case-01']);
      });

      test('reserved logs are never open and never listed, and their heads are there', async () => {
        await appendMany('case-1', 1);
        await log.append(SWITCH_LOG, 0, note('x'), options(true));
        await log.append(lockLog('payments-api'), 0, note('x'), options(false));
        expect(await log.openCases()).toEqual(['case-1']);
        expect((await log.list(10)).map((head) => head.case_id)).toEqual(['case-1']);
        expect((await log.heads()).map((head) => head.case_id)).toEqual(['case-1', '~lock:payments-api', '~switch']);
      });

      test('a list is read page by page without a gap and without a repeat', async () => {
        const ids = upTo(23).map((number) => `case-${String(number).padStart(2, '0')}`);
        await Promise.all(ids.map((id) => appendMany(id, 1)));
        const paged: string[] = [];
        for (let before: string | undefined; ; ) {
          const page = await log.list(5, before);
          paged.push(...page.map((head) => head.case_id));
          before = page.at(-1)?.case_id;
          if (before === undefined) break;
        }
        expect(paged).toEqual([...ids].reverse());
      });

      test('a head names the last entry and whether the case is open', async () => {
        await appendMany('case-1', 3, false);
        const last = (await log.read('case-1')).at(-1);
        expect(await log.list(1)).toEqual([{ case_id: 'case-1', seq: 2, hash: last?.hash, open: false }]);
        expect(await log.heads()).toEqual([{ case_id: 'case-1', seq: 2, hash: last?.hash }]);
      });

      test('the heads of many logs are all there, by id', async () => {
        const ids = upTo(1_100).map((number) => `case-${String(number).padStart(5, '0')}`);
        await Promise.all(ids.map((id) => appendMany(id, 1)));
        expect((await log.heads()).map((head) => head.case_id)).toEqual(ids);
      });
    });

    describe('leases', () => {
      test('a case is lent to one holder at a time', async () => {
        expect(await log.lease('case-1', 'worker-a', 60_000)).toBe(true);
        expect(await log.lease('case-1', 'worker-b', 60_000)).toBe(false);
        expect(await log.lease('case-2', 'worker-b', 60_000)).toBe(true);
      });

      test('its holder may renew it', async () => {
        await log.lease('case-1', 'worker-a', 60_000);
        expect(await log.lease('case-1', 'worker-a', 60_000)).toBe(true);
      });

      test('it goes to another once its time is over', async () => {
        await log.lease('case-1', 'worker-a', 1);
        await expect.poll(() => log.lease('case-1', 'worker-b', 60_000), { timeout: 2_000 }).toBe(true);
        expect(await log.lease('case-1', 'worker-a', 60_000)).toBe(false);
      });

      test('it goes to another once it is given back, and only its holder gives it back', async () => {
        await log.lease('case-1', 'worker-a', 60_000);
        await log.unlease('case-1', 'worker-b');
        expect(await log.lease('case-1', 'worker-b', 60_000)).toBe(false);
        await log.unlease('case-1', 'worker-a');
        expect(await log.lease('case-1', 'worker-b', 60_000)).toBe(true);
      });

      test('of twenty who ask at once one gets it', async () => {
        const answers = await Promise.all(upTo(20).map((worker) => log.lease('case-1', `worker-${worker}`, 60_000)));
        expect(answers.filter(Boolean)).toHaveLength(1);
      });
    });

    describe('listeners', () => {
      test('hear of every acknowledged entry once it can be read, and of no refused one', async () => {
        const heard: Entry[] = [];
        log.onAppend((entry) => heard.push(entry));
        const appended = await Promise.all([
          log.append('case-1', 0, note('wins'), options()),
          log.append('case-1', 0, note('loses'), options()),
          log.append('case-2', 0, note('other'), options()),
        ]);
        expect(heard).toEqual(appended.filter((answer) => answer.ok).map(entryOf));
        expect(heard).toHaveLength(2);
      });

      test('hear nothing any more once they have stopped', async () => {
        const heard: Entry[] = [];
        const stop = log.onAppend((entry) => heard.push(entry));
        await appendMany('case-1', 1);
        stop();
        await log.append('case-1', 1, note('unheard'), options());
        expect(heard).toHaveLength(1);
      });

      test('one that throws harms neither the entry nor the others', async () => {
        const heard: Entry[] = [];
        log.onAppend(() => {
          throw new Error('a listener of the test');
        });
        log.onAppend((entry) => heard.push(entry));
        await appendMany('case-1', 1);
        expect(heard).toHaveLength(1);
      });
    });

    test('a store that takes writes says so', async () => {
      expect(await log.healthy()).toEqual({ ok: true });
    });

    test('after whatever sequence of appends, each log is what a list of the accepted ones would be', async () => {
      const step = fc.record({
        id: fc.constantFrom('p-1', 'p-2', 'p-3'),
        offset: fc.constantFrom(0, 0, 0, -1, 1),
        text: fc.string(),
      });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          run += 1;
          const model = new Map<string, string[]>();
          for (const { id, offset, text } of steps) {
            const caseId = `${id}-run-${run}`;
            const accepted = model.get(caseId) ?? [];
            const seq = Math.max(0, accepted.length + offset);
            const answer = await log.append(caseId, seq, note(text), options());
            expect(answer.ok).toBe(seq === accepted.length);
            if (answer.ok) model.set(caseId, [...accepted, text]);
          }
          for (const [caseId, texts] of model) {
            const entries = await log.read(caseId);
            expect(entries.map((entry) => entry.body)).toEqual(texts.map(note));
            expect(findChainFault(caseId, entries)).toBeUndefined();
          }
        }),
        { numRuns: 25 },
      );
    });
  });
}
