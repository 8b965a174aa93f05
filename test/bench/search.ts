import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Runbook } from '../../contracts/documents.ts';
import { type Emit, figure, inRounds, perSecond, printFigure, roundsOr, withFolder } from './figures.ts';
import { howToGet, peersFolder } from './peers.ts';
import { corpus, type Query, queriesOf } from './search-corpus.ts';
import {
  buildOurs,
  buildRaw,
  type Engine,
  MEMORY_ENGINES,
  type MemoryEngine,
  openMemory,
  openOurs,
  openRaw,
} from './search-engines.ts';

const ROUNDS = roundsOr(7);
const SIZES = [10_000, 100_000] as const;
const MEASURE_MS = 700;
const WARM_UP = 64;
const MEMORY_MB_MAX = 20;
/** Against each engine in memory: so many times its searches a second, by the size of the library. */
const TIMES_MEMORY = { 10000: 1.8, 100000: 7 } as const;

type Files = { ours: string; raw: string };
type Size = (typeof SIZES)[number];

/** Searches a second, one after the other; each must find something over all the queries. */
async function rate(engine: Engine, queries: readonly Query[]): Promise<number> {
  let hits = 0;
  for (const query of queries.slice(0, WARM_UP)) hits += await engine.search(query);
  if (hits === 0) throw new Error('the engine finds nothing');
  const begun = performance.now();
  let done = 0;
  while (performance.now() - begun < MEASURE_MS) {
    const query = queries[done % queries.length];
    if (query !== undefined) await engine.search(query);
    done += 1;
  }
  return perSecond(done, performance.now() - begun);
}

/** P-C1: the product's search, documents and all, against raw full-text search that only gives row numbers. */
async function benchRate(emit: Emit, size: Size, files: Files, queries: readonly Query[]): Promise<void> {
  const engines = { ours: await openOurs(files.ours), raw: openRaw(files.raw) };
  const values = await inRounds(ROUNDS, { ours: () => rate(engines.ours, queries), raw: () => rate(engines.raw, queries) });
  await engines.ours.close();
  await engines.raw.close();
  emit(
    figure({
      id: 'P-C1',
      metric: `search within a service and *, ${size} runbooks, vs raw FTS5`,
      unit: 'searches/s',
      ours: values.ours,
      peer: values.raw,
      goal: { atLeast: 0.85 },
    }),
  );
}

/** P-C2: against engines that keep everything in memory. */
async function benchMemoryEngine(
  emit: Emit,
  name: MemoryEngine,
  size: Size,
  files: Files,
  documents: readonly Runbook[],
): Promise<void> {
  const folder = peersFolder();
  const engine = folder === undefined ? undefined : await openMemory(name, folder, documents);
  if (engine === undefined) {
    emit({ id: 'P-C2', peer: name, missing: howToGet(MEMORY_ENGINES[name]) });
    return;
  }
  const queries = queriesOf(documents);
  const ours = await openOurs(files.ours);
  const values = await inRounds(ROUNDS, { ours: () => rate(ours, queries), peer: () => rate(engine, queries) });
  await ours.close();
  await engine.close();
  emit(
    figure({
      id: 'P-C2',
      metric: `search within a service and *, ${size} runbooks, vs ${name}`,
      unit: 'searches/s',
      ours: values.ours,
      peer: values.peer,
      goal: { atLeast: TIMES_MEMORY[size] },
    }),
  );
}

const Cold = z.object({ open_ms: z.number(), memory_mb: z.number() });
const CHILD = fileURLToPath(new URL('./search-child.ts', import.meta.url));

async function cold(engine: 'ours' | 'raw', file: string, size: Size): Promise<z.infer<typeof Cold>> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', CHILD, engine, file, String(size)]);
  return Cold.parse(JSON.parse(stdout));
}

/** P-C3: a file that was closed, to its first answer; and what a process grows by with it. */
async function benchCold(emit: Emit, size: Size, files: Files): Promise<void> {
  const memory: number[] = [];
  const values = await inRounds(ROUNDS, {
    ours: async () => {
      const { open_ms, memory_mb } = await cold('ours', files.ours, size);
      memory.push(memory_mb);
      return open_ms;
    },
    raw: async () => (await cold('raw', files.raw, size)).open_ms,
  });
  const metric = `closed file to first answer, ${size} runbooks, vs raw FTS5`;
  emit(figure({ id: 'P-C3', metric, unit: 'ms', ours: values.ours, peer: values.raw, goal: { atMost: 2 } }));
  const bound = memory.map(() => MEMORY_MB_MAX);
  const grown = `memory after opening and 256 searches, ${size} runbooks, vs the bound`;
  emit(figure({ id: 'P-C3', metric: grown, unit: 'MiB', ours: memory, peer: bound, goal: { atMost: 1 } }));
}

export async function benchSearch(emit: Emit): Promise<void> {
  for (const size of SIZES) {
    await withFolder(async (folder) => {
      const files = { ours: join(folder, 'ours.db'), raw: join(folder, 'raw.db') };
      const documents = corpus(size);
      await buildOurs(files.ours, documents);
      buildRaw(files.raw, documents);
      await benchRate(emit, size, files, queriesOf(documents));
      await benchCold(emit, size, files);
      await benchMemoryEngine(emit, 'minisearch', size, files, documents);
      await benchMemoryEngine(emit, 'orama', size, files, documents);
    });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchSearch(printFigure);
