import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openTarget } from '../escalation/target.ts';
import { openFakeJira } from '../fakes/jira/fake-jira.ts';
import { ROOT } from '../fixtures/child.ts';
import { hostSandbox } from '../sandbox/host.ts';
import { aFolder, governor, onHome } from './governor.ts';

const Findings = z.array(
  z.strictObject({ check: z.string(), ok: z.boolean(), found: z.string(), fix: z.string().min(10).nullable() }),
);

async function findings(env: Record<string, string>) {
  const { code, out } = await governor(['doctor', '--json'], { env });
  const all = Findings.parse(JSON.parse(out));
  for (const { ok, fix } of all) if (!ok) expect(fix).not.toBeNull();
  return { code, all, wrong: all.filter(({ ok }) => !ok).map(({ check }) => check) };
}

test('a fresh installation with nothing configured needs nothing', async () => {
  const { env, run } = onHome();
  const { code, all, wrong } = await findings(env);
  expect({ code, wrong }).toEqual({ code: 0, wrong: [] });
  expect(all.map(({ check }) => check)).toEqual([
    'Node',
    'config',
    'store',
    'audit',
    'approvers',
    'library',
    'executors',
    'Slack',
  ]);
  const { out } = await run('doctor');
  expect(out.trimEnd().split('\n')).toHaveLength(all.length);
  for (const line of out.trimEnd().split('\n')) expect(line).toMatch(/^ok {3}\S+ +\S/);
});

test('in production each thing that is missing is found, with its fix', async () => {
  const { code, wrong } = await findings({ GOVERNOR_HOME: aFolder(), NODE_ENV: 'production' });
  expect({ code, wrong }).toEqual({ code: 1, wrong: ['approvers', 'library', 'executors', 'Slack'] });
});

test('an action whose program may not run is found: it could be approved and would always be refused', async () => {
  const home = aFolder();
  const recovery = { settle_s: 1, window_s: 5, error_rate_max: 0.02 };
  const named = { id: 'drain_pool', title: 'Drain the pool', description: 'Drains it.', risk: 'low', recovery };
  const actions = [{ ...named, executor: 'command', command: { argv: ['/usr/local/bin/drain'] } }];
  writeFileSync(join(home, 'catalogue.json'), JSON.stringify({ actions }));
  const command = { enabled: true, programs: ['/bin/true'] };
  const config = { executors: { command }, paths: { catalogue: join(home, 'catalogue.json') } };
  writeFileSync(join(home, 'governor.config.json'), JSON.stringify(config));
  const env = { GOVERNOR_HOME: home, GOVERNOR_CONFIG: join(home, 'governor.config.json'), NODE_ENV: 'production' };
  const { all } = await findings(env);
  expect(all.find(({ check }) => check === 'executors')).toMatchObject({
    ok: false,
    found: 'programs that may not run, of: drain_pool',
    fix: expect.stringContaining('executors.command.programs'),
  });
});

test('a workspace that cannot be reached is found, and the token is not told', async () => {
  const token = 'xoxb-000000000000-very-secret';
  const env = {
    GOVERNOR_HOME: aFolder(),
    SLACK_BOT_TOKEN: token,
    SLACK_APP_TOKEN: 'xapp-1-secret-too',
    SLACK_API_URL: 'http://127.0.0.1:9/api/',
  };
  const { wrong, all } = await findings(env);
  expect(wrong).toContain('Slack');
  expect(JSON.stringify(all)).not.toContain('very-secret');
});

test('an entry that was edited in the store is found', async () => {
  const { home, env, run } = onHome();
  await run('pause', 'before the edit');
  const db = new DatabaseSync(join(home, 'governor.db'));
  db.exec(`DROP TRIGGER IF EXISTS entries_keep; UPDATE entries SET body = replace(body, 'before', 'behind')`);
  db.close();
  expect((await findings(env)).wrong).toEqual(['audit']);
});

test('a config that is refused ends it with file, key and reason', async () => {
  const file = join(aFolder(), 'governor.config.json');
  writeFileSync(file, JSON.stringify({ approver: [] }));
  const answer = await governor(['doctor'], { env: { GOVERNOR_HOME: aFolder(), GOVERNOR_CONFIG: file } });
  expect(answer).toMatchObject({ code: 1, out: '' });
  expect(answer.err).toContain(`${file}: approver: no such key; did you mean \`approvers\`?`);
});

test('without a cluster and without Jira it loads nothing of them', async () => {
  const preload = new URL('../fixtures/loaded-packages.mjs', import.meta.url).href;
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', preload, join(ROOT, 'governor.mjs'), 'doctor'], {
    env: { PATH: process.env.PATH, GOVERNOR_HOME: aFolder() },
  });
  const loaded = [...stderr.matchAll(/^loaded (.+)$/gm)].map(([, name = '']) => name);
  expect(loaded).toContain('zod');
  expect(loaded.filter((name) => name.startsWith('@elastic/') || name === 'jira.js')).toEqual([]);
});

test('Jira and whoever is to be told are looked at where they are named, and nothing is made or sent', async () => {
  const jira = await openFakeJira({ lacking: ['TRANSITION_ISSUES'] });
  const hosted = await hostSandbox();
  const target = await openTarget();
  try {
    const { baseUrl, email, apiToken, projectKey } = jira.settings;
    const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_API_URL } = hosted.sandbox.environment();
    const { code, out } = await governor(['doctor', '--json'], {
      env: {
        GOVERNOR_HOME: aFolder(),
        SLACK_BOT_TOKEN,
        SLACK_APP_TOKEN,
        SLACK_API_URL,
        JIRA_BASE_URL: baseUrl,
        JIRA_EMAIL: email,
        JIRA_API_TOKEN: apiToken,
        JIRA_PROJECT_KEY: projectKey,
        ESCALATION_CONTACT: 'lead@sandbox.example',
        ESCALATION_WEBHOOK_URL: `${target.url}/page`,
        ESCALATION_WEBHOOK_SECRET: 'shared',
        KIBANA_URL: target.url,
        KIBANA_API_KEY: 'a2V5',
        KIBANA_WORKFLOW_ID: 'page-oncall',
      },
    });
    const all = Findings.parse(JSON.parse(out));
    const said = (name: string) => all.filter(({ check }) => check === name).map(({ ok, found }) => [ok, found]);
    expect(code).toBe(1);
    expect(said('Jira rights')).toEqual([[false, 'the account lacks: Transition issues']]);
    expect(said('Jira fields')).toEqual([[true, expect.stringContaining('7 fields')]]);
    expect(said('escalation contact')).toEqual([[true, '`lead@sandbox.example` is U0000LEAD']]);
    expect(said('escalation webhook')).toEqual([[true, expect.stringContaining('nothing was sent')]]);
    expect(said('escalation workflow')).toEqual([[true, expect.stringContaining('`page-oncall`')]]);
    expect(said('Kibana'), 'no agent is meant').toEqual([]);
    expect([jira.project.issues, jira.project.notes.size, target.got]).toEqual([[], 0, []]);
    expect((await hosted.messages()).filter(({ text }) => text !== '')).toEqual([]);
  } finally {
    await hosted.close();
    await jira.close();
  }
});
