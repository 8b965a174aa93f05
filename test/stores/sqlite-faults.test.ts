import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify.ts';
import { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from '../../src/stores/sqlite/store.ts';
import { anEvidence } from '../fixtures/builders.ts';
import { listeningLog, newFile, newFolder, quiet } from './sqlite-stage.ts';

const stores: SqliteStore[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

async function open(options: Partial<SqliteStoreOptions> & { file: string }): Promise<SqliteStore> {
  const store = await openSqliteStore({ now: Date.now, log: quiet, ...options });
  stores.push(store);
  return store;
}

const append = (store: SqliteStore, caseId: string, seq: number, problem = 'y') =>
  store.caseLog.append(
    caseId,
    seq,
    { kind: 'failed', step: 'x', problem },
    { entryId: randomUUID(), at: new Date().toISOString(), open: true },
  );

/** Appends until the store refuses; gives how many were acknowledged, and the refusal. */
async function fill(store: SqliteStore): Promise<{ acknowledged: number; fault: unknown }> {
  for (let seq = 0; seq < 20_000; seq += 1) {
    try {
      await append(store, 'case-1', seq, 'x'.repeat(4_000));
    } catch (fault) {
      return { acknowledged: seq, fault };
    }
  }
  throw new Error('the store never refused');
}

async function expectRefusal(store: SqliteStore): Promise<void> {
  await expect(append(store, 'case-2', 0)).rejects.toMatchObject({ code: 'store_refuses' });
  await expect(store.library.put([anEvidence()])).rejects.toMatchObject({ code: 'store_refuses' });
  expect(await store.caseLog.healthy()).toMatchObject({ ok: false, problem: expect.stringContaining('full') });
}

async function expectRecovery(store: SqliteStore, acknowledged: number): Promise<void> {
  await expect.poll(() => store.caseLog.healthy(), { timeout: 5_000 }).toEqual({ ok: true });
  expect(await append(store, 'case-1', acknowledged)).toMatchObject({ ok: true });
  expect(await store.caseLog.read('case-1')).toHaveLength(acknowledged + 1);
  expect(await verifyAudit(store.audit)).toMatchObject({ ok: true });
}

describe('a full disk', () => {
  test('refuses every write by name, keeps what was acknowledged, and goes on once there is room', {
    timeout: 60_000,
  }, async () => {
    const file = newFile();
    const log = listeningLog();
    const ballast = Array.from({ length: 40 }, (_, at) =>
      anEvidence({ id: `ballast-${at}`, text: `ballast ${at} `.repeat(2_000) }),
    );
    const other = await open({ file });
    await other.library.put(ballast);
    const pages = new DatabaseSync(file, { readOnly: true });
    const used = Number(pages.prepare('PRAGMA page_count').get()?.page_count);
    pages.close();
    const store = await open({ file, log, pagesMax: used + 40 });
    const { acknowledged, fault } = await fill(store);
    expect(fault).toMatchObject({ code: 'store_refuses', message: expect.stringContaining('full'), cause: expect.anything() });
    expect(acknowledged).toBeGreaterThan(10);
    await expectRefusal(store);
    expect(await store.caseLog.read('case-1')).toHaveLength(acknowledged);
    for (const { id } of ballast) await other.library.remove(id);
    await expectRecovery(store, acknowledged);
    expect(log.said).toEqual(['the store takes no more writes', 'the store takes writes again']);
  });

  test('fails all that share the turn, and none of them is half there', { timeout: 60_000 }, async () => {
    const store = await open({ file: newFile(), pagesMax: 60 });
    const rounds: PromiseSettledResult<unknown>[][] = [];
    for (let seq = 0; seq < 100; seq += 1) {
      const turn = ['a', 'b', 'c'].map((caseId) => append(store, caseId, seq, 'x'.repeat(4_000)));
      rounds.push(await Promise.allSettled(turn));
      if (rounds.at(-1)?.some(({ status }) => status === 'rejected')) break;
    }
    const kept = rounds.filter((turn) => turn.every(({ status }) => status === 'fulfilled')).length;
    expect(rounds.at(-1)?.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    for (const caseId of ['a', 'b', 'c']) expect(await store.caseLog.read(caseId)).toHaveLength(kept);
  });

  const folder = newFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'none', folder]).status === 0;
  test.skipIf(!mounted)('of a real file system is the same', { timeout: 60_000 }, async () => {
    try {
      const ballast = join(folder, 'ballast');
      writeFileSync(ballast, Buffer.alloc(1_000_000));
      const store = await open({ file: join(folder, 'governor.db') });
      const { acknowledged } = await fill(store);
      await expectRefusal(store);
      const late = await openSqliteStore({ file: join(folder, 'governor.db'), now: Date.now, log: quiet });
      expect(await late.caseLog.read('case-1')).toHaveLength(acknowledged);
      expect((await late.caseLog.healthy()).ok).toBe(false);
      await late.close();
      rmSync(ballast);
      await expectRecovery(store, acknowledged);
      await store.close();
    } finally {
      spawnSync('umount', [folder]);
    }
  });
});

describe('opening', () => {
  const root = process.getuid?.() === 0;
  /** Root may write anywhere: as root the store is opened by a child that is nobody. */
  async function openAsNobody(file: string): Promise<string> {
    const script = `
      import { openSqliteStore } from ${JSON.stringify(fileURLToPath(new URL('../../src/stores/sqlite/store.ts', import.meta.url)))};
      const log = { warn: () => undefined, error: () => undefined };
      await openSqliteStore({ file: ${JSON.stringify(file)}, now: Date.now, log }).then(() => console.log('opened'), (fault) => console.log(fault.code, '|', fault.message, '|', String(fault.cause)));`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      ...(root ? { uid: 65_534, gid: 65_534 } : {}),
    });
    let said = '';
    child.stdout.on('data', (text) => {
      said += String(text);
    });
    await new Promise((resolve) => child.on('close', resolve));
    return said;
  }

  test('in a folder that cannot be written is refused, and says why', async () => {
    const folder = newFolder();
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(folder, 0o755);
    chmodSync(closed, 0o555);
    expect(await openAsNobody(join(closed, 'governor.db'))).toMatch(/^store_unwritable \| .*closed\/governor\.db.*cannot be/);
    expect(await openAsNobody(join(closed, 'deeper', 'governor.db'))).toMatch(/^store_unopened \| .*(EACCES|permission)/i);
  });

  test('below a file that is no folder is refused', async () => {
    const file = join(newFolder(), 'a-file');
    writeFileSync(file, '');
    await expect(open({ file: join(file, 'governor.db') })).rejects.toMatchObject({ code: 'store_unopened' });
  });

  test('a file of a newer version is refused and left as it is', async () => {
    const file = newFile();
    await (await openSqliteStore({ file, now: Date.now, log: quiet })).close();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 99');
    db.close();
    await expect(open({ file })).rejects.toMatchObject({
      code: 'store_newer',
      message: expect.stringMatching(/version 99.*update/),
    });
  });

  test("another program's database is refused and left as it is", async () => {
    const file = join(newFolder(), 'other.db');
    const db = new DatabaseSync(file);
    db.exec('CREATE TABLE theirs (a)');
    await expect(open({ file })).rejects.toMatchObject({ code: 'store_foreign' });
    expect(db.prepare('SELECT name FROM sqlite_schema').all()).toHaveLength(1);
    db.close();
  });

  test('a file that is no database is refused by name', async () => {
    const file = join(newFolder(), 'governor.db');
    writeFileSync(file, 'this is no database, and long enough to be looked at as one. '.repeat(100));
    await expect(open({ file })).rejects.toMatchObject({ code: 'store_damaged', message: expect.stringContaining(file) });
  });

  test('a file that lost its second half is refused or found by the audit, never taken for whole', async () => {
    const file = newFile();
    const store = await openSqliteStore({ file, now: Date.now, log: quiet });
    for (let seq = 0; seq < 200; seq += 1) await append(store, 'case-1', seq, 'x'.repeat(1_000));
    await store.close();
    truncateSync(file, 40 * 1024);
    const outcome = await open({ file }).then(
      async (opened) => (await verifyAudit(opened.audit)).ok,
      (fault: unknown) => fault,
    );
    expect(outcome === false || outcome instanceof Error).toBe(true);
  });

  test('an older word index is written anew, and the documents are found as before', async () => {
    const file = newFile();
    const before = await openSqliteStore({ file, now: Date.now, log: quiet });
    await before.library.put([anEvidence({ service: 'api', text: 'zeppelin' })]);
    await before.close();
    const db = new DatabaseSync(file);
    db.exec(
      `UPDATE settings SET value = 0 WHERE name = 'ranking_version'; INSERT INTO evidence_words(evidence_words) VALUES ('delete-all')`,
    );
    db.close();
    const log = listeningLog();
    const store = await open({ file, log });
    expect(await store.library.searchEvidence('zeppelin', 'api', 5)).toHaveLength(1);
    expect(log.said).toEqual(['the word index was written anew']);
  });
});

describe('closing', () => {
  test('commits what is queued and refuses what comes later', async () => {
    const file = newFile();
    const store = await openSqliteStore({ file, now: Date.now, log: quiet });
    const queued = append(store, 'case-1', 0);
    const closed = store.close();
    await expect(append(store, 'case-1', 1)).rejects.toMatchObject({ code: 'store_closed' });
    expect(await queued).toMatchObject({ ok: true });
    await closed;
    expect(await (await open({ file })).caseLog.read('case-1')).toHaveLength(1);
  });

  test('may be asked for twice', async () => {
    const store = await openSqliteStore({ file: newFile(), now: Date.now, log: quiet });
    await Promise.all([store.close(), store.close()]);
    await store.close();
  });
});

test('long searches run in their own thread, find the same, and let the loop breathe', { timeout: 60_000 }, async () => {
  const store = await open({ file: newFile() });
  const documents = Array.from({ length: 4_000 }, (_, at) =>
    anEvidence({
      id: `ev-${at}`,
      service: 'api',
      stance: 'contradict',
      text: `pool worker queue number ${at} lagged behind the others`,
    }),
  );
  await store.library.put(documents);
  const few = await store.library.candidates({ service: 'api', stance: 'contradict', words: ['pool'] });
  let turns = 0;
  const counting = setInterval(() => (turns += 1), 1);
  const asked = store.library.candidates({
    service: 'api',
    stance: 'contradict',
    words: ['pool', 'worker', 'queue', 'number', 'other', 'behind'],
  });
  await pause(1);
  const many = await asked;
  clearInterval(counting);
  expect(many.length).toBe(few.length);
  expect(turns).toBeGreaterThan(5);
});
