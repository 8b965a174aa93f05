import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TicketRequest, Tickets } from '../../pipeline/ports.ts';
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

const CREATE = 'POST /issue';
const keys = (): string[] => jira.project.issues.map(({ key }) => key);
const SETTLE_S = 120;

/** As the worker does: comes back when the fault says so. */
async function opened(tickets: Tickets, asked: TicketRequest, tries = 10): Promise<string> {
  try {
    return (await tickets.open(asked)).key;
  } catch (fault) {
    const waitMs = retryAfterOf(fault);
    if (waitMs === null || tries === 0) throw fault;
    await sleep(waitMs);
    return opened(tickets, asked, tries - 1);
  }
}

describe('an answer is lost, and Jira’s search does not know the ticket yet', () => {
  test.each<[string, Trouble, number]>([
    ['the line breaks after the ticket was made', { on: CREATE, kind: 'lose_answer' }, 1],
    ['a proxy answers 502 after it was made', { on: CREATE, kind: 'answer_after', status: 502 }, 1],
    ['Jira makes it and falls silent', { on: CREATE, kind: 'hang_after' }, 1],
    ['Jira makes it after we have stopped waiting', { on: CREATE, kind: 'slow', ms: 2_500 }, 1],
    ['the line breaks before it was made', { on: CREATE, kind: 'lose_request' }, 0],
    ['Jira falls silent before it was made', { on: CREATE, kind: 'hang' }, 0],
    ['Jira answers 500', { on: CREATE, kind: 'answer', status: 500 }, 0],
  ])('%s: no process makes another, and in the end there is one', async (_claim, trouble, made) => {
    const clock = movedClock();
    jira.holdIndex();
    jira.trouble(trouble);
    const config = { timeout_s: 1.5, settle_s: SETTLE_S };
    await expect(aProcess(jira, { config, clock }).open(request)).rejects.toMatchObject({ code: 'answer_lost' });
    // Restarted again and again, on whatever replica.
    for (let start = 0; start < 3; start += 1) {
      const open = aProcess(jira, { config: { settle_s: SETTLE_S }, clock }).open(request);
      await expect(open).rejects.toMatchObject({ code: 'ticket_unsettled', retryAfterMs: 5_000 });
    }
    await vi.waitFor(() => expect(keys()).toHaveLength(made), { timeout: 10_000 });
    clock.move(SETTLE_S * 1_000);
    jira.catchUpIndex();
    const { key } = await aProcess(jira, { clock }).open(request);
    expect(keys()).toEqual([key]);
  });
});

test('as soon as the search knows the ticket, nobody waits any longer', async () => {
  jira.holdIndex();
  jira.trouble({ on: CREATE, kind: 'lose_answer' });
  const tickets = aProcess(jira);
  await expect(tickets.open(request)).rejects.toMatchObject({ code: 'answer_lost' });
  jira.catchUpIndex();
  expect((await tickets.open(request)).key).toBe(keys()[0]);
  expect(keys()).toHaveLength(1);
});

test('a process that ends right after it made the ticket leaves it to be found by the next, though no search knows it', async () => {
  jira.holdIndex();
  const { key } = await aProcess(jira).open(request);
  expect((await aProcess(jira).open(request)).key).toBe(key);
  expect(keys()).toEqual([key]);
});

test('processes that open at the same moment make one ticket between them', async () => {
  jira.holdIndex();
  for (let round = 0; round < 8; round += 1) {
    const caseId = `inc-race-${round}`;
    const opens = Array.from({ length: 3 }, () => opened(aProcess(jira), { ...request, caseId }));
    expect(new Set(await Promise.all(opens)).size).toBe(1);
  }
  expect(keys()).toHaveLength(8);
});

test.each<[string, Trouble, string]>([
  ['a refusal', { on: CREATE, kind: 'answer', status: 400 }, 'ticket_refused'],
  ['a missing permission', { on: CREATE, kind: 'answer', status: 403 }, 'ticket_refused'],
  [
    'a pause that Jira wants',
    { on: CREATE, kind: 'answer', status: 429, headers: { 'retry-after': '60' } },
    'ticket_rate_limited',
  ],
])('%s makes nothing, so the next opening waits for no search and leaves one note', async (_claim, trouble, code) => {
  jira.trouble(trouble);
  const clock = movedClock();
  const tickets = aProcess(jira, { clock });
  await expect(tickets.open(request)).rejects.toMatchObject({ code });
  clock.move(80_000);
  await tickets.open(request);
  expect(keys()).toHaveLength(1);
  expect(jira.project.notes.size).toBe(1);
});

test('where Jira cannot be reached nothing is noted and nothing waits', async () => {
  const gone = await openFakeJira();
  await gone.close();
  await expect(aProcess(gone).open(request)).rejects.toMatchObject({ code: 'ticket_unreachable' });
});

test('a ticket that somebody cloned or labelled by hand is not taken for the case’s', async () => {
  const { key } = await aProcess(jira).open(request);
  const { fields } = jira.project.find(key);
  jira.project.create({ fields: { ...fields, summary: 'CLONE' } });
  jira.project.remove(key);
  jira.project.notes.clear();
  const other = await aProcess(jira).open(request);
  expect(jira.project.find(other.key).properties).toEqual({ 'safety-governor': { case_id: request.caseId } });
  expect(jira.project.find(other.key).fields.summary).toBe(request.summary);
});

test('a ticket that was deleted before it was recorded is made anew once the search can be believed', async () => {
  const clock = movedClock();
  const { key } = await aProcess(jira, { clock }).open(request);
  jira.project.remove(key);
  await expect(aProcess(jira, { clock }).open(request)).rejects.toMatchObject({ code: 'ticket_unsettled' });
  clock.move(SETTLE_S * 1_000);
  await aProcess(jira, { clock }).open(request);
  expect(keys()).toHaveLength(1);
});

test('a note that cannot be brought up to date is told and loses no ticket', async () => {
  const { log, told } = keepingLog();
  jira.holdIndex();
  jira.trouble({ on: 'PUT /user/properties/*', kind: 'answer', status: 400, times: 1 });
  await expect(aProcess(jira).open(request)).rejects.toMatchObject({ code: 'ticket_refused' });
  expect(keys()).toEqual([]);
  jira.trouble({ on: 'PUT /user/properties/*', kind: 'slow', ms: 1 });
  jira.trouble({ on: 'PUT /user/properties/*', kind: 'lose_request' });
  const { key } = await aProcess(jira, { log }).open(request);
  expect(keys()).toEqual([key]);
  expect(told.map(({ message }) => message)).toEqual(['the note about the opening of a ticket is out of date']);
});

test.each<[string, Trouble]>([
  ['writing the note', { on: 'PUT /user/properties/*', kind: 'lose_answer' }],
  ['reading the notes again', { on: 'GET /user/properties/*', kind: 'answer', status: 503 }],
])('the answer to %s is lost: nothing was made yet, so the same process need not wait', async (_claim, trouble) => {
  const tickets = aProcess(jira);
  jira.trouble(trouble);
  await expect(tickets.open(request)).rejects.toMatchObject({ code: 'answer_lost' });
  await tickets.open(request);
  expect(keys()).toHaveLength(1);
  expect(jira.project.notes.size).toBe(1);
});

test('notes are gone once the ticket is old enough to be found without them', async () => {
  const clock = movedClock();
  const tickets = aProcess(jira, { clock });
  const { key } = await tickets.open(request);
  await tickets.comment(key, 'inc:3', said('Blocked'));
  expect(jira.project.notes.size).toBe(1);
  clock.move(SETTLE_S * 1_000 + 1_000);
  await tickets.comment(key, 'inc:4', said('Approved'));
  expect(jira.project.notes.size).toBe(0);
  expect((await aProcess(jira, { clock }).open(request)).key).toBe(key);
});

test('an account that may keep no properties is served from memory, where the config says so', async () => {
  jira.holdIndex();
  jira.trouble({ on: CREATE, kind: 'lose_answer' });
  const clock = movedClock();
  const tickets = aProcess(jira, { clock, config: { note_openings: false } });
  await expect(tickets.open(request)).rejects.toMatchObject({ code: 'answer_lost' });
  await expect(tickets.open(request)).rejects.toMatchObject({ code: 'ticket_unsettled' });
  clock.move(SETTLE_S * 1_000);
  jira.catchUpIndex();
  expect((await tickets.open(request)).key).toBe(keys()[0]);
  expect(jira.seen.filter((asked) => asked.includes('/user/properties'))).toEqual([]);
});
