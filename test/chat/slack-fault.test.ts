import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHttpConnection } from '../../src/chat/connection.ts';
import { createSlackChat } from '../../src/chat/slack-chat.ts';
import { createSlackClient } from '../../src/chat/slack-client.ts';
import { recordingLog } from '../outward/silent-log.ts';
import { json, openStub, type Respond, raw, reset, type StubServer, silence } from '../outward/stub-server.ts';

const TOKEN = 'xoxb-0000-token-of-a-test';
const clock = { now: Date.now };
const refused = (error: string, more: object = {}): Respond => json(200, { ok: false, error, ...more });
const post = {
  channel: 'C0INCIDENTS',
  threadTs: null,
  text: 'a card with <@U1>',
  blocks: [{ type: 'divider' }],
  caseId: 'inc-1',
  revision: 2,
  key: 'card',
  lookFirst: false,
  sinceMs: 0,
};

let stub: StubServer;
beforeEach(async () => {
  stub = await openStub();
});
afterEach(() => stub.close());

function chat() {
  const { log, lines } = recordingLog();
  const client = createSlackClient({ token: TOKEN, apiUrl: `${stub.url}/api/`, log, timeoutMs: 300 });
  const connection = createHttpConnection({ clock }).state;
  return { lines, chat: createSlackChat({ client, botUserId: () => 'U0GOVERNOR', connection, clock, log }) };
}

describe('what Slack says about a post', () => {
  test.each<[string, Respond, object]>([
    ['a page that is no JSON', raw(200, '<html>maintenance</html>'), { code: 'slack_unreachable', slackError: null }],
    ['a server fault', raw(503, 'unavailable'), { code: 'slack_unreachable' }],
    ['a cut connection', reset, { code: 'slack_unreachable' }],
    ['silence', silence, { code: 'slack_unreachable' }],
    ['a redirect', raw(302, '', { location: 'https://example.com' }), { code: 'slack_unreachable' }],
    ['a yes without the time of the post', json(200, { ok: true, channel: 'C0INCIDENTS' }), { code: 'slack_unreachable' }],
    ['an error after which part may have been done', refused('internal_error'), { code: 'slack_unreachable' }],
    ['an error that stands for the same', refused('fatal_error'), { code: 'slack_unreachable' }],
    ['a limit', raw(429, '', { 'retry-after': '7' }), { code: 'rate_limited', retryAfterMs: 7_000 }],
    ['a limit of no seconds', raw(429, '', { 'retry-after': '0' }), { code: 'rate_limited', retryAfterMs: 1_000 }],
    ['a limit in words', refused('ratelimited'), { code: 'rate_limited', retryAfterMs: 1_000 }],
    ['a closed channel', refused('not_in_channel'), { code: 'channel_closed', slackError: 'not_in_channel' }],
    ['an archived channel', refused('is_archived'), { code: 'channel_closed', slackError: 'is_archived' }],
    ['refused blocks', refused('invalid_blocks'), { code: 'invalid_blocks' }],
    ['too many blocks', refused('msg_blocks_too_long'), { code: 'invalid_blocks', slackError: 'msg_blocks_too_long' }],
    ['a thread that is gone', refused('thread_not_found'), { code: 'message_gone' }],
    ['a token that no longer holds', refused('token_revoked'), { code: 'slack_refused', slackError: 'token_revoked' }],
    ['an error that is new to us', refused('something_of_2031'), { code: 'slack_refused', slackError: 'something_of_2031' }],
  ])('%s is told by its code, and the post was sent once', async (_claim, respond, fault) => {
    stub.respond(respond);
    await expect(chat().chat.post(post)).rejects.toMatchObject(fault);
    expect(stub.seen).toHaveLength(1);
  });

  test('what is wrong with the blocks is in the words of the fault', async () => {
    stub.respond(refused('invalid_blocks', { response_metadata: { messages: ['[ERROR] must be less than 151 characters'] } }));
    await expect(chat().chat.post(post)).rejects.toMatchObject({ message: expect.stringContaining('less than 151') });
  });

  test('no fault and no line of the log holds the token or the text of the post', async () => {
    stub.respond(reset);
    const { chat: slack, lines } = chat();
    const fault: unknown = await slack.post(post).catch((caught: unknown) => caught);
    const written = `${JSON.stringify(lines)} ${String(fault)} ${JSON.stringify(fault)}`;
    expect(lines.length).toBeGreaterThan(0);
    expect(written).not.toContain(TOKEN);
    expect(written).not.toContain('a card with');
  });
});

test('a post carries its text, its mark, its thread, and never an unfolded address', async () => {
  stub.respond(json(200, { ok: true, channel: 'C0INCIDENTS', ts: '1700000000.000100' }));
  expect(await chat().chat.post({ ...post, threadTs: '1700000000.000001' })).toEqual({
    channel: 'C0INCIDENTS',
    ts: '1700000000.000100',
  });
  const sent = new URLSearchParams(stub.seen[0]?.body);
  expect(Object.fromEntries(sent)).toEqual({
    channel: 'C0INCIDENTS',
    thread_ts: '1700000000.000001',
    text: post.text,
    blocks: '[{"type":"divider"}]',
    metadata: '{"event_type":"governor_card","event_payload":{"case_id":"inc-1","revision":2,"key":"card"}}',
    unfurl_links: 'false',
    unfurl_media: 'false',
  });
});

describe('looking for an earlier post', () => {
  const mark = { event_type: 'governor_card', event_payload: { case_id: 'inc-1', revision: 2, key: 'card' } };
  const ours = { type: 'message', user: 'U0GOVERNOR', bot_id: 'B0', ts: '1700000000.000200', text: '', metadata: mark };
  const posted = json(200, { ok: true, channel: 'C0INCIDENTS', ts: '1700000009.000900' });
  const answering =
    (messages: object[]): Respond =>
    (res, seen) =>
      (seen.path.endsWith('conversations.history') ? json(200, { ok: true, messages, has_more: false }) : posted)(res, seen);

  test.each([
    ['our own message with the mark is it', ours, '1700000000.000200'],
    ['the mark on the message of another app is a forgery', { ...ours, user: 'U0DEPLOYB' }, '1700000009.000900'],
    [
      'a mark of another kind is another app’s business',
      { ...ours, metadata: { ...mark, event_type: 'deploy' } },
      '1700000009.000900',
    ],
    ['a message without a mark is not it', { ...ours, metadata: undefined }, '1700000009.000900'],
    ['a malformed mark is none', { ...ours, metadata: { ...mark, event_payload: [] } }, '1700000009.000900'],
  ])('%s', async (_claim, message, ts) => {
    stub.respond(answering([message]));
    expect(await chat().chat.post({ ...post, lookFirst: true, sinceMs: 1_700_000_000_000 })).toEqual({
      channel: 'C0INCIDENTS',
      ts,
    });
  });

  test('looks from a minute before the first try, at metadata too', async () => {
    stub.respond(answering([ours]));
    await chat().chat.post({ ...post, lookFirst: true, sinceMs: 1_700_000_000_000 });
    const asked = Object.fromEntries(new URLSearchParams(stub.seen[0]?.body));
    expect(asked).toMatchObject({ channel: 'C0INCIDENTS', oldest: '1699999940.000000', include_all_metadata: 'true' });
  });

  test('a channel without an end is never taken as searched, and nothing is posted', async () => {
    const endless = json(200, { ok: true, messages: [], response_metadata: { next_cursor: 'more' } });
    stub.respond((res, seen) => (seen.path.endsWith('conversations.history') ? endless : posted)(res, seen));
    await expect(chat().chat.post({ ...post, lookFirst: true })).rejects.toMatchObject({ code: 'search_unfinished' });
    expect(stub.seen.filter(({ path }) => path.endsWith('chat.postMessage'))).toEqual([]);
    expect(stub.seen.length).toBeLessThanOrEqual(50);
  });
});

describe('a channel that is configured by its name', () => {
  const channels = [
    { id: 'C0GENERAL0', name: 'general' },
    { id: 'C0INCIDENTS', name: 'incidents' },
  ];
  const workspace =
    (list: Respond): Respond =>
    (res, seen) => {
      if (seen.path.endsWith('conversations.list')) return list(res, seen);
      if (seen.path.endsWith('conversations.history')) return json(200, { ok: true, messages: [] })(res, seen);
      return json(200, { ok: true, channel: 'C0INCIDENTS', ts: '1700000000.000100' })(res, seen);
    };
  const historyChannels = () =>
    stub.seen
      .filter(({ path }) => path.endsWith('conversations.history'))
      .map(({ body }) => new URLSearchParams(body).get('channel'));

  test.each(['incidents', '#incidents', '#Incidents'])('is searched by the id that `%s` has, asked once', async (channel) => {
    stub.respond(workspace(json(200, { ok: true, channels })));
    const { chat: slack } = chat();
    await slack.post({ ...post, channel, lookFirst: true });
    await slack.post({ ...post, channel, key: 'other', lookFirst: true });
    expect(historyChannels()).toEqual(['C0INCIDENTS', 'C0INCIDENTS']);
    expect(stub.seen.filter(({ path }) => path.endsWith('conversations.list'))).toHaveLength(1);
  });

  test('is known from an earlier post without asking', async () => {
    stub.respond(workspace(json(200, { ok: true, channels: [] })));
    const { chat: slack } = chat();
    await slack.post({ ...post, channel: 'incidents' });
    await slack.post({ ...post, channel: 'incidents', lookFirst: true });
    expect(historyChannels()).toEqual(['C0INCIDENTS']);
  });

  test('is tried by its name where channels may not be listed, and the log says what to grant', async () => {
    stub.respond(workspace(refused('missing_scope')));
    const { chat: slack, lines } = chat();
    await slack.post({ ...post, channel: 'incidents', lookFirst: true });
    expect(historyChannels()).toEqual(['incidents']);
    expect(lines.map(({ message }) => message).join()).toContain('channels:read');
  });
});

describe('who somebody is', () => {
  const user = {
    id: 'U1',
    team_id: 'T1',
    name: 'noor',
    deleted: false,
    is_bot: false,
    profile: { display_name: '', real_name: 'Noor Haddad' },
  };
  const askFor = (answer: object) => {
    stub.respond(json(200, { ok: true, user: { ...user, ...answer } }));
    return chat().chat.person('U1');
  };

  test.each([
    ['a person', {}, { id: 'U1', teamId: 'T1', isBot: false, deleted: false, name: 'Noor Haddad' }],
    ['somebody who left', { deleted: true }, { deleted: true }],
    ['a bot', { is_bot: true }, { isBot: true }],
    ['a workflow', { is_workflow_bot: true }, { isBot: true }],
    ['Slack’s own bot, which does not say so', { id: 'USLACKBOT' }, { isBot: true }],
    ['a stranger', { team_id: 'T2', is_stranger: true }, { teamId: 'T2' }],
    ['somebody without a team, who is of none', { team_id: undefined }, { teamId: '' }],
  ])('%s', async (_claim, answer, person) => {
    expect(await askFor(answer)).toMatchObject(person);
  });

  test.each(['user_not_found', 'user_not_visible'])('`%s` is nobody', async (error) => {
    stub.respond(refused(error));
    expect(await chat().chat.person('U1')).toBeNull();
  });
});
