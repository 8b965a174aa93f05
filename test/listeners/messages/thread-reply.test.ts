import { describe, expect, test } from 'vitest';
import { createReadThread } from '../../../listeners/messages/read-thread.ts';
import type { Reply } from '../../../pipeline/ports.ts';
import { DETAILS_TS } from '../../fixtures/a-case.ts';
import { OWN_TEAM } from '../bolt.ts';
import { clickBody, mentionBody, messageBody } from '../payloads.ts';
import type { Seeded, Stage } from '../stage.ts';
import { GUEST, LEAD, ONCALL, openStage, refOf, VISITOR } from '../stage.ts';

const BLOCKED = { wrong: { contradictions: 2 } };
const CRITICAL = { incident: { severity: 'critical' as const } };

const kindsOf = async (stage: Stage, { caseId }: Seeded) => (await stage.entries(caseId)).map(({ body }) => body.kind);
/** What the story itself wrote; everything behind it came from the test. */
const since = async (stage: Stage, seeded: Seeded, before: number) => (await kindsOf(stage, seeded)).slice(before);

describe('a message that decides nothing', () => {
  test.each([
    ['chatter', 'not ok, look at the token first'],
    ['a word inside a sentence', 'do not approve'],
    ['another word for it', 'yes'],
    ['ok', 'ok'],
    ['a quoted word', '> APPROVE'],
    ['a bold word', '*APPROVE*'],
    ['a word in backticks', '`APPROVE`'],
    ['a word with a full stop', 'APPROVE.'],
    ['two words', 'APPROVE now'],
    ['a reason where none is taken', 'REJECT too risky'],
    ['Cyrillic letters that look alike', 'АPPROVE'],
    ['wide letters', 'ＡＰＰＲＯＶＥ'],
    ['letters with nothing between', 'APP\u200bROVE'],
    ['a letter i without its dot', 'FORCE_OVERRıDE'],
    ['an emoji', ':white_check_mark:'],
    ['a mention before it', '<@UGOVERNOR> APPROVE'],
    ['the word as the text of a link', '<https://a.example|APPROVE>'],
    ['nothing', ''],
  ])('%s: %j', async (_what, text) => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const before = (await kindsOf(stage, seeded)).length;
    await stage.deliver(messageBody(LEAD, text, { thread_ts: seeded.cardTs }));
    expect(await since(stage, seeded, before)).toEqual([]);
    expect(stage.told).toEqual([]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['an edit to the word', { subtype: 'message_changed', message: { user: LEAD, text: 'APPROVE', thread_ts: '1' } }],
    ['a message that was edited', { edited: { user: LEAD, ts: '1700000301.000000' } }],
    ['a deletion', { subtype: 'message_deleted', deleted_ts: '1700000301.000000' }],
    ['a bot', { bot_id: 'B0OTHER' }],
    ['a bot’s own kind of message', { subtype: 'bot_message', bot_id: 'B0OTHER' }],
    ['a reply also sent to the channel', { subtype: 'thread_broadcast' }],
    ['a message without an author', { user: undefined }],
    ['the card itself', { thread_ts: undefined }],
    ['a thread of another message', { thread_ts: '1699999999.000100' }],
    ['the same thread time in another channel', { channel: 'C0OTHER' }],
  ])('%s', async (_what, change) => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const before = (await kindsOf(stage, seeded)).length;
    await stage.deliver(messageBody(LEAD, 'APPROVE', { thread_ts: seeded.cardTs, ...change }));
    expect(await since(stage, seeded, before)).toEqual([]);
    expect(stage.told).toEqual([]);
  });

  test('a reaction, because nothing listens to reactions', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const before = (await kindsOf(stage, seeded)).length;
    const body = messageBody(LEAD, 'x');
    const event = {
      type: 'reaction_added',
      user: LEAD,
      reaction: 'white_check_mark',
      item: { type: 'message', channel: 'C0INCIDENTS', ts: seeded.cardTs },
      event_ts: '1',
    };
    await stage.deliver({ ...body, event });
    expect(await since(stage, seeded, before)).toEqual([]);
  });
});

describe('a reply', () => {
  test.each(['APPROVE', 'approve', '  Approve \n'])('%j in the thread of the newest card counts', async (text) => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    await stage.deliver(messageBody(ONCALL, text, { thread_ts: seeded.cardTs }));
    expect((await stage.entries(seeded.caseId)).at(-1)?.body).toMatchObject({
      kind: 'approved',
      by: ONCALL,
      via: 'reply',
      as: 'approve',
    });
    expect(stage.told).toEqual([]);
  });

  test('delivered twice under two event ids counts once', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const body = messageBody(ONCALL, 'HOLD', { thread_ts: seeded.cardTs });
    await stage.deliver(body);
    await stage.deliver(messageBody(LEAD, 'RELEASE', { thread_ts: seeded.cardTs }));
    await stage.deliver({ ...body, event_id: 'Ev-again' });
    expect((await seeded.state()).held).toBe(false);
  });

  test('in the thread of an older card is refused privately, there', async () => {
    const stage = await openStage();
    const seeded = await stage.seed((one) => one.decided().planned().stressed().gated().posted().shown(), BLOCKED);
    await stage.deliver(messageBody(LEAD, 'APPROVE', { thread_ts: seeded.cardTs }));
    expect((await stage.entries(seeded.caseId)).at(-1)?.body).toMatchObject({ kind: 'refused', refusal: 'superseded' });
    expect(stage.told).toEqual([
      expect.objectContaining({ user: LEAD, threadTs: seeded.cardTs, text: expect.stringMatching(/newer card/) }),
    ]);
  });

  test('written before Slack had confirmed the decision does not count, by Slack’s own clock', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const before = (await kindsOf(stage, seeded)).length;
    for (const ts of ['1700000099.999999', DETAILS_TS])
      await stage.deliver(messageBody(LEAD, 'APPROVE', { thread_ts: seeded.cardTs, ts }));
    expect(await since(stage, seeded, before)).toEqual([]);
    expect(stage.told.map(({ text }) => /before the card showed/.test(text))).toEqual([true, true]);
  });

  test('whose message names another team does not count, whatever the account says', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    await stage.deliver(messageBody(LEAD, 'APPROVE', { thread_ts: seeded.cardTs, team: 'T0OTHER' }));
    await stage.deliver(messageBody(LEAD, 'APPROVE', { thread_ts: seeded.cardTs, user_team: 'T0OTHER' }));
    expect(await kindsOf(stage, seeded)).not.toContain('approved');
  });

  test('with a secret in its reason is kept without it, and with Slack’s escapes undone', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, CRITICAL);
    await stage.deliver(messageBody(LEAD, 'FORCE_OVERRIDE lag &lt; 5s, password=hunter2hunter2', { thread_ts: seeded.cardTs }));
    const body = (await stage.entries(seeded.caseId)).at(-1)?.body;
    expect(body).toMatchObject({ kind: 'approved', as: 'override', reason: expect.stringContaining('lag < 5s') });
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  test('that cannot be written is told to its author in the thread and goes to the error door', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    stage.gate.before = () => Promise.reject(new Error('the disk is full'));
    const { faults } = await stage.deliver(messageBody(ONCALL, 'HOLD', { thread_ts: seeded.cardTs }));
    expect(faults).toHaveLength(1);
    expect(stage.told).toEqual([
      expect.objectContaining({ user: ONCALL, threadTs: seeded.cardTs, text: expect.stringMatching(/Not recorded/) }),
    ]);
  });

  test('to a card that another process posted finds its case', async () => {
    const stage = await openStage();
    const other = await openStage({
      log: { ...stage.parts.log, onAppend: () => () => undefined },
      cases: stage.parts.cases,
      decisions: stage.parts.decisions,
    });
    const seeded = await stage.seed(undefined, BLOCKED);
    await other.deliver(messageBody(ONCALL, 'APPROVE', { thread_ts: seeded.cardTs }));
    expect(await kindsOf(stage, seeded)).toContain('approved');
  });

  test('in a closed case’s thread is answered, also by a process that never saw it open', async () => {
    const stage = await openStage();
    const seeded = await stage.seed((one) => one.decided().by('rejected'), BLOCKED);
    const other = await openStage({
      log: { ...stage.parts.log, onAppend: () => () => undefined },
      cases: stage.parts.cases,
      decisions: stage.parts.decisions,
    });
    await other.deliver(messageBody(ONCALL, 'APPROVE', { thread_ts: seeded.cardTs }));
    expect(other.told[0]?.text).toMatch(/the case is closed/);
  });

  test('by mention decides nothing', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const before = (await kindsOf(stage, seeded)).length;
    await stage.deliver(mentionBody(LEAD, '<@UGOVERNOR> APPROVE', { thread_ts: seeded.cardTs }));
    await stage.deliver(mentionBody(LEAD, `<@UGOVERNOR> approve ${seeded.caseId}`, { thread_ts: seeded.cardTs }));
    expect(await since(stage, seeded, before)).toEqual([]);
  });
});

describe('a thread read again after Slack was away', () => {
  const reply = (user: string, text: string, at: number, change: Partial<Reply> = {}): Reply => ({
    ts: `17000002${String(at).padStart(2, '0')}.000100`,
    user,
    text,
    teamId: OWN_TEAM,
    botId: null,
    subtype: null,
    edited: false,
    ...change,
  });

  test('gives every missed word its turn, oldest first', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    stage.replies.push(
      reply(ONCALL, 'APPROVE', 1),
      reply(VISITOR, 'HOLD', 2),
      reply(LEAD, 'RELEASE', 3),
      reply(LEAD, 'hello', 4),
      reply(VISITOR, 'HOLD', 5),
    );
    const before = (await kindsOf(stage, seeded)).length;
    await createReadThread(stage.parts)(await seeded.state());
    expect(await since(stage, seeded, before)).toEqual(['approved', 'held', 'released', 'held']);
    expect((await seeded.state()).status).toBe('held');
  });

  test('is asked for from the first reply behind the decision on', async () => {
    const asked: unknown[] = [];
    const stage = await openStage({
      chat: {
        tell: async () => undefined,
        replies: async (...query) => {
          asked.push(query);
          return [];
        },
      },
    });
    const seeded = await stage.seed(undefined, BLOCKED);
    await createReadThread(stage.parts)(await seeded.state());
    expect(asked).toEqual([['C0INCIDENTS', seeded.cardTs, DETAILS_TS]]);
  });

  test('reads nothing into words it has seen already', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    const live = messageBody(VISITOR, 'HOLD', { thread_ts: seeded.cardTs });
    await stage.deliver(live);
    await stage.deliver(messageBody(LEAD, 'RELEASE', { thread_ts: seeded.cardTs }));
    stage.replies.push(reply(VISITOR, 'HOLD', 0, { ts: String(live.event.ts) }));
    const before = await kindsOf(stage, seeded);
    await createReadThread(stage.parts)(await seeded.state());
    expect(await kindsOf(stage, seeded)).toEqual(before);
  });

  test.each<[string, string, string, Parameters<Stage['seed']>[1]]>([
    ['APPROVE on a critical case', LEAD, 'APPROVE', CRITICAL],
    ['APPROVE where none was needed', ONCALL, 'APPROVE', {}],
    ['RELEASE before anything was held', LEAD, 'RELEASE', BLOCKED],
    ['APPROVE by somebody without the right', VISITOR, 'APPROVE', BLOCKED],
  ])(
    'a refusal stays a refusal at every reading (the seed executed on the second look): %s',
    async (_what, user, text, story) => {
      const stage = await openStage();
      const seeded = await stage.seed(undefined, story);
      stage.replies.push(reply(user, text, 1));
      const before = (await kindsOf(stage, seeded)).length;
      await createReadThread(stage.parts)(await seeded.state());
      await stage.deliver(clickBody({ user: VISITOR, actionId: 'hold', value: await refOf(seeded) }));
      for (let reading = 0; reading < 3; reading += 1) await createReadThread(stage.parts)(await seeded.state());
      expect(await since(stage, seeded, before)).toEqual(['refused', 'held']);
      expect(stage.told).toHaveLength(1);
    },
  );

  test('a later word is read although an earlier one was refused (the seed stopped at the first)', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, CRITICAL);
    stage.replies.push(reply(LEAD, 'APPROVE', 1), reply(LEAD, 'FORCE_OVERRIDE the replica is healthy', 2));
    const before = (await kindsOf(stage, seeded)).length;
    await createReadThread(stage.parts)(await seeded.state());
    expect(await since(stage, seeded, before)).toEqual(['refused', 'approved']);
  });

  test.each<[string, Partial<Reply>]>([
    ['an edited reply', { edited: true }],
    ['a bot’s reply', { botId: 'B0OTHER' }],
    ['a broadcast', { subtype: 'thread_broadcast' }],
    ['a stranger’s reply', { teamId: 'T0OTHER' }],
    ['a reply without an author', { user: null }],
  ])('%s decides nothing and is not told at each reading', async (_what, change) => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    stage.replies.push(reply(LEAD, 'APPROVE', 1, change));
    const before = (await kindsOf(stage, seeded)).length;
    for (let reading = 0; reading < 2; reading += 1) await createReadThread(stage.parts)(await seeded.state());
    expect(await since(stage, seeded, before)).toEqual([]);
    expect(stage.told).toEqual([]);
  });

  test('a stranger from a connected workspace is told once, however often the thread is read', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    stage.replies.push(reply(GUEST, 'APPROVE', 1));
    for (let reading = 0; reading < 3; reading += 1) await createReadThread(stage.parts)(await seeded.state());
    expect(stage.told).toHaveLength(1);
    expect(await kindsOf(stage, seeded)).not.toContain('approved');
  });

  test('a thread that cannot be read is a fault, so that its case stays unread', async () => {
    const stage = await openStage({
      chat: { tell: async () => undefined, replies: () => Promise.reject(new Error('slack is away')) },
    });
    const seeded = await stage.seed(undefined, BLOCKED);
    await expect(createReadThread(stage.parts)(await seeded.state())).rejects.toThrow('slack is away');
  });

  test('a word that cannot be written ends the reading with a fault, and the next reading takes it', async () => {
    const stage = await openStage();
    const seeded = await stage.seed(undefined, BLOCKED);
    stage.replies.push(reply(VISITOR, 'HOLD', 1));
    stage.gate.before = () => Promise.reject(new Error('the disk is full'));
    await expect(createReadThread(stage.parts)(await seeded.state())).rejects.toThrow('disk');
    stage.gate.before = async () => undefined;
    await createReadThread(stage.parts)(await seeded.state());
    expect((await seeded.state()).held).toBe(true);
  });
});
