import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Fields, type Hosted, hostSandbox } from './host.ts';

let hosted: Hosted;
beforeEach(async () => {
  hosted = await hostSandbox();
});
afterEach(() => hosted.close());

const bot = (): string => hosted.sandbox.environment().SLACK_BOT_TOKEN;
const withToken = async (method: string, token: string | undefined): Promise<unknown> => {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await hosted.call('POST', `/api/${method}`, {}, headers)).body.error;
};
const modal = (fields: object = {}) => ({ type: 'modal', title: { type: 'plain_text', text: 'M' }, blocks: [], ...fields });

test('a token must be there, known and of the right kind', async () => {
  const appToken = hosted.sandbox.environment().SLACK_APP_TOKEN;
  expect(await withToken('auth.test', undefined)).toBe('not_authed');
  expect(await withToken('auth.test', 'xoxb-guessed')).toBe('invalid_auth');
  expect(await withToken('auth.test', appToken)).toBe('not_allowed_token_type');
  expect(await withToken('apps.connections.open', bot())).toBe('not_allowed_token_type');
  expect(await withToken('chat.whisper', bot())).toBe('unknown_method');
});

test('a form with JSON inside and a token in the body are understood', async () => {
  const blocks = JSON.stringify([{ type: 'divider' }]);
  const body = new URLSearchParams({ token: bot(), channel: 'C0INCIDENTS', text: 'a', blocks });
  const response = await fetch(`${hosted.url}/api/chat.postMessage`, { method: 'POST', body });
  expect(await response.json()).toMatchObject({
    ok: true,
    message: { blocks: [{ type: 'divider', block_id: expect.any(String) }] },
  });
  expect(response.headers.get('x-oauth-scopes')).toContain('chat:write');
  const [call] = await hosted.list('calls');
  expect(call).toMatchObject({ method: 'chat.postMessage', body: { channel: 'C0INCIDENTS', blocks: [{ type: 'divider' }] } });
  expect(JSON.stringify(call)).not.toContain(bot());
});

test('a method whose scope the manifest does not ask for says what is missing', async () => {
  const answer = await hosted.api('conversations.info', { channel: 'C0INCIDENTS' });
  expect(answer).toMatchObject({
    ok: false,
    error: 'missing_scope',
    needed: expect.stringContaining('channels:read'),
    provided: expect.stringContaining('chat:write'),
  });
  expect((await hosted.api('reactions.add', { channel: 'C0INCIDENTS', timestamp: '1', name: 'eyes' })).error).toBe(
    'missing_scope',
  );
});

test.each<[string, string, object, string]>([
  ['an unknown channel', 'chat.postMessage', { channel: 'nowhere', text: 'a' }, 'channel_not_found'],
  ['a channel the bot is not in', 'chat.postMessage', { channel: 'general', text: 'a' }, 'not_in_channel'],
  ['a message without content', 'chat.postMessage', { channel: 'incidents' }, 'no_text'],
  ['blocks that are no JSON', 'chat.postMessage', { channel: 'incidents', text: 'a', blocks: '[{' }, 'invalid_blocks_format'],
  ['invalid blocks', 'chat.postMessage', { channel: 'incidents', text: 'a', blocks: [{ type: 'banner' }] }, 'invalid_blocks'],
  [
    'blocks with too much text',
    'chat.postMessage',
    {
      channel: 'incidents',
      blocks: Array.from({ length: 5 }, () => ({ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(2999) } })),
    },
    'msg_blocks_too_long',
  ],
  [
    'metadata of another shape',
    'chat.postMessage',
    { channel: 'incidents', text: 'a', metadata: { kind: 'x' } },
    'invalid_metadata_format',
  ],
  [
    'a thread that is not there',
    'chat.postMessage',
    { channel: 'incidents', text: 'a', thread_ts: '1.000001' },
    'thread_not_found',
  ],
  ['no arguments at all', 'chat.postMessage', {}, 'invalid_arguments'],
  [
    '101 attachments',
    'chat.postMessage',
    { channel: 'incidents', attachments: Array.from({ length: 101 }, () => ({})) },
    'too_many_attachments',
  ],
  [
    'markdown_text beside text',
    'chat.postMessage',
    { channel: 'incidents', text: 'a', markdown_text: 'b' },
    'markdown_text_conflict',
  ],
  ['an update of nothing', 'chat.update', { channel: 'incidents', ts: '1.000001', text: 'a' }, 'message_not_found'],
  [
    'an ephemeral message for nobody',
    'chat.postEphemeral',
    { channel: 'incidents', user: 'U0NOBODY', text: 'a' },
    'user_not_found',
  ],
  [
    'an ephemeral message of 40,001 characters',
    'chat.postEphemeral',
    { channel: 'incidents', user: 'U0000LEAD', text: 'x'.repeat(40_001) },
    'msg_too_long',
  ],
  ['replies of an unknown thread', 'conversations.replies', { channel: 'incidents', ts: '1.000001' }, 'thread_not_found'],
  ['history of a channel the bot is not in', 'conversations.history', { channel: 'general' }, 'not_in_channel'],
  ['a cursor of somebody else', 'users.list', { cursor: 'abc' }, 'invalid_cursor'],
  ['an unknown user', 'users.info', { user: 'U0NOBODY' }, 'user_not_found'],
  ['an unknown group', 'usergroups.users.list', { usergroup: 'S0' }, 'no_such_subteam'],
  ['an invalid view', 'views.publish', { user_id: 'U0000LEAD', view: { type: 'home' } }, 'invalid_arguments'],
  ['an update of an unknown view', 'views.update', { view_id: 'V0', view: modal() }, 'not_found'],
])('%s is refused by %s', async (_claim, method, args, error) => {
  expect((await hosted.api(method, args)).error).toBe(error);
});

test('refused blocks are told with their places, as text and to blocks.validate as objects', async () => {
  const blocks = [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }];
  const text = 'must be less than 151 characters [json-pointer:/blocks/0/text/text]';
  expect(await hosted.api('chat.postMessage', { channel: 'incidents', blocks })).toMatchObject({
    errors: [text],
    response_metadata: { messages: [`[ERROR] ${text}`] },
  });
  expect((await hosted.call('POST', '/api/blocks.validate', { blocks })).body).toMatchObject({
    ok: false,
    errors: [
      {
        code: 'too_long',
        message: 'must be less than 151 characters',
        field: 'text',
        pointer: '/blocks/0/text/text',
        constraint: 150,
      },
    ],
  });
});

test('a post is cut at 40,000 characters and an update refused above 4,000', async () => {
  const posted = await hosted.api('chat.postMessage', { channel: 'incidents', text: 'x'.repeat(40_001) });
  expect(Reflect.get(Object(posted.message), 'text')).toHaveLength(40_000);
  expect((await hosted.api('chat.update', { channel: 'incidents', ts: posted.ts, text: 'x'.repeat(4001) })).error).toBe(
    'msg_too_long',
  );
});

test('an update keeps what it leaves out, and only the bot may change its own posts', async () => {
  const posted = await hosted.api('chat.postMessage', { channel: 'incidents', text: 'a', blocks: [{ type: 'divider' }] });
  await hosted.api('chat.update', { channel: 'C0INCIDENTS', ts: posted.ts, text: 'b' });
  expect(await hosted.messages()).toMatchObject([{ text: 'b', edited: true, blocks: [{ type: 'divider' }] }]);
  const other = await hosted.act('message', { user: 'lead', text: 'mine' });
  expect((await hosted.api('chat.update', { channel: 'incidents', ts: other.ts, text: 'b' })).error).toBe('cant_update_message');
  expect((await hosted.api('chat.delete', { channel: 'incidents', ts: other.ts })).error).toBe('cant_delete_message');
  expect(await hosted.api('chat.delete', { channel: 'incidents', ts: posted.ts })).toMatchObject({ ok: true });
});

test('a post to a person opens the direct conversation', async () => {
  const posted = await hosted.api('chat.postMessage', { channel: 'U00ONCALL', text: 'a word' });
  expect(posted.channel).toBe('D00ONCALL');
  expect(await hosted.messages('channel=@oncall')).toMatchObject([{ text: 'a word', channel_id: 'D00ONCALL' }]);
});

test('threads are read in pages, the parent first, metadata only when asked for', async () => {
  const root = await hosted.api('chat.postMessage', {
    channel: 'incidents',
    text: '0',
    metadata: { event_type: 'e', event_payload: {} },
  });
  for (const text of ['1', '2', '3']) await hosted.act('reply', { user: 'oncall', thread_ts: root.ts, text });
  const texts: unknown[] = [];
  let cursor = '';
  do {
    const answer: Fields = await hosted.api('conversations.replies', { channel: 'incidents', ts: root.ts, limit: 2, cursor });
    const messages = Array.isArray(answer.messages) ? answer.messages : [];
    texts.push(messages.map(({ text }) => text));
    expect(messages.some(({ metadata }) => metadata !== undefined)).toBe(false);
    cursor = String(Reflect.get(Object(answer.response_metadata), 'next_cursor'));
  } while (cursor !== '');
  expect(texts).toEqual([
    ['0', '1'],
    ['2', '3'],
  ]);
});

test('history is newest first without replies, and keeps to its range', async () => {
  const first = await hosted.act('message', { user: 'oncall', text: 'first' });
  await hosted.act('reply', { user: 'oncall', thread_ts: first.ts, text: 'reply' });
  const second = await hosted.act('message', { user: 'oncall', text: 'second' });
  const textsOf = async (args: object): Promise<unknown> => {
    const { messages } = await hosted.api('conversations.history', { channel: 'incidents', ...args });
    return Array.isArray(messages) ? messages.map(({ text }) => text) : [];
  };
  expect(await textsOf({})).toEqual(['second', 'first']);
  expect(await textsOf({ oldest: first.ts })).toEqual(['second']);
  expect(await textsOf({ latest: second.ts, inclusive: true })).toEqual(['second', 'first']);
});

test('people, bots, strangers and groups are told apart', async () => {
  expect(await hosted.api('users.info', { user: 'U0000GUEST' })).toMatchObject({
    user: { team_id: 'T0STRANGER', is_stranger: true, is_bot: false },
  });
  expect(await hosted.api('users.info', { user: 'U0DEPLOYB' })).toMatchObject({ user: { is_bot: true, deleted: false } });
  expect(await hosted.api('usergroups.users.list', { usergroup: 'S0000SRES' })).toMatchObject({
    users: ['U00ONCALL', 'U0000LEAD'],
  });
  expect(await hosted.api('usergroups.list', { include_users: true })).toMatchObject({
    usergroups: [{ id: 'S0000SRES', handle: 'sre', users: ['U00ONCALL', 'U0000LEAD'] }],
  });
  const { members } = await hosted.api('users.list');
  expect(Array.isArray(members) && members.map(({ name }) => name)).toEqual([
    'oncall',
    'lead',
    'visitor',
    'deploybot',
    'governor',
  ]);
});

test('a response URL is good for five answers', async () => {
  const posted: Promise<Fields>[] = [];
  const url = await responseUrlOf();
  for (let use = 0; use < 6; use += 1) posted.push(hosted.call('POST', url, { text: `${use}` }).then(({ body }) => body));
  const answers = await Promise.all(posted);
  expect(answers.filter(({ ok }) => ok === true)).toHaveLength(5);
  expect(answers.find(({ ok }) => ok === false)).toMatchObject({ error: 'used_url' });
  expect((await hosted.call('POST', '/response/T0SANDBOX/made-up', { text: 'a' })).status).toBe(404);
});

/** The path of the URL that a command carries, as a bare Socket Mode line receives it. */
async function responseUrlOf(): Promise<string> {
  const appToken = hosted.sandbox.environment().SLACK_APP_TOKEN;
  const opened = await hosted.call('POST', '/api/apps.connections.open', {}, { authorization: `Bearer ${appToken}` });
  const line = new WebSocket(String(opened.body.url));
  const url = new Promise<string>((resolve) => {
    line.onmessage = ({ data }) => {
      const { type, payload, envelope_id } = JSON.parse(String(data));
      if (type !== 'slash_commands') return;
      line.send(JSON.stringify({ envelope_id }));
      resolve(new URL(payload.response_url).pathname);
    };
    line.onopen = () => setTimeout(() => void hosted.act('command', { user: 'oncall', text: '/incident a' }), 50);
  });
  const path = await url;
  line.close();
  return path;
}
