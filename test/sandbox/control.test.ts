import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, type Hosted, hostSandbox, type RunningApp, startBolt } from './host.ts';

let hosted: Hosted;
let running: RunningApp | undefined;
beforeEach(async () => {
  hosted = await hostSandbox();
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await hosted.close();
});

test.each<[string, unknown, string]>([
  ['command', { text: '/incident a' }, 'user'],
  ['command', { user: 'nobody', text: '/incident a' }, 'accepted: oncall, lead, visitor, guest'],
  ['command', { user: 'deploybot', text: '/incident a' }, 'no person `deploybot`'],
  ['command', { user: 'oncall', text: 'incident' }, 'must begin with a slash command'],
  ['command', { user: 'oncall', channel: 'nowhere', text: '/incident a' }, 'accepted: incidents, general, deploys'],
  ['command', { user: 'oncall', text: '/incident a', txt: 'b' }, 'Unrecognized key'],
  ['click', { user: 'oncall', action_id: 'a' }, 'exactly one of ts'],
  ['click', { user: 'oncall', ts: '1.000000', action_id: 'a' }, 'sees no message `1.000000`'],
  ['click', { user: 'oncall', view_id: 'V1', action_id: 'a' }, 'has no view `V1`'],
  ['reply', { user: 'oncall', text: 'APPROVE' }, 'thread_ts'],
  ['reply', { user: 'oncall', thread_ts: '1.000000', text: 'APPROVE' }, 'to reply to'],
  ['edit', { user: 'oncall', ts: '1.000000', text: 'a' }, 'wrote no message'],
  ['submit', { user: 'oncall', view_id: 'V1', values: {} }, 'has no view'],
  ['shortcut', { user: 'oncall', callback_id: 'other' }, 'accepted: open_incident, open_incident_from_message'],
  ['shortcut', { user: 'oncall', callback_id: 'open_incident_from_message' }, 'needs the ts'],
  ['event', { user: 'U1' }, 'an event needs a type'],
  ['bot-post', { user: 'oncall', text: 'a' }, 'accepted: deploybot'],
  ['fault', { target: 'moon', kind: '500' }, 'slack|executor|tickets|telemetry'],
  ['fault', { target: 'slack', kind: 'explode' }, 'accepted'],
  ['fault', { target: 'slack', kind: '500', times: 0 }, 'times'],
  ['world', { services: [{ service: 'cdn-edge', error_rate: 2 }] }, 'error_rate'],
  ['transport', { mode: 'http' }, 'needs a request_url'],
  ['apps', { url: 'file:///etc', pid: 1 }, 'url'],
])('a wrong %s call %o is 400 and says what is wrong', async (name, body, words) => {
  const answer = await hosted.call('POST', `/_control/${name}`, body);
  expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining(words) } });
});

test('a body that is no JSON, an unknown call and a wrong method are refused in words', async () => {
  const response = await fetch(`${hosted.url}/_control/command`, { method: 'POST', body: '{' });
  expect([response.status, await response.json()]).toMatchObject([400, { error: expect.stringContaining('not JSON') }]);
  expect((await hosted.call('POST', '/_control/dance', {})).status).toBe(404);
  expect((await hosted.call('GET', '/_control/command')).status).toBe(405);
  expect((await hosted.call('POST', '/_control/command', { user: 'x'.repeat(1_000_001) })).status).toBe(413);
});

test('foreign pages reach neither control nor executor nor page, but an app with its token reaches the Web API', async () => {
  const headers = { origin: 'https://evil.test' };
  for (const path of ['/_control/reset', '/executor/run', '/tickets'])
    expect((await hosted.call('POST', path, {}, headers)).status).toBe(403);
  expect((await hosted.call('GET', '/telemetry/services', undefined, headers)).status).toBe(403);
  const token = hosted.sandbox.environment().SLACK_BOT_TOKEN;
  expect((await hosted.call('POST', '/api/auth.test', {}, { ...headers, authorization: `Bearer ${token}` })).status).toBe(200);
});

test('the workspace tells who there is and whom one can act as', async () => {
  expect(await hosted.look('workspace')).toMatchObject({
    team: { id: 'T0SANDBOX', domain: 'sandbox' },
    app: { id: 'A0GOVERNOR', bot_user_id: 'U0GOVERNOR' },
    act_as: ['oncall', 'lead', 'visitor', 'guest'],
    channels: [
      { name: 'incidents', bot_is_member: true, is_shared: true },
      { name: 'general', bot_is_member: false },
      { name: 'deploys', bot_is_member: true },
    ],
    commands: [{ command: '/incident', usage_hint: 'service severity summary' }],
    user_groups: [{ handle: 'sre', users: ['oncall', 'lead'] }],
  });
});

test('a message typed by a person is escaped, but for what their client links', async () => {
  await hosted.act('message', { user: 'lead', text: '<!channel> <https://evil.test|safe> @sre @here #deploys a & b' });
  const [message] = await hosted.messages();
  expect(message?.text).toBe(
    '&lt;!channel&gt; &lt;<https://evil.test>|safe&gt; <!subteam^S0000SRES> <!here> <#C0000DEPLOY> a &amp; b',
  );
});

test('another bot may post blocks and mention the app', async () => {
  const blocks = [{ type: 'section', block_id: 's', text: { type: 'mrkdwn', text: 'APPROVE' } }];
  await hosted.act('bot-post', { text: '@governor APPROVE', blocks });
  expect(await hosted.messages()).toMatchObject([
    { user: 'deploybot', is_bot: true, bot_id: 'B0DEPLOYB', text: '<@U0GOVERNOR> APPROVE', blocks },
  ]);
});

test('any event can be sent, whole or inner, subscribed or not', async () => {
  const heard: unknown[] = [];
  running = await startBolt(hosted, (app) =>
    app.event('team_join', async ({ body }) => void heard.push([body.event_id, body.team_id, Reflect.get(body.event, 'user')])),
  );
  const inner = await hosted.act('event', { type: 'team_join', user: { id: 'U1' } });
  await hosted.act('event', { event: { type: 'team_join', user: { id: 'U2' } }, event_id: 'Ev1', team_id: 'T9' });
  await hosted.act('event', { event: { type: 'team_join', user: { id: 'U2' } }, event_id: 'Ev1', team_id: 'T9' });
  await eventually(
    () => heard,
    (seen) => seen.length === 3,
  );
  expect(heard).toEqual([
    [inner.event_id, 'T0SANDBOX', { id: 'U1' }],
    ['Ev1', 'T9', { id: 'U2' }],
    ['Ev1', 'T9', { id: 'U2' }],
  ]);
});

test('a reset empties the workspace and puts the world back, but keeps the connection', async () => {
  running = await startBolt(hosted, (app) => app.command('/incident', async ({ ack }) => ack()));
  await hosted.act('command', { user: 'oncall', text: '/incident payments-api high slow' });
  await hosted.act('message', { user: 'oncall', text: 'a' });
  await hosted.act('fault', { target: 'slack', kind: '500', times: 5 });
  expect(await hosted.act('reset', {})).toEqual({ ok: true });
  expect(await hosted.messages()).toEqual([]);
  expect(await hosted.list('calls')).toEqual([]);
  expect((await hosted.look('faults')).faults).toEqual([]);
  expect(JSON.stringify(await hosted.look('world'))).not.toContain('"incident"');
  expect(await hosted.act('command', { user: 'oncall', text: '/incident a' })).toMatchObject({ ok: true });
});

test('idle waits for envelopes, for apps that are busy, and forgets an app that is gone', async () => {
  let idle = false;
  const app = createServer((_req, res) => void res.end(JSON.stringify({ idle })));
  await new Promise<void>((resolve) => void app.listen(0, '127.0.0.1', resolve));
  const address = app.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  expect(await hosted.look('idle')).toEqual({ idle: true, waiting_for: [] });

  await hosted.act('apps', { url, pid: process.pid });
  expect(await hosted.look('idle')).toEqual({ idle: false, waiting_for: [url] });
  idle = true;
  expect(await hosted.look('idle')).toEqual({ idle: true, waiting_for: [] });

  app.close();
  app.closeAllConnections();
  await hosted.look('idle');
  expect(await hosted.look('apps')).toEqual({ apps: [] });
});

test('a stack holds three views, and clearing it closes them all', async () => {
  const modal = (callbackId: string) => ({
    type: 'modal' as const,
    callback_id: callbackId,
    title: { type: 'plain_text' as const, text: callbackId },
    submit: { type: 'plain_text' as const, text: 'Go' },
    blocks: [],
  });
  const errors: unknown[] = [];
  running = await startBolt(hosted, (app) => {
    app.shortcut('open_incident', async ({ ack, body, client }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: modal('one') });
    });
    app.view('one', async ({ ack }) => ack({ response_action: 'push', view: modal('two') }));
    app.view('two', async ({ ack, body, client }) => {
      await client.views.push({ trigger_id: Reflect.get(body, 'trigger_id'), view: modal('three') });
      await ack({ response_action: 'update', view: modal('two again') });
    });
    app.view('three', async ({ ack, body, client }) => {
      await client.views
        .push({ trigger_id: Reflect.get(body, 'trigger_id'), view: modal('four') })
        .catch(({ data }) => errors.push(data.error));
      await ack({ response_action: 'clear' });
    });
  });
  const titles = async (): Promise<unknown[]> => (await hosted.views('lead')).map(({ callback_id }) => callback_id);
  const submit = async (index: number): Promise<unknown> =>
    (await hosted.act('submit', { user: 'lead', view_id: (await hosted.views('lead'))[index]?.id })).response_action;

  await hosted.act('shortcut', { user: 'lead', callback_id: 'open_incident' });
  await eventually(titles, (seen) => seen.length === 1);
  expect(await submit(0)).toBe('push');
  expect(await submit(1)).toBe('update');
  expect(await titles()).toEqual(['one', 'two again', 'three']);
  expect(await submit(2)).toBe('clear');
  expect(errors).toEqual(['push_limit_reached']);
  expect(await titles()).toEqual([]);
});

test.each<[string, object, string | undefined, string]>([
  ['an email', { type: 'email_text_input' }, 'Please enter a valid email address.', 'nobody'],
  ['an email', { type: 'email_text_input' }, undefined, 'a@b.test'],
  ['a URL', { type: 'url_text_input' }, 'Please enter a valid URL.', 'javascript:1'],
  ['a whole number', { type: 'number_input', is_decimal_allowed: false }, 'Please enter a whole number.', '1.5'],
  ['a number', { type: 'number_input', is_decimal_allowed: true, max_value: '2' }, 'Please enter a number of at most 2.', '2.5'],
  ['a number', { type: 'number_input', is_decimal_allowed: true, min_value: '0' }, undefined, '0'],
  ['a text', { type: 'plain_text_input', min_length: 3 }, 'Please enter at least 3 characters.', 'ab'],
  ['a text', { type: 'plain_text_input', max_length: 3 }, undefined, 'abc'],
])('a form with %s %o shows the error %s for %s', async (_claim, element, error, value) => {
  const submitted: unknown[] = [];
  running = await startBolt(hosted, (app) => {
    app.shortcut('open_incident', async ({ ack, body, client }) => {
      await ack();
      const blocks = [
        {
          type: 'input' as const,
          block_id: 'b',
          label: { type: 'plain_text' as const, text: 'L' },
          element: { action_id: 'a', ...element },
        },
      ];
      const view = {
        type: 'modal',
        callback_id: 'form',
        title: { type: 'plain_text', text: 'F' },
        submit: { type: 'plain_text', text: 'Go' },
        blocks,
      };
      await client.apiCall('views.open', { trigger_id: body.trigger_id, view });
    });
    app.view('form', async ({ ack, view }) => {
      submitted.push(view.state.values.b?.a?.value);
      await ack();
    });
  });
  await hosted.act('shortcut', { user: 'lead', callback_id: 'open_incident' });
  const [view] = await eventually(
    () => hosted.views('lead'),
    (views) => views.length === 1,
  );
  const answer = await hosted.act('submit', { user: 'lead', view_id: view?.id, values: { b: { a: value } } });
  expect(answer.errors).toEqual(error === undefined ? undefined : { b: error });
  expect(submitted).toEqual(error === undefined ? [value] : []);
});
