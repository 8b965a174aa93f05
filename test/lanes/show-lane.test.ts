import { expect, test } from 'vitest';
import type { EntryBody } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Chat } from '../../pipeline/ports.ts';
import { ChatFault } from '../../src/chat/slack-fault.ts';
import type { Rendering } from '../../src/lanes/rendering.ts';
import { createShowLane } from '../../src/lanes/show-lane.ts';
import type { Told } from '../attacks/arena.ts';
import { recordingChat } from '../attacks/recording-ports.ts';
import { inProcess } from '../fixtures/in-process.ts';

const MESSAGE = { text: 'a message', blocks: [] };
const THEIRS = '1600000000.000001';
const render: Rendering = {
  facts: () => Promise.reject(new Error('nothing is drawn from facts here')),
  card: async () => MESSAGE,
  details: async () => [MESSAGE, MESSAGE],
  note: async () => [MESSAGE],
  postReminder: async () => THEIRS,
};

type Governor = Awaited<ReturnType<typeof inProcess>>;

/** While this process posts, another one that had posted the same records its own. */
function laneOvertakenBy(governor: Governor, told: Told[], theirs: (state: CaseState) => EntryBody, takeBack?: Chat['takeBack']) {
  const recording = recordingChat(told, new Map());
  const plain: Chat = { ...recording, takeBack: takeBack ?? recording.takeBack };
  let isOvertaken = false;
  const chat: Chat = {
    ...plain,
    async post(post) {
      const posted = await plain.post(post);
      if (!isOvertaken) {
        isOvertaken = true;
        await governor.cases.change(post.caseId, (now) => ({ append: theirs(now), answer: null }));
      }
      return posted;
    },
  };
  const tenure = { isSole: () => true, begin: () => () => true };
  const waits: number[] = [];
  const quiet = { logger: { warn: () => undefined }, wait: async (ms: number) => void waits.push(ms) };
  const parts = { cases: governor.cases, clock: governor.clock, intervalMs: 0, defaultChannel: 'incidents', ...quiet };
  return { ...createShowLane({ ...parts, chat, render, tenure }), waits };
}

async function opened(governor: Governor): Promise<CaseState> {
  await governor.decide();
  const incident = { ...(await governor.reload('inc-001')).incident, id: 'inc-fresh' };
  const body = { kind: 'incident_opened' as const, incident, channel: 'C0INCIDENTS', intake_key: 'inc-fresh' };
  const state = await governor.cases.open('inc-fresh', body);
  return state ?? expect.fail('the id is taken');
}

const postsIn = (told: readonly Told[]): number => told.filter(({ method }) => method === 'post').length;
const takenBack = (told: readonly Told[]): unknown[] => told.flatMap(({ method, body }) => (method === 'delete' ? [body] : []));

test('a card that another process has recorded stays the only one, and this one’s goes', async () => {
  const governor = await inProcess();
  const told: Told[] = [];
  const theirs = { kind: 'card_posted' as const, revision: 1, channel: 'C0INCIDENTS', ts: THEIRS, shows_seq: 0 };
  const { state } = await laneOvertakenBy(governor, told, () => theirs).run(await opened(governor));
  expect(state?.cards[1]?.ts).toBe(THEIRS);
  expect([postsIn(told), takenBack(told)]).toEqual([1, [{ channel: 'C0INCIDENTS', ts: '1700000001.000100' }]]);
});

test('a note that another process has recorded is told once, whichever was posted first', async () => {
  const governor = await inProcess();
  const told: Told[] = [];
  const state = await governor.decide();
  await governor.append(state, { kind: 'held', revision: 1, by: 'U0000LEAD', via: 'button', event_key: null, reason: null });
  const held = await governor.reload(state.caseId);
  const key = `note:${held.seq}`;
  const lane = laneOvertakenBy(governor, told, () => ({ kind: 'thread_posted', revision: 1, key, ts: THEIRS }));
  let after: CaseState | null = held;
  for (let round = 0; round < 5 && after?.cards[1]?.threadPosts[key] === undefined; round += 1)
    after = (await lane.run(await governor.reload(state.caseId))).state;
  expect(after?.cards[1]?.threadPosts[key]).toBe(THEIRS);
  expect([postsIn(told), takenBack(told)]).toEqual([1, [expect.objectContaining({ ts: '1700000001.000100' })]]);
  const entries = await governor.store.caseLog.read(state.caseId, 0);
  expect(entries.filter(({ body }) => body.kind === 'thread_posted' && body.key === key)).toHaveLength(1);
});

test('taking back that Slack puts off goes on when it may, and holds up nobody', async () => {
  const governor = await inProcess();
  const told: Told[] = [];
  const theirs = { kind: 'card_posted' as const, revision: 1, channel: 'C0INCIDENTS', ts: THEIRS, shows_seq: 0 };
  const tries: string[] = [];
  const lane = laneOvertakenBy(
    governor,
    told,
    () => theirs,
    async ({ ts }) => {
      tries.push(ts);
      if (tries.length === 1) throw new ChatFault('rate_limited', 'not now', { retryAfterMs: 30_000 });
      if (tries.length === 2) throw new Error('no answer');
    },
  );
  await lane.run(await opened(governor));
  await expect.poll(() => tries).toHaveLength(3);
  expect(new Set(tries)).toEqual(new Set(['1700000001.000100']));
  expect(lane.waits).toEqual([30_000, 400]);
});

test('where nobody else recorded it nothing is taken back', async () => {
  const governor = await inProcess();
  const told: Told[] = [];
  const lane = laneOvertakenBy(governor, told, ({ seq }) => ({
    kind: 'held',
    revision: 1,
    by: 'U0000LEAD',
    via: 'button',
    event_key: null,
    reason: `behind ${seq}`,
  }));
  const { state } = await lane.run(await opened(governor));
  expect(state?.cards[1]?.ts).toBe('1700000001.000100');
  expect(takenBack(told)).toEqual([]);
});
