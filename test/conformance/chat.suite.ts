import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Chat, Post } from '../../pipeline/ports.ts';

export type SeenMessage = { ts: string; threadTs: string | null; text: string; onlyFor: string | null };
export type Speaker = 'own' | 'stranger' | 'bot';
export type ChatStage = {
  chat: Chat;
  /** Ids of a channel that this app is in, of one that it is not in, and of none. */
  channel: string;
  closedChannel: string;
  noChannel: string;
  /** Ids of a person of the team, of another company's, of another app's bot. */
  people: Record<Speaker, { id: string; teamId: string }>;
  group: { id: string; members: string[] };
  say(speaker: Speaker, threadTs: string | null, text: string): Promise<string>;
  edit(speaker: Speaker, ts: string, text: string): Promise<void>;
  /** What the channel holds, in order of time, as the workspace itself tells; `channel` by id. */
  seen(channel: string): Promise<SeenMessage[]>;
  /** What a person sees in the direct conversation with this app. */
  seenDirectly(speaker: Speaker): Promise<string[]>;
  faults: {
    /** Each strikes the next calls of that kind, once where `times` is not given. */
    loseAnswer(act: Act, times?: number): Promise<void>;
    loseRequest(act: Act, times?: number): Promise<void>;
    refuse(act: Act, slackError: string): Promise<void>;
    limit(act: Act, seconds: number): Promise<void>;
  };
  close(): Promise<void>;
};
export type Act = 'post' | 'update' | 'tell' | 'replies' | 'history' | 'person' | 'group';

const MANY = 430;
const SECOND_MS = 1_000;

/** What every chat must do. */
export function chatSuite(name: string, open: () => Promise<ChatStage>): void {
  describe(`the chat ${name}`, () => {
    let stage: ChatStage;
    const card = (change: Partial<Post & { lookFirst: boolean; sinceMs: number }> = {}) => ({
      channel: stage.channel,
      threadTs: null,
      text: 'billing-batch: scale the worker pool',
      blocks: [{ type: 'section', text: { type: 'plain_text', text: 'scale the worker pool' } }],
      caseId: 'inc-1',
      revision: 1,
      key: 'card',
      lookFirst: false,
      sinceMs: Date.now() - SECOND_MS,
      ...change,
    });
    const again = (change: Parameters<typeof card>[0] = {}) => card({ ...change, lookFirst: true });
    const seen = () => stage.seen(stage.channel);

    beforeEach(async () => {
      stage = await open();
    });
    afterEach(() => stage.close());

    describe('posting', () => {
      test('posts once and says where', async () => {
        const posted = await stage.chat.post(card());
        expect(posted.channel).toBe(stage.channel);
        expect(await seen()).toEqual([{ ts: posted.ts, threadTs: null, text: card().text, onlyFor: null }]);
      });

      test.each([
        ['a card', null],
        ['a message in a thread', 'thread'],
      ])('%s whose answer was lost is found, and not posted again', async (_claim, thread) => {
        const threadTs = thread === null ? null : (await stage.chat.post(card({ key: 'parent' }))).ts;
        await stage.faults.loseAnswer('post');
        await expect(stage.chat.post(card({ threadTs }))).rejects.toMatchObject({ code: 'slack_unreachable' });
        const before = await seen();
        const found = await stage.chat.post(again({ threadTs }));
        expect(await seen()).toEqual(before);
        expect(found).toEqual({ channel: stage.channel, ts: before.at(-1)?.ts });
      });

      test('a post that never arrived is made by the next try, once', async () => {
        await stage.faults.loseRequest('post');
        await expect(stage.chat.post(card())).rejects.toMatchObject({ code: 'slack_unreachable' });
        expect(await seen()).toEqual([]);
        const posted = await stage.chat.post(again());
        expect(await stage.chat.post(again())).toEqual(posted);
        expect(await seen()).toHaveLength(1);
      });

      test.each([
        ['another case', { caseId: 'inc-2' }],
        ['another revision', { revision: 2 }],
        ['another key', { key: 'details:0' }],
      ])('the post of %s is not taken for it', async (_claim, other) => {
        const first = await stage.chat.post(card());
        const second = await stage.chat.post(again(other));
        expect(second.ts).not.toBe(first.ts);
        expect(await seen()).toHaveLength(2);
      });

      test('an earlier post is found behind hundreds of others', async () => {
        const first = await stage.chat.post(card());
        for (let index = 0; index < MANY; index += 1) await stage.say('own', null, `noise ${index}`);
        expect(await stage.chat.post(again())).toEqual(first);
      });

      test('an earlier post is found by a try that was first made long ago', async () => {
        const first = await stage.chat.post(card());
        expect(await stage.chat.post(again({ sinceMs: Date.now() - 86_400_000 }))).toEqual(first);
      });

      test('where nobody can look, nothing is posted', async () => {
        await stage.faults.loseRequest('history', 10);
        await expect(stage.chat.post(again())).rejects.toMatchObject({ code: 'slack_unreachable' });
        expect(await seen()).toEqual([]);
      });

      test('a channel that this app is not in, and one that is none, are told from other refusals', async () => {
        await expect(stage.chat.post(card({ channel: stage.closedChannel }))).rejects.toMatchObject({ code: 'channel_closed' });
        await expect(stage.chat.post(card({ channel: stage.noChannel }))).rejects.toMatchObject({ code: 'channel_closed' });
        await expect(stage.chat.post(again({ channel: stage.closedChannel }))).rejects.toMatchObject({ code: 'channel_closed' });
        await stage.faults.refuse('post', 'msg_too_long');
        await expect(stage.chat.post(card())).rejects.toMatchObject({ code: 'slack_refused', slackError: 'msg_too_long' });
      });

      test('blocks that are refused are told as such, so that a plainer card can follow', async () => {
        await stage.faults.refuse('post', 'invalid_blocks');
        await expect(stage.chat.post(card())).rejects.toMatchObject({ code: 'invalid_blocks', slackError: 'invalid_blocks' });
        expect(await seen()).toEqual([]);
      });

      test('a limit says how long to wait, and is not sat out', async () => {
        await stage.faults.limit('post', 30);
        const startMs = performance.now();
        await expect(stage.chat.post(card())).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 30_000 });
        expect(performance.now() - startMs).toBeLessThan(5_000);
        expect(await seen()).toEqual([]);
      });
    });

    describe('taking back a post that another process had made before', () => {
      const twice = async (threadTs: string | null) => {
        const first = await stage.chat.post(card({ threadTs }));
        return [first, await stage.chat.post(card({ threadTs }))] as const;
      };
      const keyed = ({ threadTs = null, key = 'card' }: { threadTs?: string | null; key?: string } = {}) => {
        const { caseId, revision, sinceMs } = card();
        return { threadTs, caseId, revision, key, sinceMs };
      };

      test.each([
        ['a card', null],
        ['a message in a thread', 'thread'],
      ])('of %s made twice the earlier one stays, whoever asks and however often', async (_claim, thread) => {
        const threadTs = thread === null ? null : (await stage.chat.post(card({ key: 'parent' }))).ts;
        const [first, second] = await twice(threadTs);
        const { length } = await seen();
        expect(await stage.chat.keepFirst({ ...keyed({ threadTs }), ...first })).toEqual(first);
        expect(await seen()).toHaveLength(length);
        expect(await stage.chat.keepFirst({ ...keyed({ threadTs }), ...second })).toEqual(first);
        expect(await stage.chat.keepFirst({ ...keyed({ threadTs }), ...second })).toEqual(first);
        expect((await seen()).map(({ ts }) => ts)).not.toContain(second.ts);
        expect((await seen()).map(({ ts }) => ts)).toContain(first.ts);
      });

      test('a post of another key before it takes nothing back', async () => {
        await stage.chat.post(card({ key: 'details:0' }));
        const mine = await stage.chat.post(card());
        expect(await stage.chat.keepFirst({ ...keyed(), ...mine })).toEqual(mine);
        expect(await seen()).toHaveLength(2);
      });

      test('whichever is named is taken back, and once more is no fault', async () => {
        const [first, second] = await twice(null);
        await stage.chat.takeBack(first);
        await stage.chat.takeBack(first);
        expect((await seen()).map(({ ts }) => ts)).toEqual([second.ts]);
      });

      test('where nobody can look, nothing is taken back and the asker is told', async () => {
        const [, second] = await twice(null);
        await stage.faults.loseRequest('history', 10);
        await expect(stage.chat.keepFirst({ ...keyed(), ...second })).rejects.toMatchObject({ code: 'slack_unreachable' });
        expect(await seen()).toHaveLength(2);
      });
    });

    describe('updating', () => {
      const plain = { text: 'held', blocks: [] };

      test('changes the message in place, and the second time changes nothing', async () => {
        const posted = await stage.chat.post(card());
        await stage.chat.update({ ...posted, text: 'held by lead', blocks: card().blocks });
        await stage.chat.update({ ...posted, text: 'held by lead', blocks: card().blocks });
        expect(await seen()).toEqual([{ ts: posted.ts, threadTs: null, text: 'held by lead', onlyFor: null }]);
      });

      test('outlives one lost answer by itself', async () => {
        const posted = await stage.chat.post(card());
        await stage.faults.loseAnswer('update');
        await stage.chat.update({ ...posted, ...plain });
        expect(await seen()).toMatchObject([{ text: 'held' }]);
      });

      test('gives up after a few', async () => {
        const posted = await stage.chat.post(card());
        await stage.faults.loseRequest('update', 20);
        await expect(stage.chat.update({ ...posted, ...plain })).rejects.toMatchObject({ code: 'slack_unreachable' });
      });

      test('a message that is not there, or not ours, is gone', async () => {
        const theirs = await stage.say('own', null, 'mine');
        await expect(stage.chat.update({ channel: stage.channel, ts: '1.000001', ...plain })).rejects.toMatchObject({
          code: 'message_gone',
        });
        await expect(stage.chat.update({ channel: stage.channel, ts: theirs, ...plain })).rejects.toMatchObject({
          code: 'message_gone',
        });
      });

      test('an earlier post is found after an update too', async () => {
        const posted = await stage.chat.post(card());
        await stage.chat.update({ ...posted, ...plain });
        expect(await stage.chat.post(again())).toEqual(posted);
      });
    });

    describe('telling one person', () => {
      const telling = (change: Partial<Parameters<Chat['tell']>[0]> = {}) => ({
        channel: stage.channel,
        user: stage.people.own.id,
        threadTs: null,
        text: 'you are not an approver',
        ...change,
      });

      test('is seen by that person alone', async () => {
        await stage.chat.tell(telling());
        expect(await seen()).toMatchObject([{ text: telling().text, threadTs: null, onlyFor: telling().user }]);
      });

      test('is seen in the thread that is named, by that person alone', async () => {
        const { ts } = await stage.chat.post(card());
        await stage.chat.tell(telling({ threadTs: ts }));
        expect((await seen()).at(-1)).toMatchObject({ text: telling().text, threadTs: ts, onlyFor: telling().user });
      });

      test('reaches the person directly where the app is not in the channel', async () => {
        await stage.chat.tell(telling({ channel: stage.closedChannel, text: 'not recorded' }));
        expect(await stage.seenDirectly('own')).toEqual(['not recorded']);
        expect(await stage.seen(stage.closedChannel)).toEqual([]);
      });

      test('is not tried a second time when its answer is lost', async () => {
        await stage.faults.loseAnswer('tell');
        await expect(stage.chat.tell(telling())).rejects.toMatchObject({ code: 'slack_unreachable' });
        expect(await seen()).toHaveLength(1);
      });
    });

    describe('reading a thread', () => {
      test('gives the replies after a time, oldest first, without the card itself', async () => {
        const { ts } = await stage.chat.post(card());
        const first = await stage.say('own', ts, 'APPROVE');
        const second = await stage.say('own', ts, 'HOLD');
        await stage.say('own', null, 'not in the thread');
        const texts = async (after: string) => (await stage.chat.replies(stage.channel, ts, after)).map((reply) => reply.text);
        expect(await texts('0')).toEqual(['APPROVE', 'HOLD']);
        expect(await texts(ts)).toEqual(['APPROVE', 'HOLD']);
        expect(await texts(first)).toEqual(['HOLD']);
        expect(await texts(second)).toEqual([]);
      });

      test('says of each reply what decides whether it counts', async () => {
        const { ts } = await stage.chat.post(card());
        const { own, stranger, bot } = stage.people;
        const plain = { subtype: null, botId: null, edited: false };
        await stage.say('own', ts, 'APPROVE');
        await stage.say('stranger', ts, 'APPROVE');
        await stage.say('bot', ts, 'APPROVE');
        await stage.edit('own', await stage.say('own', ts, 'no'), 'APPROVE');
        await stage.chat.post(card({ threadTs: ts, key: 'note' }));
        const [first, second, third, fourth, fifth] = await stage.chat.replies(stage.channel, ts, ts);
        expect(first).toMatchObject({ ...plain, user: own.id, teamId: own.teamId, text: 'APPROVE' });
        expect(second).toMatchObject({ ...plain, user: stranger.id, teamId: stranger.teamId });
        expect(third).toMatchObject({ user: bot.id, botId: expect.any(String) });
        expect(fourth).toMatchObject({ user: own.id, text: 'APPROVE', edited: true });
        expect(fifth).toMatchObject({ botId: expect.any(String) });
      });

      test('reads every page of a long thread, in order', async () => {
        const { ts } = await stage.chat.post(card());
        const wanted = Array.from({ length: MANY }, (_, index) => `reply ${index}`);
        for (const text of wanted) await stage.say('own', ts, text);
        expect((await stage.chat.replies(stage.channel, ts, ts)).map((reply) => reply.text)).toEqual(wanted);
      });

      test('throws where a page is missing: a part of a thread is no thread', async () => {
        const { ts } = await stage.chat.post(card());
        await stage.say('own', ts, 'HOLD');
        await stage.faults.loseRequest('replies', 10);
        await expect(stage.chat.replies(stage.channel, ts, ts)).rejects.toMatchObject({ code: 'slack_unreachable' });
      });
    });

    describe('people', () => {
      test.each([
        ['own', false],
        ['stranger', false],
        ['bot', true],
      ] as const)('knows the team and the kind of %s', async (speaker, isBot) => {
        const { id, teamId } = stage.people[speaker];
        const person = await stage.chat.person(id);
        expect(person).toMatchObject({ id, teamId, isBot, deleted: false });
        expect(person?.name).not.toBe('');
      });

      test('has null for nobody, and throws where it cannot tell', async () => {
        expect(await stage.chat.person('U0NOBODY99')).toBeNull();
        await stage.faults.loseRequest('person', 10);
        await expect(stage.chat.person(stage.people.own.id)).rejects.toMatchObject({ code: 'slack_unreachable' });
      });

      test('names the members of a group, and throws for one that does not exist', async () => {
        expect((await stage.chat.groupMembers(stage.group.id)).sort()).toEqual([...stage.group.members].sort());
        await expect(stage.chat.groupMembers('S0NOGROUP9')).rejects.toMatchObject({ code: 'slack_refused' });
      });

      test('outlives one lost answer by itself', async () => {
        await stage.faults.loseAnswer('group');
        expect(await stage.chat.groupMembers(stage.group.id)).toHaveLength(stage.group.members.length);
      });
    });
  });
}
