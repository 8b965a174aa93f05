import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openCase, SELF_RUNNING, seeThrough, untilShown, untilTold } from '../fixtures/acts.ts';
import { openStage, type Stage } from '../fixtures/app.ts';
import { type Answer, aFolder, governor, spawnGovernor } from './governor.ts';

// Every command here works on the home of an app that is running on it.
let stage: Stage;
/** Waits for a decision; and ran by itself. */
let waiting: string;
let resolved: string;

const BLOCKED = { service: 'payments-api', severity: 'high', summary: 'P99 latency up, workers wait for database connections' };

beforeAll(async () => {
  stage = await openStage();
  [waiting, resolved] = await Promise.all([openCase(stage, BLOCKED, 'oncall'), openCase(stage, SELF_RUNNING)]);
  await Promise.all([untilShown(stage, waiting), seeThrough(stage, resolved)]);
  await untilTold(stage);
}, 60_000);
afterAll(() => stage.close());

const run = (...args: string[]): Promise<Answer> => governor(args, { env: environment() });
const environment = () => ({ GOVERNOR_HOME: stage.home, GOVERNOR_CONFIG: join(stage.home, 'governor.config.json') });
const json = async (...args: string[]): Promise<unknown> => JSON.parse((await run(...args, '--json')).out);

const CASE_KEYS = [
  'action',
  'case_id',
  'channel',
  'decision',
  'digest',
  'executions',
  'incident',
  'last_act',
  'proposed_action',
  'reasons',
  'recovery',
  'revision',
  'shown',
  'state',
  'ticket',
  'ts',
];

describe('cases', () => {
  test('are listed with the newest first, in columns or as JSON, and a list can go on where it ended', async () => {
    const all = z.array(z.looseObject({ case_id: z.string() })).parse(await json('cases'));
    expect(all.map(({ case_id }) => case_id)).toEqual([waiting, resolved].sort().reverse());
    expect(Object.keys(all[0] ?? {}).sort()).toEqual(CASE_KEYS);
    const newest = all[0]?.case_id ?? '';
    expect(await json('cases', '--limit', '1')).toEqual([all[0]]);
    expect(await json('cases', '--before', newest)).toEqual([all[1]]);

    const { code, out, err } = await run('cases');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [head, ...rows] = out.trimEnd().split('\n');
    expect(head?.split(/ {2,}/)).toEqual(['CASE', 'STATE', 'SEVERITY', 'SERVICE', 'DECISION', 'ACTION']);
    expect(rows.map((row) => row.split(/ {2,}/)[1]).sort()).toEqual(['pending_approval', 'resolved']);
    const columns = [head, ...rows].map((row) => row?.search(/(?<= {2})\S/));
    expect(new Set(columns).size).toBe(1);
  });

  test('are shown one at a time', async () => {
    expect(await json('show', waiting)).toMatchObject({
      case_id: waiting,
      state: 'pending_approval',
      incident: { service: 'payments-api', severity: 'high', opened_by: 'U00ONCALL' },
      revision: 1,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      decision: 'block_and_escalate',
      reasons: ['policy_conflict', 'contradictions'],
      action: 'restart_api_pods',
      channel: 'C0INCIDENTS',
      ts: expect.stringMatching(/^\d+\.\d+$/),
      executions: 0,
    });
    const { out } = await run('show', resolved);
    for (const part of [resolved, 'resolved', 'scale_worker_pool', 'execute', 'ran       once, recovery recovered', 'SIM-'])
      expect(out).toContain(part);
  });

  test('say who may decide about them, as the command in Slack does', async () => {
    expect(await json('who', waiting)).toEqual({
      case_id: waiting,
      service: 'payments-api',
      severity: 'high',
      kinds: {
        approve: {
          people: ['U0000LEAD'],
          needed: 1,
          excluded: [{ who: 'U00ONCALL', why: 'opened the case or chose its action' }],
        },
        override: { people: ['U0000LEAD'], needed: 1, excluded: [] },
        release: { people: ['U0000LEAD'], needed: 1, excluded: [] },
      },
      groups: [],
    });
    expect((await run('who', waiting)).out).toContain('approve   U0000LEAD; not U00ONCALL');
  });

  test.each(['show', 'who'])('that do not exist are bad news to `%s`', async (command) => {
    const told = `governor ${command}: there is no case \`inc-0000000000000\`\n`;
    expect(await run(command, 'inc-0000000000000')).toEqual({ code: 1, out: '', err: told });
  });
});

describe('the audit', () => {
  const headFile = async (): Promise<string> => {
    const file = join(aFolder(), 'head.json');
    writeFileSync(file, (await run('audit', 'head')).out);
    return file;
  };

  test('finds every chain whole, and says what that proves and what not', async () => {
    const alone = await run('audit', 'verify');
    expect(alone.code).toBe(0);
    expect(alone.out).toMatch(/^\d+ entries in \d+ logs: every chain is whole\.\nTail and completeness not proven/);
    const kept = await run('audit', 'verify', '--head', await headFile());
    expect(kept.code).toBe(0);
    expect(kept.out).not.toContain('not proven');
    expect(await json('audit', 'verify')).toMatchObject({
      ok: true,
      faults: [],
      proves: 'tail_and_completeness_not_proven',
      head: { format: 1 },
    });
  });

  test('is written out as one line of JSON an entry, and a reader may stop in the middle', async () => {
    const { code, out } = await run('audit', 'export');
    expect(code).toBe(0);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ case_id }) => case_id === resolved).map(({ body }) => body.kind)).toEqual(stage.log.kinds(resolved));
    expect(Object.keys(lines[0]).sort()).toEqual(['at', 'body', 'case_id', 'entry_id', 'hash', 'prev_hash', 'seq']);

    const child = spawnGovernor(['audit', 'export'], { env: environment() });
    child.stdout.once('data', () => child.stdout.destroy());
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(err).toBe('');
  });

  test('names an entry that was edited, and against a head kept outside a case that was taken away', async () => {
    const head = await headFile();
    const home = aFolder();
    const file = join(home, 'governor.db');
    // A copy is tampered with: the app goes on with the untouched one.
    const source = new DatabaseSync(join(stage.home, 'governor.db'));
    source.exec(`VACUUM INTO '${file}'`);
    source.close();
    const verify = (...more: string[]) => governor(['audit', 'verify', ...more], { env: { GOVERNOR_HOME: home } });
    expect((await verify('--head', head)).code).toBe(0);

    const db = new DatabaseSync(file);
    db.exec(
      `UPDATE entries SET body = replace(body, 'restart_api_pods', 'restart_all_pods') WHERE case_id = '${waiting}' AND kind = 'planned'`,
    );
    const edited = await verify();
    expect(edited.code).toBe(1);
    expect(edited.out).toMatch(new RegExp(`FAULT {2}${waiting} seq \\d+: `));

    db.exec(`DELETE FROM entries WHERE case_id = '${waiting}'; DELETE FROM logs WHERE case_id = '${waiting}'`);
    db.close();
    const removed = await verify('--head', head);
    expect(removed.code).toBe(1);
    expect(removed.out).toMatch(new RegExp(`FAULT {2}${waiting}.*removed`));
  });

  test('takes no head that was altered', async () => {
    const file = await headFile();
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .replace('"seq":0', '"seq":1')
        .replace(/"seq":\d+/, '"seq":99'),
    );
    expect((await run('audit', 'verify', '--head', file)).code).toBe(1);
    rmSync(file);
    expect((await run('audit', 'verify', '--head', file)).code).toBe(2);
  });
});

test('documents loaded beside the app are there for its next case', async () => {
  const file = join(aFolder(), 'more.json');
  const runbook = {
    id: 'rb-index',
    service: 'search-index',
    title: 'A stuck feed job: clear it',
    recommended_action: 'clear_stuck_jobs',
    body: 'When search is slow because a feed job is stuck, clear the stuck job.',
  };
  writeFileSync(file, JSON.stringify({ runbooks: [runbook], evidence: [], policies: [] }));
  expect(await run('load', '--data', file)).toMatchObject({ code: 0, out: expect.stringContaining('Loaded 1 runbook, 0 ') });
  const told = { service: 'search-index', severity: 'medium', summary: 'search is slow, a feed job is stuck' };
  const state = await untilShown(stage, await openCase(stage, told));
  expect(await json('show', state.caseId)).toMatchObject({ action: 'clear_stuck_jobs' });
});

test('two commands at once do not get in each other’s way', async () => {
  const answers = await Promise.all(Array.from({ length: 4 }, (_, index) => run('pause', `at once ${index}`)));
  expect(answers.map(({ code, err }) => ({ code, err }))).toEqual(answers.map(() => ({ code: 0, err: '' })));
  expect(await json('audit', 'verify')).toMatchObject({ ok: true });
});

test('pause stops the app that runs, and is told what is under way', async () => {
  expect(await json('pause', 'a change window')).toEqual({ paused: true, under_way: [] });
  const told = {
    service: 'cdn-edge',
    severity: 'medium',
    summary: 'edge serves cached error pages although the origin is well again',
  };
  const caseId = await openCase(stage, told);
  await stage.until('it to wait for the pause to end', () => stage.log.state(caseId)?.waiting?.for === 'paused');
  expect((await stage.control.effects()).filter((effect) => effect.case_id === caseId)).toEqual([]);
  await stage.control.command('lead', '/incident resume');
  expect((await seeThrough(stage, caseId)).status).toBe('resolved');
});
