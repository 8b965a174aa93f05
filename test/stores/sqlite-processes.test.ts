import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { findChainFault } from '../../pipeline/chain.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { openSqliteStore, type SqliteStore } from '../../src/stores/sqlite/store.ts';
import { newFile, quiet } from './sqlite-stage.ts';

const CHILD = fileURLToPath(new URL('./append-child.ts', import.meta.url));
const children: ChildProcess[] = [];
const stores: SqliteStore[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const store of stores.splice(0)) await store.close();
});

type Writer = { child: ChildProcess; lines: string[]; ended: Promise<unknown> };

function startWriter(...args: string[]): Writer {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return { child, lines, ended: new Promise((resolve) => child.on('close', resolve)) };
}

async function open(file: string, foreignPollMs = 20): Promise<SqliteStore> {
  const store = await openSqliteStore({ file, now: Date.now, log: quiet, foreignPollMs });
  stores.push(store);
  return store;
}

const append = (store: SqliteStore, caseId: string, seq: number) =>
  store.caseLog.append(
    caseId,
    seq,
    { kind: 'failed', step: 'x', problem: 'y' },
    { entryId: randomUUID(), at: new Date().toISOString(), open: true },
  );

/** What a writer was told is stored, read from the file: each acknowledged uuid in its place. */
async function missing(store: SqliteStore, lines: readonly string[]): Promise<string[]> {
  const logs = new Map<string, string[]>();
  for (const { case_id } of await store.caseLog.heads())
    logs.set(
      case_id,
      (await store.caseLog.read(case_id)).map((entry) => entry.entry_id),
    );
  return lines.filter((line) => {
    const [caseId = '', seq = '', entryId] = line.split(' ');
    return logs.get(caseId)?.[Number(seq)] !== entryId;
  });
}

describe('a process that is killed', () => {
  test('loses no entry it acknowledged, over several kills, and leaves a log that verifies', { timeout: 60_000 }, async () => {
    const file = newFile();
    const lines: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const writer = startWriter(file, `round-${round}`, '8', '5');
      const wanted = 40 + round * 60;
      await expect.poll(() => writer.lines.length, { timeout: 10_000, interval: 2 }).toBeGreaterThan(wanted);
      writer.child.kill('SIGKILL');
      await writer.ended;
      lines.push(...writer.lines);
    }
    const store = await open(file);
    expect(lines.length).toBeGreaterThan(500);
    expect(await missing(store, lines)).toEqual([]);
    expect(await verifyAudit(store.audit)).toMatchObject({ ok: true, faults: [] });
  });

  test('gives its leases back by ending: who comes next goes on at once', { timeout: 30_000 }, async () => {
    const file = newFile();
    const writer = startWriter(file, 'worker-before', '1', '1', 'case-0');
    await expect.poll(() => writer.lines[0], { timeout: 10_000 }).toBe('lease true');
    const store = await open(file);
    expect(await store.caseLog.lease('case-0', 'worker-after', 60_000)).toBe(false);
    writer.child.kill('SIGKILL');
    await writer.ended;
    expect(await store.caseLog.lease('case-0', 'worker-after', 60_000)).toBe(true);
  });
});

describe('several processes on one file', () => {
  test('race for the same places: each place goes to one of them, and none is left out', { timeout: 60_000 }, async () => {
    const file = newFile();
    await (await open(file)).close();
    const writers = ['a', 'b', 'c'].map((name) => startWriter(file, name, '4', '2'));
    await expect.poll(() => Math.min(...writers.map(({ lines }) => lines.length)), { timeout: 20_000 }).toBeGreaterThan(100);
    for (const { child } of writers) child.kill('SIGKILL');
    await Promise.all(writers.map(({ ended }) => ended));
    const told = writers.flatMap(({ lines }) => lines);
    const places = told.map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(new Set(places).size).toBe(places.length);
    const store = await open(file);
    expect(await missing(store, told)).toEqual([]);
    for (const caseId of ['case-0', 'case-1']) expect(findChainFault(caseId, await store.caseLog.read(caseId))).toBeUndefined();
  });

  test('see at once what another has acknowledged', async () => {
    const file = newFile();
    const [one, other] = [await open(file), await open(file)];
    await append(one, 'case-1', 0);
    await append(other, 'case-1', 1);
    expect(await append(one, 'case-1', 1)).toEqual({ ok: false, refusal: 'conflict' });
    expect((await append(one, 'case-1', 2)).ok).toBe(true);
    expect((await other.caseLog.read('case-1')).map((entry) => entry.seq)).toEqual([0, 1, 2]);
  });

  test('are told which logs another process has written, and not of their own entries', async () => {
    const file = newFile();
    const [app, cli] = [await open(file), await open(file)];
    const heard: string[][] = [];
    app.onForeignChange((caseIds) => heard.push([...caseIds]));
    await append(app, 'case-own', 0);
    await append(cli, 'case-1', 0);
    await append(cli, '~switch', 0);
    await expect.poll(() => heard.flat().sort(), { timeout: 5_000 }).toEqual(['case-1', '~switch']);
    await append(app, 'case-own', 1);
    await cli.library.put([]);
    await cli.caseLog.lease('case-1', 'cli', 1_000);
    await pause(100);
    expect(heard.flat().sort()).toEqual(['case-1', '~switch']);
  });

  test('while one holds the write lock, the appends of another wait and then succeed', async () => {
    const file = newFile();
    const store = await open(file);
    const holder = new DatabaseSync(file);
    holder.exec('BEGIN IMMEDIATE');
    const waiting = append(store, 'case-1', 0);
    const first = await Promise.race([waiting, pause(300).then(() => 'still waiting')]);
    expect(first).toBe('still waiting');
    holder.exec('COMMIT');
    holder.close();
    expect(await waiting).toMatchObject({ ok: true });
  });

  test('open a new file at the same time without getting in each other\u2019s way', async () => {
    const file = newFile();
    const opened = await Promise.all([open(file), open(file), open(file)]);
    await Promise.all(opened.map((store, at) => append(store, `case-${at}`, 0)));
    expect((await opened[0]!.caseLog.heads()).map((head) => head.case_id)).toEqual(['case-0', 'case-1', 'case-2']);
  });
});
