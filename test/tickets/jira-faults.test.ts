import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { JiraConfig } from '../../contracts/jira.ts';
import { createJiraTickets } from '../../src/tickets/jira/jira-tickets.ts';
import { createRateGate } from '../../src/tickets/jira/rate-gate.ts';
import { retryAfterOf } from '../../src/worker/backoff.ts';
import { type FakeJira, openFakeJira } from '../fakes/jira/fake-jira.ts';
import type { Trouble } from '../fakes/jira/trouble.ts';
import { said } from '../fixtures/said.ts';
import { aProcess, keepingLog, movedClock, request } from './jira-stage.ts';

vi.setConfig({ testTimeout: 60_000 });

let jira: FakeJira;
beforeEach(async () => {
  jira = await openFakeJira();
});
afterEach(() => jira.close());

const COMMENT = 'POST /issue/*/comment';
const faultOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => {
      throw new Error('nothing failed');
    },
    (fault: unknown) => fault,
  );

describe('what an answer of Jira means', () => {
  test.each<[string, Trouble, string, RegExp]>([
    ['401', { on: COMMENT, kind: 'answer', status: 401 }, 'ticket_unauthorized', /JIRA_API_TOKEN/],
    ['403', { on: COMMENT, kind: 'answer', status: 403 }, 'ticket_refused', /lacks a permission: You may not\./],
    ['404', { on: COMMENT, kind: 'answer', status: 404 }, 'ticket_refused', /is not there/],
    ['409', { on: COMMENT, kind: 'answer', status: 409 }, 'ticket_refused', /was changing it/],
    [
      '400 with field errors',
      { on: COMMENT, kind: 'answer', status: 400, body: { errors: { comment: 'too long' } } },
      'ticket_refused',
      /`comment`: too long/,
    ],
    ['400 of a proxy', { on: COMMENT, kind: 'answer', status: 400, body: 'x' }, 'ticket_refused', /what the project takes$/],
    ['500', { on: COMMENT, kind: 'answer', status: 500 }, 'answer_lost', /status 500/],
    ['503', { on: COMMENT, kind: 'answer', status: 503 }, 'answer_lost', /status 503/],
    [
      'a redirect',
      { on: COMMENT, kind: 'answer', status: 302, headers: { location: 'http://127.0.0.1:9/' } },
      'answer_lost',
      /redirect/,
    ],
    ['a page', { on: COMMENT, kind: 'not_json' }, 'answer_lost', /not JSON/],
    ['silence', { on: COMMENT, kind: 'hang' }, 'answer_lost', /not within 2 s/],
    ['a broken line', { on: COMMENT, kind: 'lose_request' }, 'answer_lost', /did not answer POST/],
  ])('%s', async (_claim, trouble, code, message) => {
    const tickets = aProcess(jira);
    const { key } = await tickets.open(request);
    jira.trouble(trouble);
    const fault = await faultOf(aProcess(jira, { config: { timeout_s: 2 } }).comment(key, 'inc:4', said('Approved')));
    expect(fault).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(String(fault)).not.toMatch(/fake-jira-token|governor@example|127\.0\.0\.1/);
    await tickets.comment(key, 'inc:4', said('Approved'));
    expect(jira.project.find(key).comments).toHaveLength(1);
  });

  test('a wrong token is told as such, and nothing else is tried', async () => {
    const settings = { ...jira.settings, apiToken: 'wrong' };
    const config = JiraConfig.parse({});
    const tickets = createJiraTickets({ jira: settings, config, clock: { now: Date.now }, log: keepingLog().log });
    await expect(tickets.open(request)).rejects.toMatchObject({ code: 'ticket_unauthorized' });
    expect(jira.project.issues).toEqual([]);
    expect(jira.seen).toEqual(['GET /myself']);
  });
});

describe('a pause that Jira wants', () => {
  test('is waited out where it is short, in seconds or as a date, and then the work is done once', async () => {
    const tickets = aProcess(jira);
    const { key } = await tickets.open(request);
    const inASecond = new Date(Date.now() + 1_000).toUTCString();
    for (const wait of ['0.4', inASecond])
      jira.trouble({ on: COMMENT, kind: 'answer', status: 429, headers: { 'retry-after': wait } });
    await tickets.comment(key, 'inc:4', said('Approved'));
    expect(jira.project.find(key).comments).toHaveLength(1);
  });

  test('is told to the worker where it is long, and until then nobody asks for any case', async () => {
    const clock = movedClock();
    const tickets = aProcess(jira, { clock });
    const { key } = await tickets.open(request);
    jira.trouble({ on: COMMENT, kind: 'answer', status: 429, headers: { 'retry-after': '30' } });
    const fault = await faultOf(tickets.comment(key, 'inc:4', said('Approved')));
    expect(fault).toMatchObject({ code: 'ticket_rate_limited' });
    expect(retryAfterOf(fault)).toBeGreaterThan(29_000);
    const before = jira.seen.length;
    await expect(tickets.open({ ...request, caseId: 'inc-another' })).rejects.toMatchObject({ code: 'ticket_rate_limited' });
    expect(jira.seen.length).toBe(before);
    clock.move(40_000);
    await tickets.comment(key, 'inc:4', said('Approved'));
    expect(jira.project.find(key).comments).toHaveLength(1);
  });

  test.each<[string, string | null, number]>([
    ['seconds', '7', 7_000],
    ['a date', 'Thu, 01 Jan 2026 00:00:09 GMT', 9_000],
    ['nothing', null, 5_000],
    ['nonsense', 'soon', 5_000],
    ['a date that is over', 'Thu, 01 Jan 2015 00:00:09 GMT', 250],
    ['a negative number', '-4', 250],
    ['a year', '31536000', 3_600_000],
  ])('given as %s', async (_claim, header, waitMs) => {
    const gate = createRateGate({ now: () => Date.parse('2026-01-01T00:00:00Z') }, () => 0);
    gate.shut(header);
    const fault = waitMs > 2_000 ? await faultOf(gate.pass()) : null;
    expect(fault === null ? waitMs : retryAfterOf(fault)).toBe(waitMs);
  });

  test('is spread, so that those who were refused together do not come back together', async () => {
    const clock = { now: () => 0 };
    const waits = [0, 0.5, 1].map(async (chance) => {
      const gate = createRateGate(clock, () => chance);
      gate.shut('10');
      return retryAfterOf(await faultOf(gate.pass()));
    });
    expect(await Promise.all(waits)).toEqual([10_000, 11_000, 12_000]);
  });
});

test('an answer that Jira has changed is used all the same, and told once', async () => {
  const { log, told } = keepingLog();
  const config = JiraConfig.parse({});
  const tickets = createJiraTickets({ jira: jira.settings, config, clock: { now: Date.now }, log });
  const body = { accountId: jira.accountId, active: 'yes', self: 'nowhere' };
  jira.trouble({ on: 'GET /myself', kind: 'answer', status: 200, body });
  await tickets.open(request);
  expect(told).toEqual([
    {
      level: 'warn',
      message: 'an answer of Jira is not as its schema says',
      fields: { request: 'GET /myself', problem: 'active, self' },
    },
  ]);
  expect(jira.project.issues).toHaveLength(1);
});

test('Jira down for a while: the cases that wait each get one ticket with each comment once, as soon as it is back', async () => {
  const tickets = aProcess(jira, { config: { timeout_s: 2, settle_s: 1 } });
  const cases = Array.from({ length: 5 }, (_, at) => ({ ...request, caseId: `inc-down-${at}` }));
  jira.trouble({ on: 'POST /issue', kind: 'lose_answer', times: 3 });
  jira.trouble({ on: 'GET /user/properties', kind: 'answer', status: 503, times: 6 });
  jira.trouble({ on: COMMENT, kind: 'lose_answer', times: 3 });
  const worked = cases.map((one) =>
    vi.waitFor(
      async () => {
        const { key } = await tickets.open(one);
        await tickets.comment(key, `${one.caseId}:4`, said('Blocked'));
        return key;
      },
      { timeout: 30_000, interval: 500 },
    ),
  );
  const keys = await Promise.all(worked);
  expect(jira.project.issues.map(({ key }) => key).sort()).toEqual(keys.toSorted());
  expect(jira.project.issues.map(({ comments }) => comments.length)).toEqual([1, 1, 1, 1, 1]);
});
