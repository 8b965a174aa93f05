import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Runbook } from '../../contracts/documents.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import type { Query } from './search-corpus.ts';

/** Answers one query with as many hits as there are, ten at most. */
export type Engine = { search(query: Query): Promise<number> | number; close(): Promise<void> | void };

const HITS = 10;
const silent = { warn: () => undefined, error: () => undefined };

/** What the product does for a planner: words of a text, the best runbooks of the service and of `*`, whole and parsed. */
export async function openOurs(file: string): Promise<Engine> {
  const store = await openSqliteStore({ file, now: Date.now, log: silent });
  return {
    search: async ({ words, service }) => (await store.library.searchRunbooks(words.join(' '), service, HITS)).length,
    close: () => store.close(),
  };
}

export async function buildOurs(file: string, documents: readonly Runbook[]): Promise<void> {
  const store = await openSqliteStore({ file, now: Date.now, log: silent });
  await store.library.put(documents);
  await store.close();
}

/** The floor: SQLite's full-text search as its manual shows it, which gives the numbers of rows and nothing of them. */
export function openRaw(file: string): Engine {
  const db = new DatabaseSync(file);
  const statement = db.prepare('SELECT rowid, rank FROM found WHERE found MATCH ? ORDER BY rank LIMIT 10');
  return {
    search({ words, service }) {
      const any = words.map((word) => `"${word}"`).join(' OR ');
      return statement.all(`(service : ("${service}" OR "allservices")) AND ({title body} : (${any}))`).length;
    },
    close: () => db.close(),
  };
}

export function buildRaw(file: string, documents: readonly Runbook[]): void {
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE runbooks (id INTEGER PRIMARY KEY, service TEXT, title TEXT, body TEXT);
    CREATE VIRTUAL TABLE found USING fts5(service, title, body, content = 'runbooks', content_rowid = 'id'); BEGIN`);
  const row = db.prepare('INSERT INTO runbooks VALUES (?, ?, ?, ?)');
  const words = db.prepare('INSERT INTO found (rowid, service, title, body) VALUES (?, ?, ?, ?)');
  for (const [at, { service, title, body }] of documents.entries()) {
    const values = [at, service === '*' ? 'allservices' : service, title, body] as const;
    row.run(...values);
    words.run(...values);
  }
  db.exec(`COMMIT; INSERT INTO found (found) VALUES ('optimize'); PRAGMA wal_checkpoint(TRUNCATE)`);
  db.close();
}

export const MEMORY_ENGINES = { minisearch: 'minisearch', orama: '@orama/orama' } as const;
export type MemoryEngine = keyof typeof MEMORY_ENGINES;

const anything = z.custom<(...given: unknown[]) => unknown>((value) => typeof value === 'function');
const Found = z.union([z.array(z.unknown()), z.object({ hits: z.array(z.unknown()) }).transform(({ hits }) => hits)]);
const countOf = (found: unknown): number => Math.min(HITS, Found.parse(found).length);

/** A search engine in memory, from the folder in which the peers are installed; undefined where it is not there. */
export async function openMemory(name: MemoryEngine, folder: string, documents: readonly Runbook[]): Promise<Engine | undefined> {
  const loaded = await load(MEMORY_ENGINES[name], folder);
  if (loaded === undefined) return undefined;
  const rows = documents.map(({ id, service, title, body }) => ({ id, service, title, body }));
  return name === 'minisearch' ? openMiniSearch(loaded, rows) : openOrama(loaded, rows);
}

async function load(name: string, folder: string): Promise<Record<string, unknown> | undefined> {
  try {
    const entry = createRequire(join(folder, 'package.json')).resolve(name);
    return z.record(z.string(), z.unknown()).parse({ ...(await import(pathToFileURL(entry).href)) });
  } catch {
    // Not installed: the bench says so in a line of its own.
    return undefined;
  }
}

type Row = { id: string; service: string; title: string; body: string };
const IndexOfMiniSearch = z.custom<{ addAll(rows: Row[]): void; search(text: string, options: object): unknown }>();

function openMiniSearch(loaded: Record<string, unknown>, rows: Row[]): Engine {
  const MiniSearch = anything.parse(loaded.default);
  const made: unknown = Reflect.construct(MiniSearch, [{ fields: ['title', 'body'], storeFields: ['service'] }]);
  const index = IndexOfMiniSearch.parse(made);
  index.addAll(rows);
  return {
    search({ words, service }) {
      const filter = (row: Row): boolean => row.service === service || row.service === '*';
      return countOf(index.search(words.join(' '), { filter }));
    },
    close: () => undefined,
  };
}

async function openOrama(loaded: Record<string, unknown>, rows: Row[]): Promise<Engine> {
  const [create, insertMultiple, search] = [loaded.create, loaded.insertMultiple, loaded.search].map((given) =>
    anything.parse(given),
  );
  if (create === undefined || insertMultiple === undefined || search === undefined) throw new Error('this is no Orama');
  const schema = { service: 'enum', title: 'string', body: 'string' };
  const index = await create({ schema });
  await insertMultiple(index, rows);
  return {
    search: async ({ words, service }) =>
      countOf(
        await search(index, { term: words.join(' '), limit: HITS, threshold: 1, where: { service: { in: [service, '*'] } } }),
      ),
    close: () => undefined,
  };
}
