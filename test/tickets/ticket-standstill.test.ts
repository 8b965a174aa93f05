import { describe, expect, test } from 'vitest';
import { GovernorConfig } from '../../contracts/config.ts';
import { EntryBody } from '../../contracts/entry.ts';
import { WorkflowEvent } from '../../contracts/output-lines.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import { nextStep } from '../../pipeline/next.ts';
import type { Tickets } from '../../pipeline/ports.ts';
import { isOpen, showDue } from '../../pipeline/showing.ts';
import { ticketDue } from '../../pipeline/ticketing.ts';
import { createTicketLane } from '../../src/lanes/ticket-lane.ts';
import { workflowLines } from '../../src/outputs/workflow-lines.ts';
import { ENDS_NO_WAIT } from '../../src/worker/watched.ts';
import { noteOf } from '../../views/notes.ts';
import { aCase, type TestCase } from '../fixtures/a-case.ts';
import { said } from '../fixtures/said.ts';
import { readable } from '../views/readable.ts';
import { messageFaults } from '../views/slack-safe.ts';

/** The told case as the lane sees one: what is appended is told behind it. */
const casesOf = (told: TestCase): Cases => ({
  load: async () => told.now,
  known: () => told.now,
  record: async (_state, body) => told.add(body).now,
  open: async () => null,
  async change(_caseId, decide) {
    const { append, answer } = decide(told.now);
    return { state: append === null ? told.now : told.add(append).now, answer };
  },
});

const texts = {
  opening: async () => ({ summary: 'what it is', text: said('what was found') }),
  comment: async () => said('what came next'),
};

/** A tracker that does everything, or nothing with this fault. */
function aTracker() {
  const tracker: { fault: Error | null; takesMs: number } = { fault: null, takesMs: 0 };
  const clock = { ms: Date.parse('2026-11-23T10:00:00.000Z'), now: () => clock.ms };
  const done = async <T>(answer: T): Promise<T> => {
    clock.ms += tracker.takesMs;
    if (tracker.fault !== null) throw tracker.fault;
    return answer;
  };
  const tickets: Tickets = {
    open: () => done({ key: 'OPS-1', url: 'https://example.test/OPS-1' }),
    comment: () => done(undefined),
    close: () => done(undefined),
  };
  return { tracker, clock, tickets };
}

function aStand(told: TestCase = aCase({ wrong: { contradictions: 2 } }).decided()) {
  const { tracker, clock, tickets } = aTracker();
  const hide = (text: string): string => text.replaceAll('hunter2', '[redacted]');
  const lane = createTicketLane({ cases: casesOf(told), tickets, clock, texts, hide });
  /** One try each time, at these seconds after the first. */
  const tryAt = async (...seconds: number[]): Promise<void> => {
    const fromMs = clock.ms;
    for (const second of seconds) {
      clock.ms = fromMs + second * 1_000;
      await lane.run(told.now).catch((fault: unknown) => expect(fault).toMatchObject({ message: tracker.fault?.message }));
    }
  };
  return { told, tracker, clock, lane, tryAt, failures: () => failuresOf(told) };
}

const failuresOf = (told: TestCase) => told.entries.flatMap(({ body }) => (body.kind === 'ticket_failed' ? [body] : []));
const away = new GovernorError('ticket_unreachable', 'Jira cannot be reached');
const no = new GovernorError('ticket_refused', 'Jira refused the creation: the token hunter2 lacks a permission');

describe('a tracker that fails a case', () => {
  test.each<[string, Error, number[], number]>([
    ['is away for less than a minute', away, [0, 1, 15, 30, 45, 59], 0],
    ['is away for a minute', away, [0, 1, 15, 30, 45, 60], 1],
    ['is away for hours', away, [0, 60, 600, 6_000, 12_000], 1],
    ['says no a few times within seconds', no, [0, 0.2, 0.6, 1.4, 3, 6.2], 0],
    ['says no for the second time after ten seconds', no, [0, 10], 0],
    ['has said no three times within ten seconds', no, [0, 5, 10], 1],
    ['goes on saying no', no, [0, 5, 10, 20, 600, 1_200], 1],
  ])('and %s', async (_what, fault, seconds, wanted) => {
    const { tracker, tryAt, failures } = aStand();
    tracker.fault = fault;
    await tryAt(...seconds);
    expect(failures()).toHaveLength(wanted);
  });

  test('one try that hangs for a minute is a minute in which it failed', async () => {
    const { tracker, tryAt, failures } = aStand();
    Object.assign(tracker, { fault: away, takesMs: 61_000 });
    await tryAt(0);
    expect(failures()).toHaveLength(1);
  });

  test('is told with what it said, without secrets and not at any length', async () => {
    const { tracker, tryAt, failures, told } = aStand();
    tracker.fault = new GovernorError('ticket_refused', `${no.message} ${'and more '.repeat(1_000)}`);
    await tryAt(0, 5, 10);
    const [failure] = failures();
    expect(failure).toMatchObject({ act: 'open', key: null, problem: expect.stringContaining('the token [redacted] lacks') });
    expect(failure?.problem.length).toBe(1_000);
    expect(EntryBody.parse(failure)).toEqual(failure);
    expect(told.now.ticketFailed).toBe(true);
  });

  test('is told again only after something has succeeded there, and then for the act that fails', async () => {
    const { told, tracker, tryAt, failures } = aStand();
    tracker.fault = away;
    await tryAt(0, 70, 140);
    tracker.fault = null;
    await tryAt(200);
    expect(told.now).toMatchObject({ ticketFailed: false, ticket: { key: 'OPS-1', closed: false } });

    told.approved();
    tracker.fault = away;
    await tryAt(0, 59);
    expect(failures()).toHaveLength(1);
    await tryAt(70, 80, 500);
    expect(failures().map(({ act, key }) => [act, key])).toEqual([
      ['open', null],
      ['comment', 'OPS-1'],
    ]);
    tracker.fault = null;
    await tryAt(1);
    expect(told.now.ticketFailed).toBe(false);
  });

  test('and cannot close a ticket is told so', async () => {
    const told = aCase().decided().started().recorded('done').verified('recovered');
    told.add({ kind: 'learning_skipped', revision: 1, problem: 'nothing to learn' });
    const { tracker, tryAt, failures, lane } = aStand(told);
    for (let turn = 0; turn < 20 && ticketDue(told.now)?.act !== 'close'; turn += 1) await lane.run(told.now);
    tracker.fault = no;
    await tryAt(0, 5, 10);
    expect(failures()).toMatchObject([{ act: 'close', key: 'OPS-1' }]);
  });

  test('is told by one of two processes alone, and by none where the other has got through', async () => {
    const { told, tracker, clock, tryAt, failures } = aStand();
    tracker.fault = away;
    await tryAt(0, 60);
    const other = aTracker();
    other.clock.ms = clock.ms;
    Object.assign(other.tracker, { fault: away, takesMs: 61_000 });
    const lane = createTicketLane({ cases: casesOf(told), tickets: other.tickets, clock: other.clock, texts, hide: String });
    await expect(lane.run(told.now)).rejects.toThrow('cannot be reached');
    expect(failures()).toHaveLength(1);

    const before = told.now;
    told.add({ kind: 'ticket_opened', key: 'OPS-1', url: 'https://example.test/OPS-1', shows_seq: told.now.seq });
    await expect(lane.run(before)).rejects.toThrow('cannot be reached');
    expect(failures()).toHaveLength(1);
  });

  test('and a log that cannot take the entry is a fault, after which it is told at the next try', async () => {
    const told = aCase({ wrong: { contradictions: 2 } }).decided();
    const { tracker, clock, tickets } = aTracker();
    const log = { full: true };
    const cases = casesOf(told);
    const change: Cases['change'] = (...asked) =>
      log.full ? Promise.reject(new Error('the disk is full')) : cases.change(...asked);
    const lane = createTicketLane({ cases: { ...cases, change }, tickets, clock, texts, hide: String });
    Object.assign(tracker, { fault: away, takesMs: 61_000 });
    await expect(lane.run(told.now)).rejects.toThrow('the disk is full');
    log.full = false;
    await expect(lane.run(told.now)).rejects.toThrow('Jira cannot be reached');
    expect(failuresOf(told)).toHaveLength(1);
  });
});

const TIMINGS = GovernorConfig.parse({});

/** What of a case decides, shows or waits: everything but the place of its last entry. */
const rest = ({ seq, hash, lastAt, noted, ticketFailed, ...state }: CaseState) => state;

describe('a ticket that could not be written', () => {
  const failed: EntryBody = { kind: 'ticket_failed', act: 'open', key: null, problem: 'Jira cannot be reached' };

  test.each([
    ['waits for people', () => aCase({ wrong: { contradictions: 2 } }).decided()],
    [
      'was approved',
      () =>
        aCase({ wrong: { contradictions: 2 } })
          .decided()
          .approved(),
    ],
    ['runs by itself', () => aCase().decided()],
    ['is held', () => aCase().decided().by('held')],
    ['executes', () => aCase().decided().started()],
    ['has recovered', () => aCase().decided().started().recorded('done').verified('recovered')],
  ])('changes nothing in a case that %s', (_what, tell) => {
    const told = tell();
    const before = told.now;
    const after = told.add(failed).now;
    expect(rest(after)).toEqual(rest(before));
    expect(ticketDue(after)).toEqual(ticketDue(before));
    const stepOf = (state: CaseState) => nextStep(state, TIMINGS, { connectedSinceMs: 0 }, null)?.step;
    expect(stepOf(after)).toBe(stepOf(before));
  });

  test('ends no wait of the worker', () => {
    expect(ENDS_NO_WAIT.has('ticket_failed')).toBe(true);
  });

  test('is told in the thread of the case once, which stays open until it is', () => {
    const told = aCase({ wrong: { contradictions: 2 } }).decided();
    const card = { kind: 'card_updated', revision: 1, shows_seq: told.now.seq } as const;
    const { seq } = told.add(card).add(failed).now;
    expect(showDue(told.now)).toEqual({ act: 'post_note', revision: 1, note: { seq, key: `note:${seq}` } });
    expect(isOpen(told.now, false)).toBe(true);
    told.add({ kind: 'thread_posted', revision: 1, key: `note:${seq}`, ts: '1700000200.000100' });
    expect(showDue(told.now)).toBeNull();
  });

  test.each<[Omit<Extract<EntryBody, { kind: 'ticket_failed' }>, 'kind'>, string]>([
    [
      { act: 'open', key: null, problem: 'Jira cannot be reached' },
      'The ticket cannot be opened: Jira cannot be reached. It goes on being tried, and nothing else waits for it.',
    ],
    [
      { act: 'comment', key: 'OPS-1', problem: 'no permission' },
      'The ticket OPS-1 cannot be told how the case goes on: no permission. It goes on being tried, and nothing else waits for it.',
    ],
    [
      { act: 'close', key: 'OPS-1', problem: '<!channel> see <https://evil.test|here>' },
      'The ticket OPS-1 cannot be closed: <!channel> see <https://evil.test|here>. It goes on being tried, and nothing else waits for it.',
    ],
  ])('reads as a sentence: %o', (body, sentence) => {
    const note = noteOf({ kind: 'ticket_failed', ...body }, 9);
    if (note === null) throw new Error('there is no note');
    expect(readable(note.blocks)).toBe(sentence);
    expect(messageFaults(note.blocks, { mentions: [], links: [] })).toEqual([]);
  });

  test('is a line of workflow_events.jsonl that says what failed', () => {
    const told = aCase({ wrong: { contradictions: 2 } })
      .decided()
      .add(failed);
    const [entry] = told.entries.slice(-1);
    if (entry === undefined) throw new Error('there is no entry');
    const [line] = workflowLines(entry, told.now).map((one) => WorkflowEvent.parse(one));
    expect(line).toMatchObject({
      channel: 'ticket',
      event: 'ticket_failed',
      outcome: 'failed',
      actor: null,
      target: null,
      detail: 'open: Jira cannot be reached',
      revision: 1,
    });
  });
});
