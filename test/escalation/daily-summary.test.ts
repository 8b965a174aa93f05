import { describe, expect, test } from 'vitest';
import { SUMMARY_LOG } from '../../contracts/entry.ts';
import type { CaseLog, Chat } from '../../pipeline/ports.ts';
import { ChatFault } from '../../src/chat/slack-fault.ts';
import { createDailySummary } from '../../src/escalation/daily-summary.ts';
import { refusedFor } from '../../src/escalation/teller.ts';
import type { SummaryTold } from '../../src/outputs/workflow-lines.ts';
import type { DailySummary } from '../../views/daily-summary.ts';
import { inProcess, movedClock } from '../fixtures/in-process.ts';

const MINUTE_MS = 60_000;
const DAY = {
  opened: 0,
  states: {},
  executions: 0,
  refused_attempts: 0,
  waiting: [],
  waiting_more: 0,
  unreached: [],
  paused: false,
};
const day = async (nowMs: number): Promise<DailySummary> => ({ ...DAY, from: at(nowMs - 86_400_000), to: at(nowMs) });
const at = (ms: number): string => new Date(ms).toISOString();
const LEAD = 'U0000LEAD';
const CHANNEL = 'C0INCIDENTS';

type Wanted = { cron?: string; zone?: string | null; to?: string };

/** A log that outlives processes, a Slack that keeps what was posted, and processes that look at the clock each minute. */
async function stage(from: string, wanted: Wanted = {}) {
  const clock = movedClock(Date.parse(from));
  const { store } = await inProcess({ clock });
  clock.ms = Date.parse(from);
  const posts: { atMs: number; key: string; channel: string }[] = [];
  const lines: SummaryTold[] = [];
  const slack: { fault: unknown; answerLost: boolean; isUnreadable: boolean } = {
    fault: null,
    answerLost: false,
    isUnreadable: false,
  };
  let processes = 0;
  const post: Chat['post'] = async ({ channel, key, lookFirst }) => {
    if (slack.fault !== null) throw slack.fault;
    if (lookFirst && slack.isUnreadable) throw new ChatFault('slack_refused', 'Slack answered with `missing_scope`');
    const there = lookFirst ? posts.find((one) => one.key === key) : undefined;
    if (there === undefined) posts.push({ atMs: clock.ms, key, channel });
    if (slack.answerLost) throw new ChatFault('slack_unreachable', 'Slack did not answer chat.postMessage');
    return { channel, ts: '1.1' };
  };
  const aProcess = (change: Partial<CaseLog> = {}) => {
    processes += 1;
    return createDailySummary({
      log: { ...store.caseLog, ...change },
      chat: { post },
      contacts: {
        async idOf(contact) {
          if (contact === 'nobody') throw refusedFor('nobody of this workspace has the name');
          return contact;
        },
      },
      clock,
      cron: wanted.cron ?? '0 8 * * *',
      zone: wanted.zone === undefined ? 'UTC' : wanted.zone,
      to: wanted.to ?? LEAD,
      holder: `process-${processes}`,
      hosts: [],
      look: day,
      hide: (text) => text.replaceAll('secret', '…'),
      onTold: async (told) => void lines.push(told),
    });
  };
  /** Every minute until then, in each of these processes; a fault is one look that failed. */
  const until = async (then: string, looks: readonly (() => Promise<void>)[]): Promise<number> => {
    let faults = 0;
    for (; clock.ms < Date.parse(then); clock.ms += MINUTE_MS) for (const look of looks) await look().catch(() => (faults += 1));
    return faults;
  };
  const times = (): string[] => posts.map(({ atMs }) => at(atMs).slice(0, 16));
  return { clock, posts, lines, slack, store, aProcess, until, times };
}

test('it is told when its minute has come, on each of its days, and to nobody on others', async () => {
  const { aProcess, until, times } = await stage('2026-11-20T07:30:00Z', { cron: '0 8 * * 1-5' });
  await until('2026-11-24T09:00:00Z', [aProcess()]);
  expect(times()).toEqual(['2026-11-20T08:00', '2026-11-23T08:00', '2026-11-24T08:00']);
});

test('an installation begins with the next summary, and not with the one of this morning', async () => {
  const { aProcess, until, times } = await stage('2026-11-20T10:00:00Z');
  await until('2026-11-21T09:00:00Z', [aProcess()]);
  expect(times()).toEqual(['2026-11-21T08:00']);
});

test('several processes tell it once, however their looks fall', async () => {
  const { aProcess, until, times, clock, lines } = await stage('2026-11-20T07:58:00Z');
  const [one, two, three] = [aProcess(), aProcess(), aProcess()];
  await until('2026-11-20T08:00:00Z', [one, two, three]);
  await Promise.all([one(), two(), three()]);
  clock.ms += 1_000;
  await Promise.all([three(), two(), one()]);
  await until('2026-11-20T12:00:00Z', [one, two, three]);
  expect(times()).toEqual(['2026-11-20T08:00']);
  expect(lines).toEqual([{ at: '2026-11-20T08:00:00.000Z', target: LEAD, outcome: 'sent', detail: '' }]);
});

describe('a restart in its minute', () => {
  test('before it was told does not drop it', async () => {
    const { aProcess, until, times, clock } = await stage('2026-11-20T07:58:00Z');
    await until('2026-11-20T08:00:00Z', [aProcess()]);
    clock.ms += 59_000;
    await until('2026-11-20T09:00:00Z', [aProcess()]);
    expect(times()).toEqual(['2026-11-20T08:00']);
  });

  test('after it was told does not tell it again', async () => {
    const { aProcess, until, times } = await stage('2026-11-20T07:58:00Z');
    await until('2026-11-20T08:00:30Z', [aProcess()]);
    await until('2026-11-20T12:00:00Z', [aProcess()]);
    expect(times()).toEqual(['2026-11-20T08:00']);
  });

  test('between telling and noting finds it in its channel', async () => {
    const { aProcess, until, times, store, posts } = await stage('2026-11-20T07:58:00Z', { to: CHANNEL });
    const { append } = store.caseLog;
    // Killed before the note was written: its lease lasts until it is seen to be gone.
    const killed: Partial<CaseLog> = {
      append: (id, seq, body, options) =>
        body.kind === 'summary_told' && body.outcome === 'sent' ? new Promise(() => undefined) : append(id, seq, body, options),
    };
    const first = aProcess(killed);
    await until('2026-11-20T08:00:00Z', [first]);
    void first();
    await expect.poll(() => posts.length).toBe(1);
    await until('2026-11-20T09:00:00Z', [aProcess()]);
    expect(times()).toEqual(['2026-11-20T08:00']);
    const outcomes = (await store.caseLog.read(SUMMARY_LOG)).map(({ body }) =>
      body.kind === 'summary_told' ? body.outcome : '',
    );
    expect(outcomes).toEqual(['begun', 'sent']);
  });
});

test('a machine that was too busy or asleep in its minute tells it when it looks again, for some hours', async () => {
  const late = await stage('2026-11-20T07:58:00Z');
  const one = late.aProcess();
  await one();
  late.clock.ms = Date.parse('2026-11-20T13:50:00Z');
  await one();
  expect(late.times()).toEqual(['2026-11-20T13:50']);
  const tooLate = await stage('2026-11-20T07:58:00Z');
  const other = tooLate.aProcess();
  await other();
  tooLate.clock.ms = Date.parse('2026-11-20T14:10:00Z');
  await other();
  expect(tooLate.times()).toEqual([]);
});

describe('a Slack that does not take it', () => {
  test('is tried less and less often until it does, and the outputs say so once', async () => {
    const { aProcess, until, times, slack, lines } = await stage('2026-11-20T07:58:00Z');
    const one = aProcess();
    slack.fault = new Error('Slack is away, and so is the secret');
    const faults = await until('2026-11-20T09:00:00Z', [one]);
    expect(faults).toBeGreaterThan(4);
    expect(faults).toBeLessThan(9);
    slack.fault = null;
    await until('2026-11-20T14:00:00Z', [one]);
    expect(times()).toHaveLength(1);
    expect(lines.map(({ outcome, detail }) => [outcome, detail])).toEqual([
      ['failed', 'Slack is away, and so is the …'],
      ['sent', ''],
    ]);
  });

  test('because nobody is meant is not asked again before the next day', async () => {
    const { aProcess, until, lines } = await stage('2026-11-20T07:58:00Z', { to: 'nobody' });
    expect(await until('2026-11-20T14:00:00Z', [aProcess()])).toBe(1);
    expect(lines).toMatchObject([{ target: 'nobody', outcome: 'failed' }]);
    await until('2026-11-21T08:01:00Z', [aProcess()]);
    expect(lines).toHaveLength(2);
  });

  test('because the channel may not be looked through is told all the same', async () => {
    const { aProcess, until, times, slack } = await stage('2026-11-20T07:58:00Z', { to: CHANNEL });
    slack.isUnreadable = true;
    expect(await until('2026-11-20T12:00:00Z', [aProcess()])).toBe(0);
    expect(times()).toEqual(['2026-11-20T08:00']);
  });

  test('but had taken it when its answer was lost tells it once in a channel', async () => {
    const { aProcess, until, posts, slack } = await stage('2026-11-20T07:58:00Z', { to: CHANNEL });
    slack.answerLost = true;
    const one = aProcess();
    await until('2026-11-20T08:05:00Z', [one]);
    slack.answerLost = false;
    await until('2026-11-20T12:00:00Z', [one]);
    expect(posts).toHaveLength(1);
  });
});

test('whoever was told while the store took no entry is not told again by the same process', async () => {
  const { aProcess, until, times, store } = await stage('2026-11-20T07:58:00Z');
  const { append } = store.caseLog;
  let isFull = true;
  const one = aProcess({
    append: (id, seq, body, options) =>
      isFull && body.kind === 'summary_told' && body.outcome === 'sent'
        ? Promise.reject(new Error('disk full'))
        : append(id, seq, body, options),
  });
  await until('2026-11-20T08:10:00Z', [one]);
  isFull = false;
  await until('2026-11-20T12:00:00Z', [one]);
  expect(times()).toEqual(['2026-11-20T08:00']);
});

describe('the clock of its time zone', () => {
  const BERLIN = 'Europe/Berlin';
  test.each<[string, Wanted, string, string, string[]]>([
    [
      'eight in the morning stays eight in the morning when the clock goes forward',
      { zone: BERLIN },
      '2026-03-28T06:00:00Z',
      '2026-03-30T08:00:00Z',
      ['2026-03-28T07:00', '2026-03-29T06:00', '2026-03-30T06:00'],
    ],
    [
      'and when it goes back',
      { zone: BERLIN },
      '2026-10-24T05:00:00Z',
      '2026-10-26T08:00:00Z',
      ['2026-10-24T06:00', '2026-10-25T07:00', '2026-10-26T07:00'],
    ],
    [
      'a minute that the clock jumps over is told when it has jumped',
      { zone: BERLIN, cron: '30 2 * * *' },
      '2026-03-28T00:00:00Z',
      '2026-03-30T08:00:00Z',
      ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'],
    ],
    [
      'a minute that comes twice is told once',
      { zone: BERLIN, cron: '30 2 * * *' },
      '2026-10-24T00:00:00Z',
      '2026-10-26T08:00:00Z',
      ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    ['a place half an hour off', { zone: 'Asia/Kolkata' }, '2026-11-20T00:00:00Z', '2026-11-20T12:00:00Z', ['2026-11-20T02:30']],
    [
      'a weekday is the weekday there',
      { zone: 'Pacific/Auckland', cron: '0 8 * * 1' },
      '2026-11-20T00:00:00Z',
      '2026-11-24T00:00:00Z',
      ['2026-11-22T19:00'],
    ],
  ])('%s', async (_claim, wanted, from, then, told) => {
    const { aProcess, until, times } = await stage(from, wanted);
    await until(then, [aProcess(), aProcess()]);
    expect(times()).toEqual(told);
  });

  test('that is another from now on tells what comes next by the new one, and nothing twice', async () => {
    const wanted: Wanted = { zone: 'UTC' };
    const { aProcess, until, times } = await stage('2026-11-20T07:30:00Z', wanted);
    await until('2026-11-20T08:30:00Z', [aProcess()]);
    wanted.zone = 'America/New_York';
    await until('2026-11-20T20:00:00Z', [aProcess()]);
    wanted.zone = 'Asia/Tokyo';
    await until('2026-11-21T12:00:00Z', [aProcess()]);
    expect(times()).toEqual(['2026-11-20T08:00', '2026-11-20T13:00', '2026-11-20T23:00']);
  });

  test('is that of this machine where none is named', async () => {
    const { aProcess, until, times } = await stage('2026-11-20T00:00:00Z', { zone: null });
    await until('2026-11-21T23:59:00Z', [aProcess()]);
    const [first] = times();
    expect(new Date(`${first}Z`).getHours()).toBe(8);
  });
});
