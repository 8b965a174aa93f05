import type { App } from '@slack/bolt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, type Fields, type Hosted, hostSandbox, type RunningApp, startBolt } from './host.ts';

let hosted: Hosted;
let running: RunningApp | undefined;
const start = async (register: (app: App) => void): Promise<void> => {
  running = await startBolt(hosted, register);
};

beforeEach(async () => {
  hosted = await hostSandbox({ retryDelaysMs: [0, 20, 40] });
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await hosted.close();
});

const buttonBlocks = (value: string) => [
  { type: 'section', block_id: 'what', text: { type: 'mrkdwn', text: 'Restart?' } },
  {
    type: 'actions',
    block_id: 'choice',
    elements: [
      {
        type: 'button',
        action_id: 'approve',
        text: { type: 'plain_text' as const, text: 'Approve' },
        value,
        style: 'primary' as const,
      },
      {
        type: 'static_select',
        action_id: 'share',
        options: ['10', '50'].map((share) => ({ text: { type: 'plain_text' as const, text: `${share} %` }, value: share })),
      },
    ],
  },
];

const modal = (callbackId: string) => ({
  type: 'modal' as const,
  callback_id: callbackId,
  private_metadata: 'kept',
  title: { type: 'plain_text' as const, text: 'Open incident' },
  submit: { type: 'plain_text' as const, text: 'Open' },
  notify_on_close: true,
  blocks: [
    {
      type: 'input',
      block_id: 'service',
      label: { type: 'plain_text' as const, text: 'Service' },
      element: { type: 'plain_text_input', action_id: 'name' },
    },
  ],
});

test('a typed command reaches the app, which answers in private and posts', async () => {
  await start((app) =>
    app.command('/incident', async ({ ack, command, respond, client }) => {
      await ack();
      await respond(`heard ${command.text}`);
      await client.chat.postMessage({ channel: command.channel_id, text: `opened by ${command.user_name}` });
    }),
  );
  const answer = await hosted.act('command', { user: 'oncall', channel: 'incidents', text: '/incident payments-api high slow' });
  expect(answer).toMatchObject({ ok: true });
  const messages = await eventually(hosted.messages, (seen) => seen.length === 2);
  expect(messages[0]).toMatchObject({ user: 'governor', ephemeral_to: 'oncall', text: 'heard payments-api high slow' });
  expect(messages[1]).toMatchObject({ user: 'governor', user_id: 'U0GOVERNOR', text: 'opened by oncall' });
});

test('a command carries names as ids, and the answer inside its acknowledgement is shown to the person alone', async () => {
  let text = '';
  await start((app) =>
    app.command('/incident', async ({ ack, command }) => {
      text = command.text;
      await ack('noted');
    }),
  );
  await hosted.act('command', { user: 'lead', text: '/incident who @oncall in #deploys <!channel> & https://example.test/a' });
  expect(text).toBe('who <@U00ONCALL|oncall> in <#C0000DEPLOY|deploys> &lt;!channel&gt; &amp; <https://example.test/a>');
  expect(await hosted.messages('user=lead')).toMatchObject([{ text: 'noted', ephemeral_to: 'lead' }]);
  expect(await hosted.messages('user=oncall')).toEqual([]);
});

test('a command that the app does not acknowledge within the clock fails for the person', async () => {
  await hosted.close();
  hosted = await hostSandbox({ ackLimitMs: 80 });
  await start((app) => app.command('/incident', async () => undefined));
  const answer = await hosted.act('command', { user: 'oncall', text: '/incident payments-api high slow' });
  expect(answer).toMatchObject({
    ok: false,
    error: 'operation_timeout',
    message: '/incident failed because the app did not respond',
  });
});

test('a command with nobody connected fails at once', async () => {
  const answer = await hosted.act('command', { user: 'oncall', text: '/incident payments-api high slow' });
  expect(answer).toMatchObject({ ok: false, error: 'dispatch_failed', ack_ms: 0 });
});

test('a command typed in a thread is refused before the app sees it', async () => {
  const answer = await hosted.act('command', { user: 'oncall', text: '/incident x high y', thread_ts: '1.000000' });
  expect(answer).toMatchObject({ ok: false, error: 'not_supported_in_threads' });
});

test('a click carries the value that is shown, the state of the other inputs and the whole message', async () => {
  const clicks: Fields[] = [];
  await start((app) => {
    app.action('share', async ({ ack }) => ack());
    app.action('approve', async ({ ack, body, client }) => {
      await ack();
      clicks.push({ ...body });
      await client.chat.update({
        channel: 'C0INCIDENTS',
        ts: String(Reflect.get(body, 'message').ts),
        text: 'approved',
        blocks: [],
      });
    });
  });
  const posted = await running?.app.client.chat.postMessage({
    channel: 'incidents',
    text: 'ask',
    blocks: buttonBlocks('digest-1'),
  });
  const ts = posted?.ts;
  await hosted.act('click', { user: 'oncall', channel: 'incidents', ts, action_id: 'share', value: '50' });
  const answer = await hosted.act('click', { user: 'oncall', channel: 'incidents', ts, action_id: 'approve' });

  expect(answer).toMatchObject({ ok: true });
  expect(clicks).toMatchObject([
    {
      type: 'block_actions',
      user: { id: 'U00ONCALL', name: 'oncall', team_id: 'T0SANDBOX' },
      container: { type: 'message', message_ts: ts, channel_id: 'C0INCIDENTS', is_ephemeral: false },
      channel: { id: 'C0INCIDENTS', name: 'incidents' },
      message: { ts, user: 'U0GOVERNOR', bot_id: 'B0GOVERNOR', blocks: [{ block_id: 'what' }, { block_id: 'choice' }] },
      state: { values: { choice: { share: { type: 'static_select', selected_option: { value: '50' } } } } },
      actions: [{ action_id: 'approve', block_id: 'choice', type: 'button', value: 'digest-1', style: 'primary' }],
    },
  ]);
  const messages = await eventually(hosted.messages, ([first]) => first?.text === 'approved');
  expect(messages[0]).toMatchObject({ edited: true, blocks: [] });
});

test('a click on a button that is gone is still sent when a value is given, and refused without one', async () => {
  const values: unknown[] = [];
  await start((app) =>
    app.action('approve', async ({ ack, action }) => {
      await ack();
      values.push(Reflect.get(action, 'value'));
    }),
  );
  const posted = await hosted.api('chat.postMessage', { channel: 'incidents', text: 'no buttons here' });
  await hosted.act('click', { user: 'oncall', ts: posted.ts, action_id: 'approve', value: 'an earlier digest' });
  const refused = await hosted.call('POST', '/_control/click', { user: 'oncall', ts: posted.ts, action_id: 'approve' });
  expect(values).toEqual(['an earlier digest']);
  expect(refused.status).toBe(400);
});

test('a modal opens by trigger, reports errors of the app, and closes when it is accepted', async () => {
  const submitted: unknown[] = [];
  await start((app) => {
    app.shortcut('open_incident', async ({ ack, body, client }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: modal('incident') });
    });
    app.view('incident', async ({ ack, view }) => {
      const name = view.state.values.service?.name?.value;
      submitted.push(name);
      if (name === 'nonsense') await ack({ response_action: 'errors', errors: { service: 'no such service' } });
      else await ack();
    });
  });
  await hosted.act('shortcut', { user: 'visitor', callback_id: 'open_incident' });
  const [view] = await eventually(
    () => hosted.views('visitor'),
    (views) => views.length === 1,
  );
  expect(view).toMatchObject({ callback_id: 'incident', private_metadata: 'kept', user: 'visitor' });
  const submit = (values: unknown): Promise<Fields> => hosted.act('submit', { user: 'visitor', view_id: view?.id, values });

  expect(await submit({})).toMatchObject({ ok: false, errors: { service: 'Please complete this required field.' } });
  expect(await submit({ service: { name: 'nonsense' } })).toMatchObject({
    ok: false,
    response_action: 'errors',
    errors: { service: 'no such service' },
  });
  expect(await hosted.views('visitor')).toHaveLength(1);
  expect(await submit({ service: { name: 'search-index' } })).toMatchObject({ ok: true });
  expect(submitted).toEqual(['nonsense', 'search-index']);
  expect(await hosted.views('visitor')).toEqual([]);
  expect(JSON.stringify(await hosted.look('world'))).toContain('"status":"incident"');
});

test('a trigger opens one view, and only within three seconds', async () => {
  let nowMs = Date.now();
  await hosted.close();
  hosted = await hostSandbox({ now: () => nowMs });
  const triggers: string[] = [];
  await start((app) =>
    app.shortcut('open_incident', async ({ ack, body }) => {
      await ack();
      triggers.push(body.trigger_id);
    }),
  );
  const open = async (trigger: string | undefined): Promise<unknown> =>
    (await hosted.api('views.open', { trigger_id: trigger, view: modal('x') })).error;
  await hosted.act('shortcut', { user: 'lead', callback_id: 'open_incident' });
  await hosted.act('shortcut', { user: 'lead', callback_id: 'open_incident' });
  expect([await open(triggers[0]), await open(triggers[0]), await open('made up')]).toEqual([
    undefined,
    'exchanged_trigger_id',
    'invalid_trigger_id',
  ]);
  nowMs += 3001;
  expect(await open(triggers[1])).toBe('expired_trigger_id');
});

test('closing a modal that asked for it is told to the app', async () => {
  const closed: unknown[] = [];
  await start((app) => {
    app.shortcut('open_incident', async ({ ack, body, client }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: modal('incident') });
    });
    app.view({ callback_id: 'incident', type: 'view_closed' }, async ({ ack, body }) => {
      await ack();
      closed.push(Reflect.get(body, 'is_cleared'));
    });
  });
  await hosted.act('shortcut', { user: 'lead', callback_id: 'open_incident' });
  const [view] = await eventually(
    () => hosted.views('lead'),
    (views) => views.length === 1,
  );
  expect(await hosted.act('close', { user: 'lead', view_id: view?.id })).toMatchObject({ ok: true });
  expect(closed).toEqual([false]);
});

test('a message shortcut carries the message it was used on', async () => {
  const used: unknown[] = [];
  await start((app) =>
    app.shortcut('open_incident_from_message', async ({ ack, body }) => {
      await ack();
      used.push(body);
    }),
  );
  const alert = await hosted.act('bot-post', { channel: 'deploys', text: 'checkout-web: errors up' });
  await hosted.act('shortcut', { user: 'oncall', callback_id: 'open_incident_from_message', channel: 'deploys', ts: alert.ts });
  expect(used).toMatchObject([
    { type: 'message_action', channel: { id: 'C0000DEPLOY' }, message: { ts: alert.ts, bot_id: 'B0DEPLOYB' } },
  ]);
});

test('a thread reply says whose thread it is in, and the parent counts it', async () => {
  const heard: Fields[] = [];
  await start((app) => app.event('message', async ({ event }) => void heard.push({ ...event })));
  const root = await hosted.api('chat.postMessage', {
    channel: 'incidents',
    text: 'card',
    metadata: { event_type: 'card', event_payload: { case_id: 'c1' } },
  });
  const reply = await hosted.act('reply', { user: 'oncall', channel: 'incidents', thread_ts: root.ts, text: 'APPROVE' });
  const seen = await eventually(
    () => heard,
    (events) => events.some(({ ts }) => ts === reply.ts),
  );
  expect(seen.find(({ ts }) => ts === reply.ts)).toMatchObject({
    user: 'U00ONCALL',
    text: 'APPROVE',
    thread_ts: root.ts,
    parent_user_id: 'U0GOVERNOR',
    channel: 'C0INCIDENTS',
    channel_type: 'channel',
    team: 'T0SANDBOX',
    blocks: [{ type: 'rich_text' }],
  });
  const replies = await hosted.api('conversations.replies', { channel: 'C0INCIDENTS', ts: root.ts, include_all_metadata: true });
  expect(replies.messages).toMatchObject([
    {
      ts: root.ts,
      reply_count: 1,
      reply_users: ['U00ONCALL'],
      latest_reply: reply.ts,
      metadata: { event_payload: { case_id: 'c1' } },
    },
    { ts: reply.ts, parent_user_id: 'U0GOVERNOR' },
  ]);
});

test('one post that mentions the bot arrives as two events of the same channel and ts', async () => {
  const heard: { type: string; id: string; ts: unknown }[] = [];
  await start((app) => {
    app.event('app_mention', async ({ event, body }) => void heard.push({ type: event.type, id: body.event_id, ts: event.ts }));
    app.event('message', async ({ event, body }) => void heard.push({ type: event.type, id: body.event_id, ts: event.ts }));
  });
  const post = await hosted.act('message', { user: 'lead', text: '@governor billing-batch medium queue grows' });
  await eventually(
    () => heard,
    (events) => events.length === 2,
  );
  expect(heard.map(({ type }) => type).sort()).toEqual(['app_mention', 'message']);
  expect(heard.map(({ ts }) => ts)).toEqual([post.ts, post.ts]);
  expect(new Set(heard.map(({ id }) => id)).size).toBe(2);
});

test('an event the app is not subscribed to, or of a channel the bot is not in, is not delivered', async () => {
  const heard: unknown[] = [];
  await start((app) => app.event('message', async ({ event }) => void heard.push(event.channel)));
  await hosted.act('message', { user: 'lead', channel: 'general', text: 'the bot is not here' });
  await hosted.api('chat.postMessage', { channel: 'U00ONCALL', text: 'message.im is not subscribed' });
  await hosted.act('message', { user: 'lead', channel: 'incidents', text: 'but here' });
  await eventually(
    () => hosted.look('idle'),
    ({ idle }) => idle === true,
  );
  expect(heard).toEqual(['C0INCIDENTS']);
});

test('edits and deletions arrive as such, and a stranger is told apart by team', async () => {
  const heard: Fields[] = [];
  await start((app) => app.event('message', async ({ event }) => void heard.push({ ...event })));
  const post = await hosted.act('message', { user: 'guest', text: 'REJECT' });
  await hosted.act('edit', { user: 'guest', ts: post.ts, text: 'APPROVE' });
  await hosted.act('delete', { user: 'guest', ts: post.ts });
  await eventually(
    () => heard,
    (events) => events.length === 3,
  );
  expect(heard).toMatchObject([
    { user: 'U0000GUEST', user_team: 'T0STRANGER', team: 'T0STRANGER', text: 'REJECT' },
    {
      subtype: 'message_changed',
      hidden: true,
      message: { text: 'APPROVE', edited: { user: 'U0000GUEST' } },
      previous_message: { text: 'REJECT' },
    },
    { subtype: 'message_deleted', hidden: true, deleted_ts: post.ts },
  ]);
});

test('App Home opens, is published and can be clicked', async () => {
  const clicked: unknown[] = [];
  await start((app) => {
    app.event('app_home_opened', async ({ event, client }) => {
      const blocks = buttonBlocks('home-value');
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
    });
    app.action('approve', async ({ ack, body, action }) => {
      await ack();
      clicked.push([Reflect.get(body, 'view').type, Reflect.get(action, 'value')]);
    });
  });
  await hosted.act('home', { user: 'visitor' });
  const [home] = await eventually(
    () => hosted.views('visitor'),
    (views) => views.length === 1,
  );
  await hosted.act('click', { user: 'visitor', view_id: home?.id, action_id: 'approve' });
  expect(clicked).toEqual([['home', 'home-value']]);
});

test('an ephemeral message can be clicked by its person alone, and replaced through its response_url', async () => {
  await start((app) => {
    app.action('approve', async ({ ack, respond }) => {
      await ack();
      await respond({ replace_original: true, text: 'done' });
    });
  });
  const sent = await hosted.api('chat.postEphemeral', {
    channel: 'incidents',
    user: 'U00ONCALL',
    text: 'ask',
    blocks: buttonBlocks('v'),
  });
  const stranger = await hosted.call('POST', '/_control/click', {
    user: 'lead',
    ts: sent.message_ts,
    action_id: 'approve',
    value: 'v',
  });
  expect(stranger.status).toBe(400);
  await hosted.act('click', { user: 'oncall', ts: sent.message_ts, action_id: 'approve' });
  await eventually(
    () => hosted.messages('user=oncall'),
    ([message]) => message?.text === 'done',
  );
  expect((await hosted.api('chat.update', { channel: 'incidents', ts: sent.message_ts, text: 'no' })).error).toBe(
    'message_not_found',
  );
});
