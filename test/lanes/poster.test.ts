import { expect, test } from 'vitest';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Chat } from '../../pipeline/ports.ts';
import { createPoster } from '../../src/lanes/poster.ts';
import type { Rendering, Style } from '../../src/lanes/rendering.ts';
import { recordingChat } from '../attacks/recording-ports.ts';
import { aCase } from '../fixtures/a-case.ts';

const MESSAGE = { text: 'a card', blocks: [] };
const FIRST = { channel: 'C0INCIDENTS', ts: '1700000000.000001' };
const state = aCase().opened().now;
const PLACE = { state, revision: 1, key: 'card', threadTs: null };

/** Nothing of these tests draws a message. */
const noRendering = (): Rendering => {
  const never = (): never => {
    throw new Error('nothing is drawn here');
  };
  return { facts: never, card: never, details: never, note: never, postReminder: never };
};

function posterWith({ wasAlone, keepFirst }: { wasAlone: boolean; keepFirst: Chat['keepFirst'] }) {
  const chat: Chat = { ...recordingChat([], new Map()), keepFirst };
  const tenure = { isSole: () => true, begin: () => () => wasAlone };
  return createPoster({ chat, render: noRendering(), defaultChannel: 'incidents', tenure });
}

test('a post that was made without a break is the only one, and Slack is not asked again', async () => {
  const asked: string[] = [];
  const keepFirst: Chat['keepFirst'] = async (post) => {
    asked.push(post.ts);
    return post;
  };
  const posted = await posterWith({ wasAlone: true, keepFirst }).post(PLACE, MESSAGE);
  expect(posted.ts).toMatch(/^\d+\.\d+$/);
  expect(asked).toEqual([]);
});

test('a process that lost its lease between looking and sending gives way to the post that another had made', async () => {
  const asked: unknown[] = [];
  const keepFirst: Chat['keepFirst'] = async ({ threadTs, caseId, revision, key }) => {
    asked.push({ threadTs, caseId, revision, key });
    return FIRST;
  };
  const poster = posterWith({ wasAlone: false, keepFirst });
  expect(await poster.post(PLACE, MESSAGE)).toEqual(FIRST);
  expect(asked).toEqual([{ threadTs: null, caseId: state.caseId, revision: 1, key: 'card' }]);
  expect(await poster.post(PLACE, MESSAGE), 'the next try knows it').toEqual(FIRST);
  expect(asked).toHaveLength(1);
});

test('where Slack cannot say which post was first, the next try looks before it posts', async () => {
  const looked: boolean[] = [];
  const plain = recordingChat([], new Map());
  const chat: Chat = {
    ...plain,
    post(post) {
      looked.push(post.lookFirst);
      return plain.post(post);
    },
    keepFirst: () => Promise.reject(new Error('Slack is away')),
  };
  const tenure = { isSole: () => true, begin: () => () => false };
  const poster = createPoster({ chat, render: noRendering(), defaultChannel: 'incidents', tenure });
  await expect(poster.post(PLACE, MESSAGE)).rejects.toThrow('Slack is away');
  await expect(poster.post(PLACE, MESSAGE)).rejects.toThrow('Slack is away');
  expect(looked).toEqual([false, true]);
});

test('an earlier post of a later revision is looked for since that revision was planned, not since the case was opened', async () => {
  const since: Record<number, number> = {};
  const plain = recordingChat([], new Map());
  const chat: Chat = {
    ...plain,
    post(post) {
      since[post.revision] = post.sinceMs;
      return plain.post(post);
    },
  };
  const tenure = { isSole: () => false, begin: () => () => true };
  const poster = createPoster({ chat, render: noRendering(), defaultChannel: 'incidents', tenure });
  const told = aCase().decided();
  const openedMs = Date.parse(told.now.openedAt);
  const again = told.planned({ origin: 'rollback' });
  for (const revision of [1, 2]) await poster.post({ state: again.now, revision, key: 'card', threadTs: null }, MESSAGE);
  expect(since).toEqual({ 1: openedMs, 2: Date.parse(again.now.lastAt) });
  expect(since[2]).toBeGreaterThan(openedMs);
});

test('a card that Slack refuses with its picture is shown without it, and as rich as before', async () => {
  const drawn: Style[] = [];
  const render: Rendering = {
    ...noRendering(),
    async card(_state, _revision, style) {
      drawn.push(style);
      return MESSAGE;
    },
  };
  const chat: Chat = {
    ...recordingChat([], new Map()),
    async update() {
      if (drawn.at(-1)?.pictures) throw new GovernorError('invalid_blocks', 'the file is gone');
    },
  };
  const poster = createPoster({
    chat,
    render,
    defaultChannel: 'incidents',
    tenure: { isSole: () => true, begin: () => () => true },
  });
  const told = aCase().decided().shown();
  const pictured = told.add({
    kind: 'thread_posted',
    revision: 1,
    key: 'picture:1',
    ts: '1700000200.000100',
    picture: 'F0PICTURE',
  }).now;
  await expect(poster.change(pictured, 1)).rejects.toThrow('the file is gone');
  await poster.change(pictured, 1);
  expect(drawn).toEqual([
    { classic: false, pictures: true },
    { classic: false, pictures: false },
  ]);
});
