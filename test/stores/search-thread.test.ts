import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { createSearch, type Search } from '../../src/stores/sqlite/search.ts';
import { createSearchThread } from '../../src/stores/sqlite/search-thread.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { anEvidence, aRunbook } from '../fixtures/builders.ts';
import { newFile, quiet } from './sqlite-stage.ts';

const threads: ReturnType<typeof createSearchThread>[] = [];
afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.close();
});

async function filled(): Promise<string> {
  const file = newFile();
  const store = await openSqliteStore({ file, now: Date.now, log: quiet });
  await store.library.put([
    ...Array.from({ length: 50 }, (_, at) => aRunbook({ id: `rb-${at}`, title: `Latency number ${at}`, service: 'api' })),
    ...Array.from({ length: 50 }, (_, at) => anEvidence({ id: `ev-${at}`, text: `latency ${at}`, service: 'api' })),
  ]);
  await store.close();
  return file;
}

const started = (file: string) => {
  const thread = createSearchThread(file);
  threads.push(thread);
  return thread;
};

const SEARCHES: Search[] = [
  { kind: 'runbook', words: ['latency', 'number'], service: 'api', limit: 7 },
  { kind: 'evidence', words: ['latency'], service: 'api', limit: 3 },
  { kind: 'candidates', words: ['latency'], service: 'api', stance: 'support' },
  { kind: 'candidates', words: ['latency'], service: 'api', stance: 'contradict' },
];

test('the thread finds what the connection itself finds, each search its own', async () => {
  const file = await filled();
  const db = new DatabaseSync(file, { readOnly: true });
  const here = createSearch(db);
  const thread = started(file);
  const found = await Promise.all(SEARCHES.map((search) => thread.run(search)));
  expect(found).toEqual(SEARCHES.map((search) => here(search).run()));
  expect(found.map((hits) => hits.length)).toEqual([7, 3, 50, 0]);
  db.close();
});

test('a thread that dies fails its searches by name, and the next search starts another', async () => {
  const file = await filled();
  const thread = started(`${file}-missing`);
  await expect(thread.run(SEARCHES[0]!)).rejects.toMatchObject({ code: 'search_failed' });
  rmSync(`${file}-missing`, { force: true });
  await expect(thread.run(SEARCHES[1]!)).rejects.toMatchObject({ code: 'search_failed' });
});

test('closing fails what is under way', async () => {
  const thread = started(await filled());
  const waiting = thread.run(SEARCHES[0]!);
  const failed = expect(waiting).rejects.toMatchObject({ code: 'search_failed' });
  await thread.close();
  await failed;
});
