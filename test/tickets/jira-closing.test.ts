import { afterEach, describe, expect, test, vi } from 'vitest';
import { JiraConfig } from '../../contracts/jira.ts';
import type { Transition, TransitionField } from '../../src/tickets/jira/shapes.ts';
import { chooseClosing, chooseReopening } from '../../src/tickets/jira/transitions.ts';
import { type FakeJira, openFakeJira } from '../fakes/jira/fake-jira.ts';
import { RESOLUTION, SIMPLE, STRICT, type Workflow } from '../fakes/jira/workflow.ts';
import { said } from '../fixtures/said.ts';
import { aProcess, commentTexts, movedClock, request } from './jira-stage.ts';

vi.setConfig({ testTimeout: 60_000 });

const open: FakeJira[] = [];
afterEach(async () => {
  for (const jira of open.splice(0)) await jira.close();
});
async function aJira(workflow: Workflow, now?: () => number): Promise<FakeJira> {
  const jira = await openFakeJira({ workflow, ...(now === undefined ? {} : { now }) });
  open.push(jira);
  return jira;
}

const way = (id: string, to: string, category: string, fields: Record<string, TransitionField> = {}): Transition => ({
  id,
  name: `way ${id}`,
  to,
  category,
  fields,
});
const field = (required: boolean, ...names: string[]): TransitionField => ({
  name: 'A field',
  required,
  hasDefault: false,
  allowed: names.map((name, at) => ({ id: String(at), name })),
});
const wants = (change: object = {}) => JiraConfig.parse(change);
const chosen = (transitions: Transition[], change: object = {}, visited: string[] = []) => {
  const choice = chooseClosing(transitions, wants(change), new Set(visited));
  return choice.ok ? { id: choice.transition.id, fields: choice.fields } : choice.refusal;
};

describe('the way to the end', () => {
  test.each<[string, Transition[], object, unknown]>([
    ['is told by the category, whatever it is called', [way('1', 'Fertig', 'done')], {}, { id: '1', fields: {} }],
    [
      'goes to the wanted status, not to the first',
      [way('1', 'Cancelled', 'done'), way('2', 'done', 'done')],
      {},
      { id: '2', fields: {} },
    ],
    [
      'goes where the fields can be filled',
      [way('1', 'Done', 'done', { customfield_1: field(true) }), way('2', 'Closed', 'done')],
      {},
      { id: '2', fields: {} },
    ],
    [
      'gives the resolution by its id',
      [way('1', 'Done', 'done', { resolution: field(true, "Won't Do", 'DONE') })],
      {},
      { id: '1', fields: { resolution: { id: '1' } } },
    ],
    [
      'leaves a resolution alone that it need not give and does not know',
      [way('1', 'Done', 'done', { resolution: field(false, 'Fixed') })],
      {},
      { id: '1', fields: {} },
    ],
    [
      'gives what the config says for other fields',
      [way('1', 'Done', 'done', { customfield_1: field(true) })],
      { close_fields: { customfield_1: 'x' } },
      { id: '1', fields: { customfield_1: 'x' } },
    ],
    [
      'gives nothing that the screen does not ask for',
      [way('1', 'Done', 'done')],
      { close_fields: { customfield_1: 'x' } },
      { id: '1', fields: {} },
    ],
    [
      'leaves a field with a default alone',
      [way('1', 'Done', 'done', { customfield_1: { ...field(true), hasDefault: true } })],
      {},
      { id: '1', fields: {} },
    ],
    [
      'names the field that is missing',
      [way('1', 'Done', 'done', { customfield_1: field(true, 'A', 'B') })],
      {},
      'the way to `Done` wants `customfield_1` (A field), one of `A`, `B`: give it in jira.close_fields',
    ],
    [
      'names the resolutions there are',
      [way('1', 'Done', 'done', { resolution: field(true, 'Fixed') })],
      {},
      'the way to `Done` wants `resolution` (A field), one of `Fixed`: give it in jira.resolution',
    ],
    ['goes through no status that nobody named', [way('1', 'Review', 'indeterminate')], {}, expect.stringContaining('`Review`')],
    [
      'goes through a status that was named',
      [way('1', 'Review', 'indeterminate')],
      { via_statuses: ['review'] },
      { id: '1', fields: {} },
    ],
    ['says that there is none', [], {}, expect.stringContaining('none at all')],
  ])('%s', (_claim, transitions, change, expected) => {
    expect(chosen(transitions, change)).toEqual(expected);
  });

  test('comes through no status twice', () => {
    expect(chosen([way('1', 'Review', 'indeterminate')], { via_statuses: ['Review'] }, ['Review'])).toEqual(expect.any(String));
  });

  test('back leads into work that is under way, else to any start', () => {
    const ways = [way('1', 'Done', 'done'), way('2', 'To Do', 'new'), way('3', 'Doing', 'indeterminate')];
    const back = (transitions: Transition[]) => {
      const choice = chooseReopening(transitions, wants());
      return choice.ok ? choice.transition.id : choice.refusal;
    };
    expect([back(ways), back(ways.slice(0, 2)), back(ways.slice(0, 1))]).toEqual([
      '3',
      '2',
      expect.stringContaining('no transition'),
    ]);
  });
});

describe('closing', () => {
  test('a strict workflow is followed with everything that it asks for', async () => {
    const jira = await aJira(STRICT);
    const config = { via_statuses: ['Review'], close_fields: { customfield_10042: 'A deployment' } };
    const tickets = aProcess(jira, { config });
    const { key } = await tickets.open(request);
    await tickets.close(key);
    expect(jira.project.find(key)).toMatchObject({ status: 'Closed', resolution: { id: '10000' } });
  });

  test('what is missing is told in a sentence, and the ticket stays open', async () => {
    const jira = await aJira(STRICT);
    const tickets = aProcess(jira, { config: { via_statuses: ['Review'] } });
    const { key } = await tickets.open(request);
    const fault = { code: 'ticket_misconfigured', message: expect.stringContaining('`customfield_10042` (Root cause)') };
    await expect(tickets.close(key)).rejects.toMatchObject(fault);
    await expect(tickets.close(key)).rejects.toMatchObject(fault);
    expect(jira.project.find(key).status).toBe('Review');
  });

  test.each([
    { kind: 'lose_answer' },
    { kind: 'lose_request' },
    { kind: 'hang_after' },
    { kind: 'answer', status: 409 },
  ] as const)('a move that ended with %j is brought to its end by the next try', async (trouble) => {
    const jira = await aJira(SIMPLE);
    const { key } = await aProcess(jira).open(request);
    jira.trouble({ on: 'POST /issue/*/transitions', ...trouble });
    await expect(aProcess(jira, { config: { timeout_s: 2 } }).close(key)).rejects.toThrow();
    await aProcess(jira).close(key);
    expect(jira.project.find(key).status).toBe('Done');
  });
});

describe('somebody closes the ticket by hand while its case goes on', () => {
  const HOUR_MS = 3_600_000;
  const closedByHand = async (config: object, laterMs: number) => {
    const clock = movedClock();
    const jira = await aJira({ ...SIMPLE, transitions: SIMPLE.transitions.toReversed() }, clock.now);
    const tickets = aProcess(jira, { clock, config: { ...config } });
    const { key } = await tickets.open(request);
    jira.project.move(key, { transition: { id: '31' } });
    clock.move(laterMs);
    await tickets.comment(key, 'inc:9', said('Not recovered'));
    return { jira, tickets, key };
  };

  test('the next stage opens it again and is told on it, and only recovery closes it', async () => {
    const { jira, tickets, key } = await closedByHand({}, HOUR_MS);
    expect(jira.project.find(key).status).toBe('In Progress');
    expect(commentTexts(jira, key)).toEqual(['Not recovered']);
    await tickets.close(key);
    await tickets.comment(key, 'inc:9', said('Not recovered'));
    expect(jira.project.find(key).status).toBe('Done');
  });

  test.each<[string, object, number]>([
    ['long ago', { reopen_window_s: 1_800 }, HOUR_MS],
    ['and the config wants none reopened', { reopen_window_s: 0 }, 10],
  ])('%s: it is told all the same, and stays closed', async (_claim, config, laterMs) => {
    const { jira, key } = await closedByHand(config, laterMs);
    expect(jira.project.find(key).status).toBe('Done');
    expect(commentTexts(jira, key)).toEqual(['Not recovered']);
  });
});

test('a resolution that is asked for is one of those there are', () => {
  expect(RESOLUTION.allowed?.map(({ name }) => name)).toContain(JiraConfig.parse({}).resolution);
});
