import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, test } from 'vitest';
import type { EntryBody } from '../../contracts/entry.ts';
import { canonicalJson } from '../../pipeline/canonical.ts';
import { GENESIS, hashOfRow } from '../../pipeline/chain.ts';
import { exportAudit } from '../../src/audit/export.ts';
import { AuditHead, auditHead } from '../../src/audit/head.ts';
import { type AuditReport, verifyAudit } from '../../src/audit/verify.ts';
import { openSqliteStore, type SqliteStore } from '../../src/stores/sqlite/store.ts';
import { newFile, quiet } from '../stores/sqlite-stage.ts';
import { auditSourceOf } from './source-of-log.ts';

const AT = '2026-01-01T00:00:00.000Z';
const note = (problem: string): EntryBody => ({ kind: 'failed', step: 'plan', problem });

let file: string;
beforeEach(async () => {
  file = newFile();
  await withStore(async (store) => {
    for (const caseId of ['case-1', 'case-2', '~switch'])
      for (let seq = 0; seq < 5; seq += 1)
        await store.caseLog.append(caseId, seq, note(`${caseId} ${seq}`), { entryId: randomUUID(), at: AT, open: true });
  });
});

async function withStore<T>(use: (store: SqliteStore) => Promise<T>): Promise<T> {
  const store = await openSqliteStore({ file, now: Date.now, log: quiet });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** What somebody does who can write the file and knows its schema. */
function tamper(sql: string, ...values: (string | number)[]): void {
  const db = new DatabaseSync(file);
  if (values.length > 0) db.prepare(sql).run(...values);
  else db.exec(sql);
  db.close();
}

const verify = (head?: AuditHead): Promise<AuditReport> => withStore((store) => verifyAudit(store.audit, head));
const takeHead = (): Promise<AuditHead> => withStore((store) => auditHead(store.audit));
const faultsOf = ({ faults }: AuditReport): string[] => faults.map(({ case_id, seq, fault }) => `${fault} ${case_id} ${seq}`);

/** Seals a whole log anew, as somebody would who wants the chain to hold. */
function rechain(caseId: string): void {
  const db = new DatabaseSync(file);
  let prev = GENESIS;
  for (const row of db.prepare('SELECT * FROM entries WHERE case_id = ? ORDER BY seq').all(caseId)) {
    const [entry_id, at, body, seq] = [String(row.entry_id), String(row.at), String(row.body), Number(row.seq)];
    const hash = hashOfRow({ case_id: caseId, seq, entry_id, at, prev_hash: prev, body });
    db.prepare('UPDATE entries SET prev_hash = ?, hash = ? WHERE case_id = ? AND seq = ?').run(prev, hash, caseId, seq);
    prev = hash;
  }
  db.close();
}

describe('an honest log', () => {
  test('verifies, and says that without a head neither tail nor completeness is proven', async () => {
    expect(await verify()).toMatchObject({
      ok: true,
      logs: 3,
      entries: 15,
      faults: [],
      proves: 'tail_and_completeness_not_proven',
    });
  });

  test('verifies against a head taken before it grew', async () => {
    const head = await takeHead();
    await withStore((store) => store.caseLog.append('case-1', 5, note('later'), { entryId: randomUUID(), at: AT, open: true }));
    await withStore((store) => store.caseLog.append('case-3', 0, note('new'), { entryId: randomUUID(), at: AT, open: true }));
    expect(await verify(head)).toMatchObject({ ok: true, faults: [], proves: 'complete_up_to_head' });
  });

  test('has the same head however often it is read, and a head that survives being written to a file', async () => {
    const head = await takeHead();
    expect(await takeHead()).toEqual(head);
    expect(AuditHead.parse(JSON.parse(JSON.stringify(head)))).toEqual(head);
    expect((await verify()).head).toEqual(head);
    expect(head.logs.map(({ case_id, seq }) => [case_id, seq])).toEqual([
      ['case-1', 4],
      ['case-2', 4],
      ['~switch', 4],
    ]);
  });

  test('verifies while others append to it', async () => {
    await withStore(async (store) => {
      let seq = 5;
      let going = true;
      const appending = (async () => {
        for (; going; seq += 1)
          await store.caseLog.append('case-1', seq, note('more'), { entryId: randomUUID(), at: AT, open: true });
      })();
      for (let round = 0; round < 10; round += 1) expect((await verifyAudit(store.audit)).faults).toEqual([]);
      going = false;
      await appending;
      expect(seq).toBeGreaterThan(5);
    });
  });

  test('an empty one verifies too', async () => {
    file = newFile();
    expect(await verify()).toMatchObject({ ok: true, logs: 0, entries: 0 });
  });
});

describe('tampering inside a chain is found and named', () => {
  const body = canonicalJson(note('nothing happened'));
  test.each<[string, string, string[]]>([
    ['an edited body', `UPDATE entries SET body = '${body}' WHERE case_id = 'case-1' AND seq = 2`, ['wrong_hash case-1 2']],
    [
      'an edited time',
      `UPDATE entries SET at = '2026-01-02T00:00:00.000Z' WHERE case_id = 'case-1' AND seq = 0`,
      ['wrong_hash case-1 0'],
    ],
    ['an edited uuid', `UPDATE entries SET entry_id = 'x' WHERE case_id = 'case-1' AND seq = 4`, ['wrong_hash case-1 4']],
    [
      'a white space more in a body',
      `UPDATE entries SET body = body || ' ' WHERE case_id = 'case-1' AND seq = 2`,
      ['wrong_hash case-1 2'],
    ],
    [
      'an edited hash',
      `UPDATE entries SET hash = '${'0'.repeat(64)}' WHERE case_id = 'case-1' AND seq = 2`,
      ['wrong_hash case-1 2'],
    ],
    [
      'an edited link',
      `UPDATE entries SET prev_hash = '${'0'.repeat(64)}' WHERE case_id = 'case-1' AND seq = 2`,
      ['wrong_prev_hash case-1 2'],
    ],
    [
      'a deleted entry',
      `DELETE FROM entries WHERE case_id = 'case-1' AND seq = 2`,
      ['wrong_seq case-1 2', 'entries_missing null null'],
    ],
    [
      'a deleted first entry',
      `DELETE FROM entries WHERE case_id = 'case-1' AND seq = 0`,
      ['wrong_seq case-1 0', 'entries_missing null null'],
    ],
    [
      'a deleted entry whose followers moved up',
      `DELETE FROM entries WHERE case_id = 'case-1' AND seq = 2; UPDATE entries SET seq = 2 WHERE case_id = 'case-1' AND seq = 3; UPDATE entries SET seq = 3 WHERE case_id = 'case-1' AND seq = 4`,
      ['wrong_prev_hash case-1 2', 'entries_missing null null'],
    ],
    [
      'two entries in each other\u2019s place',
      `UPDATE entries SET seq = 99 WHERE case_id = 'case-1' AND seq = 1; UPDATE entries SET seq = 1 WHERE case_id = 'case-1' AND seq = 2; UPDATE entries SET seq = 2 WHERE case_id = 'case-1' AND seq = 99`,
      ['wrong_seq case-1 1'],
    ],
    [
      'two logs under each other\u2019s name',
      `UPDATE entries SET case_id = 'swap' WHERE case_id = 'case-1'; UPDATE entries SET case_id = 'case-1' WHERE case_id = 'case-2'; UPDATE entries SET case_id = 'case-2' WHERE case_id = 'swap'`,
      ['wrong_hash case-2 0', 'wrong_hash case-1 0'],
    ],
    [
      'an entry added at the end',
      `INSERT INTO entries (case_id, seq, entry_id, at, body, prev_hash, hash) SELECT case_id, 5, entry_id, at, body, hash, hash FROM entries WHERE case_id = 'case-1' AND seq = 4`,
      ['wrong_hash case-1 5'],
    ],
    ['a body that is no JSON', `UPDATE entries SET body = '{' WHERE case_id = 'case-1' AND seq = 2`, ['unreadable case-1 2']],
    [
      'a body of no known kind',
      `UPDATE entries SET body = '{"kind":"free"}' WHERE case_id = 'case-1' AND seq = 2`,
      ['unreadable case-1 2'],
    ],
    [
      'a place beyond every number',
      `UPDATE entries SET seq = 9223372036854775807 WHERE case_id = 'case-1' AND seq = 4`,
      ['wrong_seq case-1 4'],
    ],
    ['a case whose entries are gone', `DELETE FROM entries WHERE case_id = '~switch'`, ['log_removed ~switch null']],
    [
      'a case that is gone altogether, not the last one written',
      `DELETE FROM entries WHERE case_id = 'case-1'; DELETE FROM logs WHERE case_id = 'case-1'`,
      ['entries_missing null null'],
    ],
    ['a case struck off the list', `DELETE FROM logs WHERE case_id = 'case-1'`, ['log_unlisted case-1 null']],
    [
      'a tail that was cut, not the last one written',
      `DELETE FROM entries WHERE case_id = 'case-1' AND seq >= 3`,
      ['entries_missing null null'],
    ],
  ])('%s', async (_what, sql, expected) => {
    tamper(sql);
    const report = await verify();
    expect(report.ok).toBe(false);
    expect(faultsOf(report)).toEqual(expected);
    for (const fault of report.faults) expect(fault.detail).not.toBe('');
  });

  test('a row that cannot be read stops neither the other logs nor the export', async () => {
    tamper(
      `UPDATE entries SET body = '{"a":' WHERE case_id = 'case-1' AND seq = 0; UPDATE entries SET at = 'x' WHERE case_id = 'case-2' AND seq = 3`,
    );
    expect(faultsOf(await verify())).toEqual(['unreadable case-1 0', 'wrong_hash case-2 3']);
    const text: string[] = [];
    const { entries } = await withStore((store) => exportAudit(store.audit, (lines) => void text.push(lines)));
    const lines = text
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries).toBe(15);
    expect(lines[0]).toMatchObject({ case_id: 'case-1', seq: 0, body: '{"a":' });
    expect(lines[1]).toMatchObject({ case_id: 'case-1', seq: 1, body: note('case-1 1') });
  });

  test('what the index hides from readers is found in the table', async () => {
    const db = new DatabaseSync(file);
    db.enableDefensive(false);
    db.exec(`PRAGMA writable_schema = ON;
      CREATE TABLE other (case_id TEXT, seq INTEGER, UNIQUE (case_id, seq));
      INSERT INTO other SELECT case_id, seq FROM entries WHERE case_id <> 'case-1';
      UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_other_1') WHERE name = 'sqlite_autoindex_entries_1'`);
    db.close();
    const report = await verify();
    expect(report.ok).toBe(false);
    expect(faultsOf(report)).toContain('readers_misled case-1 null');
  });
});

describe('against a head kept outside', () => {
  test('a log that was sealed anew is found, though its chain holds', async () => {
    const head = await takeHead();
    tamper(`UPDATE entries SET body = '${canonicalJson(note('nothing happened'))}' WHERE case_id = 'case-2' AND seq = 2`);
    rechain('case-2');
    expect(await verify()).toMatchObject({ ok: true });
    expect(faultsOf(await verify(head))).toEqual(['rechained case-2 4']);
  });

  test('a cut tail is found, also where it was the last that was written', async () => {
    const head = await takeHead();
    tamper(`DELETE FROM entries WHERE case_id = '~switch' AND seq >= 3`);
    expect(await verify()).toMatchObject({ ok: true, proves: 'tail_and_completeness_not_proven' });
    expect(faultsOf(await verify(head))).toEqual(['cut ~switch 3']);
  });

  test('a tail that was cut and written differently is found', async () => {
    const head = await takeHead();
    tamper(`DELETE FROM entries WHERE case_id = '~switch' AND seq = 4`);
    await withStore((store) =>
      store.caseLog.append('~switch', 4, note('instead'), { entryId: randomUUID(), at: AT, open: false }),
    );
    expect(faultsOf(await verify(head))).toEqual(['rechained ~switch 4']);
  });

  test('a log that is gone altogether is found', async () => {
    const head = await takeHead();
    tamper(`DELETE FROM entries WHERE case_id = '~switch'; DELETE FROM logs WHERE case_id = '~switch'`);
    expect(await verify()).toMatchObject({ ok: true });
    expect(faultsOf(await verify(head))).toEqual(['removed ~switch null']);
  });

  test('an altered head file is found', async () => {
    const head = await takeHead();
    const shorter = { ...head, logs: head.logs.slice(1) };
    expect(faultsOf(await verify(shorter))).toEqual(['head_file_altered null null']);
  });
});

describe('by the port of the log alone', () => {
  test('an honest log verifies with the same head', async () => {
    await withStore(async (store) => {
      const report = await verifyAudit(auditSourceOf(store.caseLog));
      expect(report).toMatchObject({ ok: true, logs: 3, entries: 15 });
      expect(report.head).toEqual(await auditHead(store.audit));
    });
  });

  test('an edit is found, and a log that cannot be read is named', async () => {
    tamper(`UPDATE entries SET body = '${canonicalJson(note('other'))}' WHERE case_id = 'case-1' AND seq = 2`);
    tamper(`UPDATE entries SET body = '{' WHERE case_id = 'case-2' AND seq = 2`);
    const report = await withStore((store) => verifyAudit(auditSourceOf(store.caseLog)));
    expect(faultsOf(report)).toEqual(['wrong_hash case-1 2', 'unreadable case-2 null']);
  });
});

test('an export holds every entry once, with bodies as they are stored', async () => {
  const text: string[] = [];
  await withStore((store) => exportAudit(store.audit, (lines) => void text.push(lines)));
  const lines = text
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const logged = await withStore((store) => store.caseLog.read('case-2'));
  expect(lines).toHaveLength(15);
  expect(lines.filter((line) => line.case_id === 'case-2')).toEqual(logged);
});
