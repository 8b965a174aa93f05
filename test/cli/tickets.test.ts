import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type FakeJira, openFakeJira } from '../fakes/jira/fake-jira.ts';
import { aProcess, request } from '../tickets/jira-stage.ts';
import { aFolder, governor } from './governor.ts';

// Each of these starts several processes one after the other, beside whatever else this machine does.
vi.setConfig({ testTimeout: 120_000 });

let jira: FakeJira;
beforeEach(async () => {
  jira = await openFakeJira();
});
afterEach(() => jira.close());

function environment() {
  const { baseUrl, email, apiToken, projectKey } = jira.settings;
  return {
    GOVERNOR_HOME: aFolder(),
    JIRA_BASE_URL: baseUrl,
    JIRA_EMAIL: email,
    JIRA_API_TOKEN: apiToken,
    JIRA_PROJECT_KEY: projectKey,
  };
}
const run = (...args: string[]) => governor(['tickets', ...args], { env: environment() });
const Listed = z.array(z.object({ key: z.string(), case_id: z.string(), done: z.boolean(), url: z.url() }));
const Purged = z.object({ deleted: z.number(), kept: z.array(z.string()), dry_run: z.boolean() });

/** Two tickets of ours, one of them closed; a clone of ours; one of somebody else under our label; one without. */
async function aProject(): Promise<{ ours: string[]; theirs: string[] }> {
  const tickets = aProcess(jira);
  const { key: first } = await tickets.open(request);
  const { key: second } = await tickets.open({ ...request, caseId: 'inc-second' });
  await tickets.close(second);
  const theirs = [jira.project.find(first).fields.labels, ['safety-governor'], ['theirs']].map(
    (labels) =>
      jira.project.create({ fields: { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'Theirs', labels } }).key,
  );
  return { ours: [first, second], theirs };
}

test('list tells the tickets of the governor and no other, newest first', async () => {
  const { ours } = await aProject();
  const { out, code } = await run('list', '--json');
  expect(code).toBe(0);
  const listed = Listed.parse(JSON.parse(out));
  expect(listed.map(({ key, case_id, done }) => [key, case_id, done])).toEqual([
    [ours[1], 'inc-second', true],
    [ours[0], request.caseId, false],
  ]);
  expect(listed[0]?.url).toBe(`${jira.settings.baseUrl}/browse/${ours[1]}`);
  const { out: text } = await run('list');
  expect(text).toMatch(/OPS-2 {2}Done +inc-second +Checkout fails with 503/);
});

test('purge deletes the tickets of the governor with their notes and no other, when told that it may', async () => {
  const { ours, theirs } = await aProject();
  const dry = await run('purge', '--dry-run');
  expect(dry).toMatchObject({ code: 0, out: expect.stringMatching(/^Would delete:\nOPS-2/) });
  expect(jira.project.issues).toHaveLength(5);

  const unasked = await run('purge');
  expect(unasked.code).toBe(2);
  expect(unasked.err).toContain('--yes');
  expect(unasked.err).toContain('1 of them are open: their cases would go on without a ticket');
  expect(jira.project.issues).toHaveLength(5);

  const { out, code } = await run('purge', '--yes', '--json');
  expect([code, Purged.parse(JSON.parse(out))]).toEqual([0, { deleted: ours.length, kept: [], dry_run: false }]);
  expect(jira.project.issues.map(({ key }) => key)).toEqual(theirs);
  expect(jira.project.notes.size).toBe(0);
  expect((await run('purge')).out).toBe('Nothing to do: there is no ticket of the governor.\n');
});

test('what Jira does not let go is kept and told', async () => {
  await aProject();
  jira.trouble({ on: 'DELETE /issue/*', kind: 'answer', status: 400, body: { errorMessages: ['It has subtasks.'] } });
  const { out, code } = await run('purge', '--yes');
  expect(code).toBe(1);
  expect(out).toMatch(/Deleted 1 tickets\.\nKept OPS-2: Jira refused DELETE .+: It has subtasks\./);
});

test('without Jira, and with a word that is none of its own, the command says how it is used', async () => {
  const without = await governor(['tickets', 'list'], { env: { GOVERNOR_HOME: aFolder() } });
  expect(without).toMatchObject({ code: 2, err: expect.stringContaining('JIRA_BASE_URL') });
  expect(await run('drop')).toMatchObject({ code: 2, err: expect.stringContaining('neither list nor purge') });
});
