import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Commits, createCommits } from '../../src/stores/sqlite/commits.ts';
import { openWriter } from '../../src/stores/sqlite/connection.ts';
import { createWritability } from '../../src/stores/sqlite/writability.ts';
import { newFile, quiet } from './sqlite-stage.ts';

let db: DatabaseSync;
let commits: Commits;
let turns: string[];

beforeEach(() => {
  const file = newFile();
  mkdirSync(dirname(file), { recursive: true });
  db = openWriter(file);
  turns = [];
  const note = (what: string) => (): void => void turns.push(what);
  const turn = { begun: note('begun'), undone: note('undone'), committed: note('committed') };
  commits = createCommits({ db, turn, writability: createWritability(db, quiet) });
  db.exec('CREATE TABLE kept (value TEXT)');
});
afterEach(async () => {
  await commits.close();
  db.close();
});

const keep = (value: string) => (): string => {
  db.prepare('INSERT INTO kept VALUES (?)').run(value);
  return value;
};
const kept = (): unknown[] =>
  db
    .prepare('SELECT value FROM kept')
    .all()
    .map((row) => row.value);
const syncLevel = (): unknown => db.prepare('PRAGMA synchronous').get()?.synchronous;
const [NORMAL, FULL] = [1, 2];
/** As SQLite throws it. */
const sqliteFault = (errcode: number): Error => Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode });
const throws = (fault: Error) => (): never => {
  throw fault;
};

describe('one turn of the event loop', () => {
  test('is one transaction, and each asker gets the answer to what was asked', async () => {
    const answers = await Promise.all(['a', 'b', 'c'].map((value) => commits.write(keep(value))));
    expect(answers).toEqual(['a', 'b', 'c']);
    expect(turns).toEqual(['begun', 'committed']);
    expect(kept()).toEqual(['a', 'b', 'c']);
  });

  test('answers nobody before it is committed', async () => {
    const other = new DatabaseSync(db.location() ?? '', { readOnly: true });
    const seen = await commits.write(keep('a')).then(() => other.prepare('SELECT count(*) AS n FROM kept').get()?.n);
    expect(seen).toBe(1);
    other.close();
  });

  test('ends after a while, however much is asked for, and the rest comes in the next', async () => {
    const slow = (value: string) => (): string => {
      const end = performance.now() + 12;
      while (performance.now() < end);
      return keep(value)();
    };
    await Promise.all(Array.from({ length: 8 }, (_one, at) => commits.write(slow(`${at}`))));
    expect(turns.filter((what) => what === 'committed').length).toBeGreaterThan(1);
    expect(kept()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });
});

describe('a job that throws', () => {
  test('is undone alone, with all that it wrote, and the others of its turn are kept', async () => {
    const half = (): never => {
      keep('half')();
      throw new Error('changed its mind');
    };
    const [first, second, third] = await Promise.allSettled([
      commits.write(keep('a')),
      commits.write(half),
      commits.write(keep('c')),
    ]);
    expect([first.status, second.status, third.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(second).toMatchObject({ reason: expect.objectContaining({ message: 'changed its mind' }) });
    expect(kept()).toEqual(['a', 'c']);
  });

  test('makes what was remembered of the turn void', async () => {
    await Promise.allSettled([commits.write(keep('a')), commits.write(throws(new Error('no')))]);
    expect(turns).toContain('undone');
    turns = [];
    await commits.write(keep('b'));
    expect(turns).toEqual(['begun', 'committed']);
  });
});

describe('the sync', () => {
  test('is there for whatever shall be durable, also beside what need not be, and again afterwards', async () => {
    expect(await commits.write(syncLevel)).toBe(FULL);
    expect(await commits.write(syncLevel, { durable: false })).toBe(NORMAL);
    expect(await Promise.all([commits.write(syncLevel, { durable: false }), commits.write(syncLevel)])).toEqual([FULL, FULL]);
    await commits.write(syncLevel, { durable: false });
    expect(await commits.write(syncLevel)).toBe(FULL);
  });
});

describe('an I/O error', () => {
  test('fails its whole turn and what waits behind it, and nothing of them is kept', async () => {
    const answers = await Promise.allSettled([
      commits.write(keep('a')),
      commits.write(throws(sqliteFault(10))),
      commits.write(keep('c')),
    ]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'store_refuses' } });
    expect(kept()).toEqual([]);
  });

  test.each([
    ['a full disk', 13],
    ['an I/O error, in its extended form', 10 | (4 << 8)],
    ['a file that became read-only', 8],
    ['damage', 11],
  ])('%s: no write is taken until a probe has succeeded', async (_what, errcode) => {
    await expect(commits.write(throws(sqliteFault(errcode)))).rejects.toMatchObject({ code: 'store_refuses' });
    await expect(commits.write(keep('too early'))).rejects.toMatchObject({ code: 'store_refuses' });
    expect(await commits.healthy()).toMatchObject({ ok: false, problem: expect.stringContaining('disk I/O error') });
    await pause(300);
    expect(await commits.healthy()).toEqual({ ok: true });
    expect(await commits.write(keep('later'))).toBe('later');
    expect(kept()).toEqual(['later']);
  });

  test('a write that comes after the pause probes by itself', async () => {
    await expect(commits.write(throws(sqliteFault(13)))).rejects.toMatchObject({ code: 'store_refuses' });
    await pause(300);
    expect(await commits.write(keep('later'))).toBe('later');
  });
});

test('another fault of SQLite fails the job and ends nothing', async () => {
  await expect(commits.write(() => db.exec('INSERT INTO nowhere VALUES (1)'))).rejects.toThrow('no such table');
  expect(await commits.healthy()).toEqual({ ok: true });
  expect(await commits.write(keep('a'))).toBe('a');
});
