import { afterEach, describe, expect, test, vi } from 'vitest';
import { JiraConfig } from '../../contracts/jira.ts';
import { checkJira } from '../../src/operations/check-jira.ts';
import { judgeScreen } from '../../src/operations/check-jira-screen.ts';
import type { Finding } from '../../src/operations/finding.ts';
import { createInspection, type ScreenField } from '../../src/tickets/jira/inspection.ts';
import { type FakeJira, type FakeJiraOptions, openFakeJira } from '../fakes/jira/fake-jira.ts';
import { USUAL_SCREEN } from '../fakes/jira/meta-routes.ts';
import { STRICT } from '../fakes/jira/workflow.ts';
import { silentLog } from '../outward/silent-log.ts';
import { aProcess, request } from '../tickets/jira-stage.ts';

vi.setConfig({ testTimeout: 60_000 });

const open: FakeJira[] = [];
afterEach(async () => {
  for (const jira of open.splice(0)) await jira.close();
});
async function aJira(options: FakeJiraOptions = {}): Promise<FakeJira> {
  const jira = await openFakeJira(options);
  open.push(jira);
  return jira;
}

type Change = { config?: object; settings?: Partial<FakeJira['settings']>; timeoutMs?: number };

async function check(jira: FakeJira, { config: change = {}, settings = {}, timeoutMs = 5_000 }: Change = {}): Promise<Finding[]> {
  const config = JiraConfig.parse(change);
  const given = { ...jira.settings, ...settings };
  const inspect = () =>
    createInspection({ jira: given, clock: { now: Date.now }, log: silentLog, timeoutMs, onSchemaMismatch: 'throw' });
  const before = jira.project.issues.length;
  const asked = jira.seen.length;
  const findings = await checkJira({ inspect, baseUrl: given.baseUrl, projectKey: given.projectKey, config });
  expect(jira.project.issues, 'nothing is made').toHaveLength(before);
  expect(jira.seen.slice(asked).filter((one) => !/^GET |^POST \/search\/jql$/.test(one))).toEqual([]);
  expect(JSON.stringify(findings)).not.toContain(jira.settings.apiToken);
  for (const { ok, fix } of findings) if (!ok) expect(fix).toMatch(/.{15,}/);
  return findings;
}

const named = (findings: readonly Finding[], name: string): Finding | undefined =>
  findings.find(({ check: one }) => one === name);
const wrong = (findings: readonly Finding[]): string[] => findings.filter(({ ok }) => !ok).map(({ check: one }) => one);

test('a project in which tickets can be opened, told and closed needs nothing, and is left as it was', async () => {
  const jira = await aJira();
  await aProcess(jira).open(request);
  const findings = await check(jira);
  expect(wrong(findings)).toEqual([]);
  expect(findings.map(({ check: one, found }) => [one, found])).toEqual([
    ['Jira', `Governor at ${new URL(jira.settings.baseUrl).host}`],
    ['Jira project', 'OPS (Operations)'],
    ['Jira rights', 'may open tickets, comment on them and close them'],
    ['Jira search', 'finds 1 tickets of the governor'],
    ['Jira notes', 'openings can be noted at the account'],
    ['Jira issue type', 'Task'],
    ['Jira fields', 'all that the create screen requires is given (7 fields)'],
    ['Jira closing', 'from `To Do` to `Done`'],
  ]);
});

describe('a site that cannot be used ends the questions with one finding', () => {
  test.each<[string, Change, RegExp, RegExp]>([
    ['a wrong token', { settings: { apiToken: 'wrong' } }, /does not let the account in/, /JIRA_API_TOKEN/],
    ['a key that is none', { settings: { projectKey: 'ops/../HR' } }, /is no key of a Jira project/, /JIRA_PROJECT_KEY/],
  ])('%s', async (_claim, change, found, fix) => {
    const findings = await check(await aJira(), change);
    expect(findings).toEqual([
      { check: 'Jira', ok: false, found: expect.stringMatching(found), fix: expect.stringMatching(fix) },
    ]);
  });

  test('nobody there', async () => {
    const gone = await openFakeJira();
    await gone.close();
    const [finding, ...more] = await check(gone);
    expect([finding?.found, finding?.fix, more]).toEqual([
      expect.stringContaining('cannot be reached'),
      expect.stringContaining('JIRA_BASE_URL'),
      [],
    ]);
  });

  test('a page in place of an answer', async () => {
    const jira = await aJira();
    jira.trouble({ on: 'GET /myself', kind: 'not_json' });
    expect(await check(jira)).toMatchObject([{ ok: false, found: expect.stringContaining('not JSON') }]);
  });

  test('silence', async () => {
    const jira = await aJira();
    jira.trouble({ on: 'GET /myself', kind: 'hang' });
    expect(await check(jira, { timeoutMs: 400 })).toMatchObject([
      { ok: false, found: expect.stringContaining('not within 0.4 s') },
    ]);
  });
});

test('a project that is not there is found, and its types are not asked for', async () => {
  const findings = await check(await aJira(), { settings: { projectKey: 'HR' } });
  expect(wrong(findings)).toEqual(['Jira project', 'Jira rights']);
  expect(named(findings, 'Jira project')?.found).toMatch(/is not there, or the account may not see it/);
});

test('each right that is missing is named as Jira calls it', async () => {
  const findings = await check(await aJira({ lacking: ['ADD_COMMENTS', 'RESOLVE_ISSUES', 'DELETE_ISSUES'] }));
  expect(named(findings, 'Jira rights')).toMatchObject({ ok: false, found: 'the account lacks: Add comments, Resolve issues' });
});

test('an issue type that is not there is found, with those there are', async () => {
  const findings = await check(await aJira(), { config: { issue_type: 'Outage' } });
  expect(named(findings, 'Jira issue type')).toMatchObject({
    ok: false,
    found: 'the project has no `Outage`',
    fix: expect.stringContaining('`Task`, `Incident`'),
  });
  expect(named(findings, 'Jira fields')).toBeUndefined();
});

describe('a ticket that would be refused is found beforehand, and so it would be', () => {
  test.each<[string, FakeJiraOptions, Record<string, unknown>, RegExp]>([
    [
      'a required field that is not given',
      { fields: { customfield_1: true } },
      {},
      /`customfield_1`.*jira\.fields\.customfield_1/,
    ],
    ['a field that is on no screen', {}, { fields: { customfield_9: 'x' } }, /`customfield_9` of jira\.fields is not on/],
    ['labels that are not on the screen', { screen: USUAL_SCREEN.filter((id) => id !== 'labels') }, {}, /`labels` is not on/],
    [
      'priorities that are not on the screen',
      { screen: USUAL_SCREEN.filter((id) => id !== 'priority') },
      { priorities: { high: 'High' } },
      /`priority` is not on/,
    ],
  ])('%s', async (_claim, options, config, fix) => {
    const jira = await aJira(options);
    const findings = await check(jira, { config });
    expect(named(findings, 'Jira fields')).toMatchObject({ ok: false, fix: expect.stringMatching(fix) });
    await expect(aProcess(jira, { config }).open(request)).rejects.toMatchObject({ code: 'ticket_refused' });
  });

  test('a field that is required and given is none of these', async () => {
    const jira = await aJira({ fields: { customfield_1: true } });
    const config = { fields: { customfield_1: 'x' } };
    expect(named(await check(jira, { config }), 'Jira fields')?.ok).toBe(true);
    await aProcess(jira, { config }).open(request);
  });

  const field = (id: string, change: Partial<ScreenField> = {}): ScreenField => ({
    id,
    name: id,
    required: false,
    hasDefault: false,
    allowed: [],
    ...change,
  });
  const usual = ['summary', 'description', 'labels'].map((id) => field(id));

  test.each<[string, ScreenField[], object, RegExp | null]>([
    ['one with a default', [field('customfield_1', { required: true, hasDefault: true })], {}, null],
    ['who reports it, which Jira fills in', [field('reporter', { required: true })], {}, null],
    [
      'a required priority for some severities alone',
      [field('priority', { required: true })],
      { priorities: { high: 'High' } },
      /jira\.priorities, for every severity/,
    ],
    [
      'a required priority for every severity',
      [field('priority', { required: true })],
      { priorities: { low: 'P4', medium: 'P3', high: 'P2', critical: 'P1' } },
      null,
    ],
    [
      'a priority that Jira does not know',
      [field('priority', { allowed: ['High', 'Low'] })],
      { priorities: { critical: 'Burning' } },
      /`Burning` of jira\.priorities is no priority here, one of `High`, `Low`/,
    ],
  ])('%s', (_claim, more, config, fix) => {
    const finding = judgeScreen([...usual, ...more], JiraConfig.parse(config));
    expect(finding.fix).toEqual(fix === null ? null : expect.stringMatching(fix));
  });
});

describe('the way to the end', () => {
  test('that asks for what nobody gives is found', async () => {
    const jira = await aJira({ workflow: { ...STRICT, start: 'Review' } });
    await aProcess(jira).open(request);
    const closing = named(await check(jira), 'Jira closing');
    expect(closing).toMatchObject({ ok: false, found: expect.stringContaining('`customfield_10042` (Root cause)') });
  });

  test('that leads through a status is told as far as it can be seen', async () => {
    const jira = await aJira({ workflow: STRICT });
    await aProcess(jira).open(request);
    expect(named(await check(jira), 'Jira closing')).toMatchObject({ ok: false, found: expect.stringContaining('`Review`') });
    const closing = named(await check(jira, { config: { via_statuses: ['Review'] } }), 'Jira closing');
    expect(closing).toMatchObject({ ok: true, found: 'from `Open` to `Review`, from where the rest cannot be seen' });
  });

  test('cannot be seen where no issue of the type is open, which is no fault', async () => {
    const jira = await aJira();
    const { key } = await aProcess(jira).open(request);
    await aProcess(jira).close(key);
    expect(named(await check(jira), 'Jira closing')).toMatchObject({ ok: true, fix: expect.stringContaining('again') });
  });

  test('is looked at on anybody’s issue of the type', async () => {
    const jira = await aJira();
    jira.project.create({ fields: { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'Theirs' } });
    expect(named(await check(jira), 'Jira closing')).toMatchObject({ ok: true, fix: null });
  });
});

test('an account that may not read its notes is found, where notes are wanted', async () => {
  const jira = await aJira();
  jira.trouble({ on: 'GET /user/properties', kind: 'answer', status: 403, times: 1 });
  expect(named(await check(jira), 'Jira notes')).toMatchObject({ ok: false, fix: expect.stringContaining('jira.note_openings') });
  expect(named(await check(jira, { config: { note_openings: false } }), 'Jira notes')).toBeUndefined();
});

test('a question that Jira does not answer ends none of the others', async () => {
  const jira = await aJira();
  jira.trouble({ on: 'GET /mypermissions', kind: 'answer', status: 500, times: 3 });
  jira.trouble({ on: 'POST /search/jql', kind: 'answer', status: 500, times: 2 });
  const findings = await check(jira);
  expect(wrong(findings)).toEqual(['Jira rights', 'Jira search', 'Jira closing']);
  expect(named(findings, 'Jira fields')?.ok).toBe(true);
});

test.each<[string, string, object, RegExp | null]>([
  ['an address that is not https', 'http://jira.example', {}, /not https/],
  ['the gateway without the site that people see', 'https://api.atlassian.com/ex/jira/1', {}, /gateway/],
  ['the gateway with it', 'https://api.atlassian.com/ex/jira/1', { site_url: 'https://team.atlassian.net' }, null],
])('%s', async (_claim, baseUrl, change, found) => {
  const account = async (): Promise<string> => 'Governor';
  const never = (): never => {
    throw new Error('nothing more is asked here');
  };
  const inspection = { account, project: never, missingRights: never, issueTypes: never, createScreen: never };
  const inspect = () => ({ ...inspection, openIssue: never, transitions: never, ownTickets: never, readNotes: never });
  const findings = await checkJira({ inspect, baseUrl, projectKey: 'OPS', config: JiraConfig.parse(change) });
  expect(findings[0]).toMatchObject({ ok: found === null, found: expect.stringMatching(found ?? /Governor at/) });
});
