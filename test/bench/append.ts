import { createHash, randomUUID } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EntryBody } from '../../contracts/entry.ts';
import { GENESIS } from '../../pipeline/chain.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { openSqliteStore, type SqliteStore } from '../../src/stores/sqlite/store.ts';
import { type Emit, figure, inRounds, perSecond, printFigure, roundsOr, withFolder } from './figures.ts';

const ROUNDS = roundsOr(7);
const PER_CASE = 20;
const AT = '2026-01-01T00:00:00.000Z';
const silent = { warn: () => undefined, error: () => undefined };

/** About 460 bytes as a line, like the entries of a real case. */
const body = (seq: number): EntryBody => ({
  kind: 'execution_recorded',
  revision: 1,
  key: `case-${seq}-1`,
  outcome: 'done',
  detail: 'the pool was scaled from 4 to 8 workers; the backlog has been falling since, no saturation was seen'.padEnd(150, '.'),
  effect_at: AT,
  settled_by: null,
});

const openStore = (file: string): Promise<SqliteStore> => openSqliteStore({ file, now: Date.now, log: silent });

const newFile = (folder: string): string => join(folder, `log-${randomUUID()}`);

/** Entries a second that `writers` cases take, each writer waiting for its entry before the next. */
async function appendRate(folder: string, writers: number, entries: number): Promise<number> {
  const store = await openStore(newFile(folder));
  const begun = performance.now();
  await Promise.all(Array.from({ length: writers }, (_, writer) => manyCases(store, writer, entries / writers)));
  const rate = perSecond(entries, performance.now() - begun);
  await store.close();
  return rate;
}

/** A writer goes on to a new case after as many entries as a case has; ids sort by time, as real ones do. */
async function manyCases(store: SqliteStore, writer: number, count: number): Promise<void> {
  for (let at = 0; at < count; at += PER_CASE) {
    const id = `case-${String(at).padStart(8, '0')}-${writer}`;
    await appendMany(store, id, 0, Math.min(PER_CASE, count - at));
  }
}

async function appendMany(store: SqliteStore, caseId: string, from: number, count: number): Promise<void> {
  for (let seq = from; seq < from + count; seq += 1) {
    const appended = await store.caseLog.append(caseId, seq, body(seq), { entryId: randomUUID(), at: AT, open: true });
    if (!appended.ok) throw new Error(`append ${seq} of ${caseId}: ${appended.refusal}`);
  }
}

/** The raw floor: one line written and synced, its hash over the line and the hash before. */
function chainedLine(prev: string, seq: number): { line: string; hash: string } {
  const text = JSON.stringify({ case_id: 'case-0', seq, entry_id: randomUUID(), at: AT, body: body(seq) });
  const hash = createHash('sha256').update(prev).update(text).digest('hex');
  return { hash, line: `${text.slice(0, -1)},"prev":"${prev}","hash":"${hash}"}\n` };
}

function rawAppendRate(folder: string, entries: number): number {
  const descriptor = openSync(newFile(folder), 'a');
  let prev = GENESIS;
  const begun = performance.now();
  for (let seq = 0; seq < entries; seq += 1) {
    const { line, hash } = chainedLine(prev, seq);
    writeSync(descriptor, line);
    fdatasyncSync(descriptor);
    prev = hash;
  }
  const rate = perSecond(entries, performance.now() - begun);
  closeSync(descriptor);
  return rate;
}

/** P-D1: durable appends against write and fdatasync of the same entry. */
async function benchWriters(emit: Emit, folder: string): Promise<void> {
  const values = await inRounds(ROUNDS, {
    floor: () => rawAppendRate(folder, 1_500),
    one: () => appendRate(folder, 1, 1_500),
    sixteen: () => appendRate(folder, 16, 8_000),
    many: () => appendRate(folder, 256, 256 * 160),
  });
  const against = (writers: string, ours: number[], atLeast: number) =>
    figure({
      id: 'P-D1',
      metric: `durable append, ${writers}, vs write + fdatasync`,
      unit: 'entries/s',
      ours,
      peer: values.floor,
      goal: { atLeast },
    });
  emit(against('1 writer', values.one, 0.8));
  emit(against('16 writers', values.sixteen, 4));
  emit(against('256 writers', values.many, 15));
}

/** P-D2: the cost of an append with many entries before it, against the cost with few. Grouped, so that no sync hides it. */
async function benchGrowth(emit: Emit, folder: string): Promise<void> {
  const [small, large] = await Promise.all([grown(folder, 100), grown(folder, 500_000)]);
  const cost = async (store: SqliteStore, round: number): Promise<number> => {
    const begun = performance.now();
    await Promise.all(Array.from({ length: 64 }, (_, writer) => appendMany(store, `later-${round}-${writer}`, 0, 100)));
    return performance.now() - begun;
  };
  const values = await inRounds(ROUNDS, { small: (round) => cost(small, round), large: (round) => cost(large, round) });
  await Promise.all([small.close(), large.close()]);
  emit(
    figure({
      id: 'P-D2',
      metric: '6,400 appends with 5e5 entries before them vs with 1e2',
      unit: 'ms',
      ours: values.large,
      peer: values.small,
      goal: { atMost: 1.15 },
    }),
  );
}

async function grown(folder: string, entries: number): Promise<SqliteStore> {
  const store = await openStore(newFile(folder));
  for (let at = 0; at < entries; at += 256 * PER_CASE) {
    const cases = Math.min(256, Math.ceil((entries - at) / PER_CASE));
    const id = (writer: number): string => `case-${String(at).padStart(8, '0')}-${writer}`;
    await Promise.all(
      Array.from({ length: cases }, (_, writer) => appendMany(store, id(writer), 0, Math.min(PER_CASE, entries))),
    );
  }
  return store;
}

function rawVerifyRate(file: string): number {
  const begun = performance.now();
  let prev = GENESIS;
  let count = 0;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    const text = `${line.slice(0, line.lastIndexOf(',"prev":"'))}}`;
    const hash = createHash('sha256').update(prev).update(text).digest('hex');
    if (!line.endsWith(`"${hash}"}`)) throw new Error('the raw chain is broken');
    prev = hash;
    count += 1;
  }
  return perSecond(count, performance.now() - begun);
}

/** P-D2: the whole verification, chain, readability and the store's own checks, against following a chain in a file. */
async function benchVerify(emit: Emit, folder: string): Promise<void> {
  const entries = 100_000;
  const store = await grown(folder, entries);
  const file = newFile(folder);
  const descriptor = openSync(file, 'w');
  let prev = GENESIS;
  for (let seq = 0; seq < entries; seq += 1) {
    const { line, hash } = chainedLine(prev, seq);
    writeSync(descriptor, line);
    prev = hash;
  }
  closeSync(descriptor);
  const ours = async (): Promise<number> => {
    const begun = performance.now();
    const report = await verifyAudit(store.audit);
    if (!report.ok) throw new Error('the log does not verify');
    return perSecond(report.entries, performance.now() - begun);
  };
  const values = await inRounds(ROUNDS, { floor: () => rawVerifyRate(file), ours });
  await store.close();
  emit(
    figure({
      id: 'P-D2',
      metric: 'audit verify vs following a raw chain in a file',
      unit: 'entries/s',
      ours: values.ours,
      peer: values.floor,
      goal: { atLeast: 0.6 },
    }),
  );
}

export async function benchAppend(emit: Emit): Promise<void> {
  await withFolder(async (folder) => {
    await benchWriters(emit, folder);
    await benchVerify(emit, folder);
    await benchGrowth(emit, folder);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchAppend(printFigure);
