import { expect, test } from 'vitest';
import { initialChoices } from '../../../src/sandbox/page/client/blocks/initial.ts';
import {
  channelMessages,
  dropMessage,
  putMessage,
  setMessages,
  threadMessages,
} from '../../../src/sandbox/page/client/state/messages.ts';
import { FIRST_STATE, type State } from '../../../src/sandbox/page/client/state/state.ts';
import { createStore } from '../../../src/sandbox/page/client/state/store.ts';
import { typedText } from '../../../src/sandbox/page/client/text/typed-text.ts';
import { suggest } from '../../../src/sandbox/page/client/ui/suggestions.ts';
import { type Message, readMessage, readService, readTraffic, readView } from '../../../src/sandbox/page/client/wire/model.ts';
import { readWorkspace } from '../../../src/sandbox/page/client/wire/workspace.ts';

function message(ts: string, rest: Record<string, unknown> = {}): Message {
  const read = readMessage({ ts, channel: 'incidents', user: 'lead', text: ts, ...rest });
  if (read === undefined) throw new Error('the message of the test is none');
  return read;
}
const after = (...changes: ((state: State) => State)[]): State => changes.reduce((state, change) => change(state), FIRST_STATE);
const texts = (messages: Message[]): string[] => messages.map(({ text }) => text);

test('messages stand in order of their time, however they came', () => {
  const state = after(putMessage(message('20.1'), true), putMessage(message('3.1'), true), putMessage(message('100.1'), true));
  expect(texts(channelMessages(state, 'incidents'))).toEqual(['3.1', '20.1', '100.1']);
});

test('replies stand in their thread and not in the channel', () => {
  const state = after(
    setMessages('incidents', [message('1.0'), message('2.0', { thread_ts: '1.0' }), message('3.0', { thread_ts: '9.0' })]),
  );
  expect(texts(channelMessages(state, 'incidents'))).toEqual(['1.0']);
  expect(texts(threadMessages(state, 'incidents', '1.0'))).toEqual(['1.0', '2.0']);
});

test.each([
  ['a reply sent to the channel too', { thread_ts: '1.0', subtype: 'thread_broadcast' }, 1],
  ['a thread parent that names itself', { thread_ts: '5.0' }, 1],
])('%s stands in the channel', (_claim, rest, count) => {
  expect(channelMessages(after(putMessage(message('5.0', rest), true)), 'incidents')).toHaveLength(count);
});

test('an ephemeral message of somebody else never enters the state', () => {
  const state = after(
    putMessage(message('1.0', { ephemeral_to: 'lead' }), true),
    setMessages('deploys', [message('2.0', { ephemeral_to: 'lead' })]),
  );
  expect(JSON.stringify(state)).not.toContain('1.0');
  expect(JSON.stringify(state)).not.toContain('2.0');
});

test.each([
  ['a new one elsewhere', { channel: 'deploys' }, true, 1],
  ['a changed one elsewhere', { channel: 'deploys' }, false, undefined],
  ['my own elsewhere', { channel: 'deploys', user: 'oncall' }, true, undefined],
  ['one on screen', {}, true, undefined],
])('%s counts as unread: %s', (_claim, rest, isNew, count) => {
  const { unread } = after(putMessage(message('1.0', rest), isNew));
  expect(Object.values(unread)[0]).toBe(count);
});

test('the same new message heard twice is counted once', () => {
  const twice = message('1.0', { channel: 'deploys' });
  expect(after(putMessage(twice, true), putMessage(twice, true)).unread).toEqual({ deploys: 1 });
});

test('a deleted message is gone', () => {
  expect(
    channelMessages(after(putMessage(message('1.0'), true), dropMessage({ channel: 'incidents', ts: '1.0' })), 'incidents'),
  ).toEqual([]);
});

test('listeners hear once of many changes, and see the last', async () => {
  const store = createStore();
  const seen: string[] = [];
  store.subscribe(() => seen.push(store.read().actAs));
  for (const actAs of ['a', 'b', 'c']) store.change((state) => ({ ...state, actAs }));
  await expect.poll(() => seen).toEqual(['c']);
});

test.each<[Record<string, unknown>, string]>([
  [{ ts: '1.0', channel: 'incidents' }, 'no author'],
  [{ ts: 1, channel: 'incidents', user: 'lead' }, 'a time that is no text'],
  [{}, 'nothing'],
])('what is no message is refused: %o has %s', (value, _why) => {
  expect(readMessage(value)).toBeUndefined();
});

test('a view, a service and a call are read with what they have', () => {
  expect(readView({ id: 'V1', type: 'modal', title: { type: 'plain_text', text: 'T' }, submit: null })).toMatchObject({
    title: 'T',
    submit: undefined,
    blocks: [],
  });
  expect(readService({ service: 'a', error_rate: 0.2, recent_error_rates: [0.1, 'x'] })).toMatchObject({
    recent: [0.1, 0.2],
    status: 'healthy',
  });
  expect(readService({ service: 'a', error_rate: null, recent_error_rates: [0.1, null] })).toMatchObject({
    errorRate: null,
    recent: [0.1],
  });
  expect(readService({ service: 'a', recent_error_rates: [0.1] })).toBeUndefined();
  expect(
    readTraffic('call', { at: '2026-01-01T00:00:00Z', method: 'chat.update', ok: false, error: 'message_not_found' }),
  ).toMatchObject({ ok: false, note: 'message_not_found', at: 1_767_225_600_000 });
});

test('initial settings are choices already made, a field each', () => {
  const option = { text: { type: 'plain_text', text: 'High' }, value: 'high' };
  const choices = initialChoices([
    { type: 'input', block_id: 'a', element: { type: 'plain_text_input', action_id: 'x', initial_value: 'hello' } },
    { type: 'input', block_id: 'b', element: { type: 'static_select', action_id: 'x', initial_option: option } },
    { type: 'section', block_id: 'c', accessory: { type: 'checkboxes', action_id: 'x', initial_options: [option] } },
    {
      type: 'actions',
      block_id: 'd',
      elements: [
        { type: 'datepicker', action_id: 'x', initial_date: '2026-01-01' },
        { type: 'button', action_id: 'y' },
      ],
    },
    { type: 'input', block_id: 'e', element: { type: 'plain_text_input', action_id: 'x' } },
  ]);
  expect(choices).toEqual({
    a: { x: { type: 'plain_text_input', value: 'hello' } },
    b: { x: { type: 'static_select', selected_option: option } },
    c: { x: { type: 'checkboxes', selected_options: [option] } },
    d: { x: { type: 'datepicker', selected_date: '2026-01-01' } },
  });
});

const workspace = readWorkspace({
  users: [
    { name: 'oncall', real_name: 'Noor' },
    { name: 'governor', real_name: 'Governor', is_bot: true },
  ],
  commands: [{ command: '/incident', description: 'Open', usage_hint: 'service severity summary' }],
});

test.each([
  ['/', '/incident ', 9],
  ['/inc', '/incident ', 9],
  ['/incident pay', '/incident payments-api high Card payments fail with 502 since the last deploy', 1],
  ['/incident rel', '/incident release ', 1],
  ['hello @gov', 'hello @governor ', 1],
  ['@', '@governor ', 2],
])('typing `%s` offers first `%s`', (text, insert, count) => {
  const offered = suggest(text, workspace);
  expect(offered[0]?.insert).toBe(insert);
  expect(offered).toHaveLength(count);
});

test.each(['', 'hello', '/other', 'mail@oncall', '/incident payments-api high something of my own'])(
  'typing `%s` offers nothing',
  (text) => {
    expect(suggest(text, workspace)).toEqual([]);
  },
);

test('a message is edited as it was typed', () => {
  const names = { userName: () => 'lead', channelName: () => 'incidents', groupHandle: () => 'sre' };
  const text = '<@U1A|x> <#C1A> <!subteam^S1A> <!here> <https://a.example/?a&amp;b|label> &lt;@U1A&gt;';
  expect(typedText(text, names)).toBe('@lead #incidents @sre @here https://a.example/?a&b <@U1A>');
});
