import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../src/sandbox/store/database.ts';

let folder: string;
let database: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'governor-database-'));
  database = openDatabase(join(folder, 'sandbox.db'));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const set = (name: string, value = ''): void => database.run('INSERT INTO settings (name, value) VALUES (?, ?)', name, value);
const names = (): unknown[] => database.all('SELECT name FROM settings ORDER BY name').map(({ name }) => name);

test('what was written is durable and there after opening again', async () => {
  set('a');
  await database.durable();
  database.close();
  database = openDatabase(join(folder, 'sandbox.db'));
  expect(names()).toEqual(['a']);
});

test('a change of several statements is dropped as a whole, and the rest of the turn is kept', async () => {
  set('before');
  const change = (): void =>
    database.atomically(() => {
      set('half');
      set('before');
    });
  expect(change).toThrow('UNIQUE');
  set('after');
  await database.durable();
  expect(names()).toEqual(['after', 'before']);
});

test('changes may be nested, and the outer one decides', async () => {
  database.atomically(() => {
    set('outer');
    expect(() => database.atomically(() => set('outer'))).toThrow('UNIQUE');
  });
  await database.durable();
  expect(names()).toEqual(['outer']);
});

test('when a full disk rolls a turn back, nobody is told that their change is kept', async () => {
  database.run('PRAGMA max_page_count = 60');
  await database.durable();
  set('small');
  const told = database.durable();
  expect(() => set('large', 'x'.repeat(500_000))).toThrow('full');
  await expect(told).rejects.toThrow('rolled back');
  expect(names()).toEqual([]);
  set('again');
  await database.durable();
  expect(names()).toEqual(['again']);
});
