import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { ReplayLine } from '../../contracts/replay.ts';
import { createElasticLibrary } from '../../src/stores/elasticsearch/library.ts';
import { openElasticStore } from '../../src/stores/elasticsearch/store.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { storeFileIn } from '../../src/stores/sqlite/store-file.ts';
import type { Store } from '../../src/stores/store.ts';
import { connectAtHand, describeWithElasticsearch } from '../elasticsearch/at-hand.ts';
import { aCase } from '../fixtures/a-case.ts';
import { blockingDocuments } from '../fixtures/builders.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { silentLog } from '../outward/silent-log.ts';
import { found, MONTH, record, recordCase, recordMonth } from '../replay/recorded-cases.ts';
import { quiet } from '../stores/sqlite-stage.ts';
import { type Answer, aFolder, governor, looksCrashed } from './governor.ts';
import { onCluster } from './on-cluster.ts';

vi.setConfig({ testTimeout: 90_000 });

/** A home with a month of cases, and configs to decide them with. */
async function aMonth(more: (store: Store) => Promise<unknown> = async () => undefined) {
  const home = aFolder();
  const store = await openSqliteStore({ file: storeFileIn(home), now: Date.now, log: quiet });
  await recordMonth(store.caseLog);
  await more(store);
  await store.close();
  const config = (name: string, gate: object): string => {
    const file = join(home, `${name}.json`);
    writeFileSync(file, JSON.stringify({ gate }));
    return file;
  };
  const current = config('governor.config', {});
  const run = (...args: string[]): Promise<Answer> =>
    governor(['replay', ...args], { env: { GOVERNOR_HOME: home, GOVERNOR_CONFIG: current } });
  return { home, run, config };
}

const linesOf = ({ out }: Answer): ReplayLine[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => ReplayLine.parse(JSON.parse(line)));
const differingIn = (answer: Answer): string[] =>
  linesOf(answer).flatMap((line) => ('differing' in line && line.differing.length > 0 ? [line.case_id] : []));

describe('a month made again', () => {
  test('with the current config is the same month', async () => {
    const { run } = await aMonth();
    const { code, out, err } = await run();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^8 decisions of 8 cases: none would be another\.\n/);
    const json = await run('--json');
    expect(json).toMatchObject({ code: 0, err: '' });
    expect(linesOf(json).slice(0, -1)).toHaveLength(MONTH.length);
    expect(linesOf(json).at(-1)).toMatchObject({ totals: { cases: 8, differing_cases: 0 }, gate: { contradictions_max: 2 } });
  });

  test('with a stricter and with a looser config lists just the cases that would be others, and writes nothing', async () => {
    const { home, run, config } = await aMonth();
    const [strict, loose] = [config('strict', { contradictions_max: 1 }), config('loose', { contradictions_max: 3 })];
    const before = readFileSync(storeFileIn(home));
    const files = readdirSync(home).sort();
    const stricter = await run('--config', strict, '--json');
    expect(stricter).toMatchObject({ code: 1, err: '' });
    expect(differingIn(stricter)).toEqual(['inc-two-against', 'inc-three-against', 'inc-one-against']);
    expect(linesOf(stricter).at(-1)).toMatchObject({ totals: { execute_to_block: 1, block_to_execute: 0, program_faults: 0 } });

    const looser = await run('--config', loose);
    expect(looser).toMatchObject({ code: 1, err: '' });
    expect(looser.out).toMatch(/^inc-two-against revision 1 {2}medium on billing-batch, decided 2026-/m);
    expect(looser.out).toContain('decision  block_and_escalate would be execute');
    expect(looser.out).toContain('reasons   contradictions would be no reason');
    expect(looser.out).toContain('needs     an approval would be nobody');
    expect(looser.out).not.toContain('inc-clean');
    expect(looser.out).toMatch(/blocked and would be executed: 1\.$/m);
    expect(readFileSync(storeFileIn(home)).equals(before)).toBe(true);
    expect(readdirSync(home).sort()).toEqual(files);
  });

  test('only the named cases, and only what was decided since', async () => {
    const { run, config } = await aMonth((store) => recordCase(store.caseLog, 'inc-zlate', found({ contradictions: 1 }), 20));
    const strict = config('strict', { contradictions_max: 1 });
    expect(differingIn(await run('inc-one-against', 'inc-clean', '--config', strict, '--json'))).toEqual(['inc-one-against']);
    const since = await run('--since', '2026-12-01', '--config', strict, '--json');
    expect(differingIn(since)).toEqual(['inc-zlate']);
    expect(linesOf(since).at(-1)).toMatchObject({ totals: { cases: 1, decisions: 1 } });
    expect(await run('--since', '2027-01-01T00:00:00+01:00', '--config', strict)).toMatchObject({ code: 0 });
  });

  test('says loudly where the program does not do what it did', async () => {
    const { run } = await aMonth(async (store) => {
      const bodies = aCase(found({ contradictions: 2 }))
        .decided()
        .entries.map(({ body }) => body);
      const forged = bodies.map((body) =>
        body.kind === 'gated' ? { ...body, gate: { ...body.gate, decision: 'execute' as const } } : body,
      );
      await record(store.caseLog, 'inc-forged', forged);
    });
    const { code, out, err } = await run();
    expect(code).toBe(1);
    expect(out).toMatch(/^inc-forged revision 1 .* FAULT OF THE PROGRAM$/m);
    expect(err).toMatch(/^THE PROGRAM IS AT FAULT: one decision comes out differently/);
    expect((await run('--json')).err).toMatch(/^THE PROGRAM IS AT FAULT/);
  });

  test('a case that cannot be read is bad news, and hides no other', async () => {
    const { home, run } = await aMonth();
    const db = new DatabaseSync(storeFileIn(home));
    db.exec(`UPDATE entries SET body = '{' WHERE case_id = 'inc-clean' AND seq = 1`);
    db.close();
    const answer = await run();
    expect(answer).toMatchObject({ code: 1, err: '' });
    expect(answer.out).toMatch(/^inc-clean {2}cannot be read: /m);
    expect(answer.out).toContain('7 decisions of 8 cases');
    expect(looksCrashed(answer)).toBe(false);
  });
});

describe('wrong words', () => {
  test.each<[string[], RegExp]>([
    [['inc-404'], /there is no case `inc-404`/],
    [['--since', 'yesterday'], /--since takes a day such as 2026-11-01/],
    [['--since', '2026-13-45'], /--since takes a day/],
    [['--since', '2026-11-01T08:00:00'], /--since takes a day/],
    [['--config', 'nowhere.json'], /nowhere.json: does not exist/],
    [['--config', 'package.json'], /the configuration is refused, nothing was decided:/],
    [['--confg', 'x'], /Unknown option '--confg'/],
  ])('%j end with 2 and say what would be right', async (words, says) => {
    const answer = await governor(['replay', ...words], { env: { GOVERNOR_HOME: aFolder() } });
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.err).toMatch(says);
    expect(looksCrashed(answer)).toBe(false);
  });

  test('an empty log is no difference', async () => {
    expect(await governor(['replay'], { env: { GOVERNOR_HOME: aFolder() } })).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^0 decisions of 0 cases/),
    });
  });
});

describeWithElasticsearch('the same month in a cluster', () => {
  const { names, home, run } = onCluster();
  const openThere = async (): Promise<{ store: Store; close(): Promise<void> }> => {
    const elastic = await connectAtHand();
    const library = createElasticLibrary({ elastic, names, now: Date.now, log: silentLog });
    const store = await openElasticStore({ elastic, names, library, now: Date.now, log: silentLog });
    return { store, close: () => store.close().then(() => elastic.close()) };
  };

  beforeAll(async () => {
    await run('load', '--setup');
    const { store, close } = await openThere();
    await recordMonth(store.caseLog);
    await close();
  }, 90_000);

  test('gives the same answers', async () => {
    expect(await run('replay', '--json')).toMatchObject({ code: 0, err: '' });
    const strict = join(home, 'strict.json');
    writeFileSync(strict, JSON.stringify({ gate: { contradictions_max: 1 } }));
    const embedded = await aMonth();
    const there = await run('replay', '--config', strict, '--json');
    const here = await embedded.run('--config', strict, '--json');
    expect(there).toMatchObject({ code: 1, err: '' });
    const told = (answer: Answer) => JSON.stringify(linesOf(answer)).replace(/"at":"[^"]*"/g, '"at":""');
    expect(told(there)).toBe(told(here));
    expect(differingIn(there)).toEqual(['inc-two-against', 'inc-three-against', 'inc-one-against']);
  });

  test('a case that ran there is bundled from it, and holds by the file alone', async () => {
    const opened = await openThere();
    const app = await inProcess({ store: opened.store, documents: blockingDocuments });
    const { caseId } = await app.decide();
    await app.approve(await app.reload(caseId));
    await app.steps.execute(await app.reload(caseId));
    await opened.close();
    const file = join(home, 'case.jsonl');
    expect(await run('bundle', caseId, '--out', file)).toMatchObject({ code: 0, err: '' });
    const { out } = await governor(['bundle', 'verify', file, '--json'], { env: { GOVERNOR_HOME: aFolder() } });
    expect(JSON.parse(out)).toMatchObject({ ok: true, case_id: caseId, faults: [], does_not_prove: expect.any(Array) });
    const kinds = readFileSync(file, 'utf8').matchAll(/"kind":"(approved|execution_started|lock_taken|execution_recorded)"/g);
    expect(new Set([...kinds].map(([, kind]) => kind)).size).toBe(4);
  });
});
