import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BundleLine, type PartOf } from '../../contracts/bundle.ts';
import { storeFileIn } from '../../src/stores/sqlite/store-file.ts';
import { APPROVED, openCase, SELF_RUNNING, seeThrough, untilTold } from '../fixtures/acts.ts';
import { openStage, type Stage } from '../fixtures/app.ts';
import { type Answer, aFolder, governor, looksCrashed, spawnGovernor } from './governor.ts';

// On the home of an app that is running, as an auditor or a person with a fault to report would.
let stage: Stage;
let resolved: string;
let approved: string;

beforeAll(async () => {
  stage = await openStage();
  [resolved, approved] = await Promise.all([openCase(stage, SELF_RUNNING), openCase(stage, APPROVED)]);
  await Promise.all([seeThrough(stage, resolved), seeThrough(stage, approved)]);
  await untilTold(stage);
}, 90_000);
afterAll(() => stage.close());

const environment = (home = stage.home) => ({ GOVERNOR_HOME: home, GOVERNOR_CONFIG: join(stage.home, 'governor.config.json') });
const run = (...args: string[]): Promise<Answer> => governor(args, { env: environment() });
/** With nothing of the installation at hand: neither its home nor its config. */
const elsewhere = (...args: string[]): Promise<Answer> => governor(args, { env: { GOVERNOR_HOME: aFolder() }, cwd: aFolder() });

const linesOf = (text: string): BundleLine[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => BundleLine.parse(JSON.parse(line)));

describe('a case of a running governor', () => {
  test('goes to standard output as JSON lines, and is proven elsewhere by the file alone', async () => {
    for (const caseId of [resolved, approved]) {
      const { code, out, err } = await run('bundle', caseId);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      const lines = linesOf(out);
      const rows = lines.flatMap((line) => (line.part === 'entry' ? [line.row] : []));
      expect(rows).toEqual(stage.log.entriesOf(caseId));
      const file = join(aFolder(), 'case.jsonl');
      writeFileSync(file, out);
      const answer = await elsewhere('bundle', 'verify', file, '--json');
      expect(answer).toMatchObject({ code: 0, err: '' });
      expect(JSON.parse(answer.out)).toMatchObject({ ok: true, case_id: caseId, faults: [], notes: [], entries: rows.length });
    }
  });

  test('holds the calls of tools that this home traced', async () => {
    const outputs = linesOf((await run('bundle', resolved)).out).filter(
      (line): line is PartOf<'output'> => line.part === 'output',
    );
    const calls = outputs.filter(({ file }) => file === 'tool_trace').map(({ line }) => line.case_id);
    expect(calls.length).toBeGreaterThan(0);
    expect(new Set(calls)).toEqual(new Set([resolved]));
    const drawn = outputs.filter(({ file }) => file === 'workflow_events').map(({ line }) => line);
    const written = readFileSync(join(stage.home, 'output/workflow_events.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ case_id }) => case_id === resolved);
    expect(drawn.sort(bySeq)).toEqual(written.sort(bySeq));
  });

  test('goes into a file that is whole or not there, for its owner alone', async () => {
    const folder = aFolder();
    const file = join(folder, 'case.jsonl');
    const { code, out, err } = await run('bundle', resolved, '--out', file, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const text = readFileSync(file, 'utf8');
    const seal = linesOf(text).at(-1);
    expect(JSON.parse(out)).toMatchObject({ case_id: resolved, file, lines: linesOf(text).length, broken: null, secrets_at: [] });
    expect(JSON.parse(out).sha256).toBe(seal?.part === 'seal' ? seal.sha256 : '');
    expect(readdirSync(folder)).toEqual(['case.jsonl']);
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const read = await elsewhere('bundle', 'verify', file);
    expect(read).toMatchObject({ code: 0, err: '' });
    expect(read.out).toMatch(/^inc-\S+ {2}\d+ entries, by version \d/);
    expect(read.out).toMatch(/digests +holds/);
    expect(read.out).toMatch(/It proves:\n {2}- /);
    expect(read.out).toMatch(/It does not prove:\n {2}- /);
    const piped = await governor(['bundle', 'verify', '-', '--json'], { env: { GOVERNOR_HOME: aFolder() }, input: text });
    expect(JSON.parse(piped.out)).toMatchObject({ ok: true, case_id: resolved });
  });

  test('is proven up to a head that was kept outside', async () => {
    const folder = aFolder();
    const [file, head] = [join(folder, 'case.jsonl'), join(folder, 'head.json')];
    writeFileSync(head, (await run('audit', 'head')).out);
    await run('bundle', approved, '--out', file);
    const { code, out } = await elsewhere('bundle', 'verify', file, '--head', head);
    expect(code).toBe(0);
    expect(out).toMatch(/head +holds/);
    const shorter = JSON.parse(readFileSync(head, 'utf8'));
    writeFileSync(head, JSON.stringify({ ...shorter, logs: [] }));
    expect(await elsewhere('bundle', 'verify', file, '--head', head)).toMatchObject({
      code: 1,
      out: expect.stringContaining('head_file_altered'),
    });
  });

  test('that was tampered with is bad news, told in words and as JSON', async () => {
    const file = join(aFolder(), 'case.jsonl');
    const { out } = await run('bundle', approved);
    writeFileSync(file, out.replace('"kind":"approved"', '"kind":"rejected"'));
    const read = await elsewhere('bundle', 'verify', file);
    expect(read).toMatchObject({ code: 1, err: '' });
    expect(read.out).toMatch(/^FAULT {2}chain seq \d+: wrong_hash: /m);
    expect(read.out).not.toContain('It proves');
    expect(JSON.parse((await elsewhere('bundle', 'verify', file, '--json')).out)).toMatchObject({ ok: false, proves: [] });
  });
});

const bySeq = (one: Record<string, unknown>, other: Record<string, unknown>): number =>
  Number(one.seq) - Number(other.seq) || String(one.event).localeCompare(String(other.event));

describe('a damaged log', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'governor-damaged-'));
    const [from, to] = [storeFileIn(stage.home), storeFileIn(home)];
    const db = new DatabaseSync(from);
    db.prepare('VACUUM INTO ?').run(to);
    db.close();
  });
  afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const damage = (sql: string): void => {
    const db = new DatabaseSync(storeFileIn(home));
    db.exec(sql);
    db.close();
  };

  test.each<[string, (caseId: string) => string, string]>([
    [
      'an edited body',
      (id) => `UPDATE entries SET body = replace(body, 'execute', 'exclude') WHERE case_id = '${id}' AND seq = 4`,
      'wrong_hash',
    ],
    ['a body that is no JSON', (id) => `UPDATE entries SET body = '{"kind' WHERE case_id = '${id}' AND seq = 3`, 'wrong_hash'],
    ['a missing entry', (id) => `DELETE FROM entries WHERE case_id = '${id}' AND seq = 2`, 'wrong_seq'],
  ])(
    '%s is bundled as it is stored, said on the error stream, and found again by whoever verifies',
    async (_what, sql, fault) => {
      damage(sql(resolved));
      const file = join(aFolder(), 'case.jsonl');
      const written = await governor(['bundle', resolved, '--out', file], { env: environment(home) });
      expect(written).toMatchObject({ code: 1, err: expect.stringContaining(`(${fault})`) });
      expect(looksCrashed(written)).toBe(false);
      const db = new DatabaseSync(storeFileIn(home));
      const stored = db.prepare('SELECT hash, body FROM entries WHERE case_id = ? ORDER BY place').all(resolved);
      db.close();
      const rows = linesOf(readFileSync(file, 'utf8')).flatMap((line) => (line.part === 'entry' ? [line.row] : []));
      expect(rows.map(({ hash }) => hash)).toEqual(stored.map(({ hash }) => hash));
      for (const [at, { body }] of rows.entries()) if (typeof body === 'string') expect(body).toBe(stored[at]?.body);
      const report = JSON.parse((await elsewhere('bundle', 'verify', file, '--json')).out);
      expect(report).toMatchObject({ ok: false, faults: [{ check: 'chain', what: fault }] });
      // The other case of the same store is as whole as before.
      expect((await governor(['bundle', approved], { env: environment(home) })).code).toBe(0);
    },
  );
});

describe('wrong words', () => {
  test.each<[string[], number, RegExp]>([
    [['bundle'], 2, /usage: governor bundle CASE/],
    [['bundle', 'inc-404'], 1, /there is no case `inc-404`/],
    [['bundle', 'prove', 'case.jsonl'], 2, /`prove` is no verb here/],
    [['bundle', 'verify'], 2, /verify takes a FILE/],
    [['bundle', 'verify', 'nowhere.jsonl'], 2, /`nowhere.jsonl` does not exist/],
    [['bundle', 'verify', '.'], 2, /`.` cannot be read/],
    [['bundle', 'inc-404', '--head', 'head.json'], 2, /--head goes with verify/],
    [['bundle', 'verify', 'package.json', '--out', 'x'], 2, /--out goes with a case/],
    [['bundle', 'verify', 'package.json', '--head', 'package.json'], 2, /is no head written by audit head/],
    [['bundle', 'inc-404', '--out', '/nowhere/at/all'], 2, /cannot be written/],
  ])('%j ends with %i', async (words, code, says) => {
    const answer = await governor(words, { env: environment() });
    expect(answer).toMatchObject({ code, out: '' });
    expect(answer.err).toMatch(says);
    expect(looksCrashed(answer)).toBe(false);
  });

  test('a reader that stops reading ends it without a word', async () => {
    const child = spawnGovernor(['bundle', approved], { env: environment() });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.stdout.once('data', () => child.stdout.destroy());
    await once(child, 'exit');
    expect(err).toBe('');
  });
});
