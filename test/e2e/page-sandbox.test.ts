import type { App } from '@slack/bolt';
import type { KnownBlock, ModalView } from '@slack/types';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Hosted, hostSandbox, type RunningApp, startBolt } from '../sandbox/host.ts';
import { launchBrowser } from './browser.ts';

let browser: Browser;
let hosted: Hosted;
let running: RunningApp | undefined;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  hosted = await hostSandbox();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  complaints = [];
  page.on('pageerror', (fault) => complaints.push(fault.message));
});
afterEach(async () => {
  await page.close();
  await running?.stop();
  running = undefined;
  await hosted.close();
  expect(complaints).toEqual([]);
});

const open = async (register: (app: App) => void): Promise<void> => {
  running = await startBolt(hosted, register);
  await page.goto(hosted.url);
  await page.locator('[data-link=live]', { hasText: 'Live' }).waitFor();
};
const type = async (text: string, kind = 'channel'): Promise<void> => {
  await page.locator(`[data-composer=${kind}]`).fill(text);
  await page.locator(`[data-composer=${kind}]`).press('Enter');
};

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn' as const, text });
const rich = (text: string) => ({
  type: 'rich_text' as const,
  elements: [{ type: 'rich_text_section' as const, elements: [{ type: 'text' as const, text }] }],
});
const stateAt = (distance: number) => (distance < 0 ? 'complete' : WAITING[Math.min(distance, 1)]) ?? 'pending';
const WAITING = ['in_progress', 'pending'] as const;
const STATES = ['pending', 'in_progress', 'complete', 'error'] as const;

const progress = (step: number): KnownBlock[] => [
  { type: 'header', block_id: `head-${step}`, text: plain(`Step ${step}`) },
  {
    type: 'plan',
    block_id: `plan-${step}`,
    title: 'Progress',
    tasks: ['Plan', 'Stress', 'Gate'].map((title, index) => ({
      type: 'task_card',
      task_id: title,
      title,
      status: stateAt(index - step),
    })),
  },
];

/** One of every block and element that the workspace takes in a message. */
const EVERYTHING: KnownBlock[] = [
  { type: 'header', text: plain('Header') },
  {
    type: 'section',
    text: mrkdwn('*Section* with <@U0000LEAD> & &lt;!here&gt;'),
    accessory: { type: 'button', action_id: 'accessory', text: plain('Accessory'), value: '1' },
  },
  { type: 'section', fields: [mrkdwn('*One*\n1'), plain('Two')] },
  { type: 'divider' },
  {
    type: 'context',
    elements: [mrkdwn('context'), { type: 'image', image_url: 'https://images.example/a.png', alt_text: 'a small image' }],
  },
  { type: 'image', image_url: 'https://images.example/b.png', alt_text: 'a large image', title: plain('Image') },
  {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'rich', style: { bold: true, code: true } },
          { type: 'emoji', name: 'warning' },
          { type: 'link', url: 'https://a.example', text: 'link' },
          { type: 'broadcast', range: 'here' },
          { type: 'date', timestamp: 1_700_000_000, format: '{date_short}', fallback: 'then' },
        ],
      },
      {
        type: 'rich_text_list',
        style: 'ordered',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'first' }] }],
      },
      { type: 'rich_text_quote', elements: [{ type: 'text', text: 'quoted' }] },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'kept  as it is' }] },
    ],
  },
  { type: 'markdown', text: '## Markdown\n- a **point**' },
  {
    type: 'plan',
    title: 'Plan',
    tasks: STATES.map((status) => ({
      type: 'task_card',
      task_id: status,
      title: `Task ${status}`,
      status,
      details: rich('details'),
    })),
  },
  {
    type: 'task_card',
    task_id: 'alone',
    title: 'A task alone',
    status: 'in_progress',
    output: rich('output'),
    sources: [{ type: 'url', url: 'https://log.example', text: 'source' }],
  },
  ...(['default', 'info', 'warning', 'error', 'success'] as const).map(
    (level): KnownBlock => ({ type: 'alert', level, text: plain(`Alert ${level}`) }),
  ),
  { type: 'table', rows: [[{ type: 'raw_text', text: 'Rule' }], [rich('cell')]] },
  {
    type: 'actions',
    elements: [
      { type: 'button', action_id: 'go', text: plain('Go'), style: 'primary', value: 'go' },
      {
        type: 'static_select',
        action_id: 'choose',
        placeholder: plain('Choose'),
        options: [{ text: plain('Roll back'), value: 'rollback' }],
      },
      { type: 'users_select', action_id: 'who', placeholder: plain('Who') },
      { type: 'datepicker', action_id: 'day' },
      { type: 'timepicker', action_id: 'hour' },
      { type: 'overflow', action_id: 'more', options: [{ text: plain('More'), value: 'more' }] },
      { type: 'checkboxes', action_id: 'boxes', options: [{ text: mrkdwn('*Box*'), value: 'box' }] },
      { type: 'radio_buttons', action_id: 'radios', options: [{ text: plain('Radio'), value: 'radio' }] },
    ],
  },
  {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: 'feedback',
        positive_button: { text: plain('Good'), value: 'good' },
        negative_button: { text: plain('Bad'), value: 'bad' },
      },
    ],
  },
];

const MODAL: ModalView = {
  type: 'modal',
  callback_id: 'open_incident',
  title: plain('Open incident'),
  submit: plain('Open'),
  blocks: [
    {
      type: 'input',
      block_id: 'service',
      label: plain('Service'),
      element: {
        type: 'static_select',
        action_id: 'pick',
        options: ['search-index', 'cdn-edge'].map((name) => ({ text: plain(name), value: name })),
      },
    },
    {
      type: 'input',
      block_id: 'summary',
      label: plain('Summary'),
      element: { type: 'plain_text_input', action_id: 'text', multiline: true },
    },
    {
      type: 'input',
      block_id: 'users',
      optional: true,
      label: plain('Users'),
      element: { type: 'number_input', action_id: 'count', is_decimal_allowed: false },
    },
  ],
};

test('a card of every block type is drawn with nothing left out', async () => {
  await open((app) =>
    app.command('/incident', async ({ ack, client }) => {
      await ack();
      await client.chat.postMessage({ channel: 'C0INCIDENTS', text: 'everything', blocks: EVERYTHING });
    }),
  );
  await type('/incident');
  const card = page.locator('article[data-user=governor]');
  await card.waitFor();
  expect(await card.locator('[data-invalid-block], .invalid-inline').count()).toBe(0);
  const text = (await card.textContent()) ?? '';
  const parts = [
    'Header',
    '@lead',
    '<!here>',
    'context',
    'a large image',
    'rich',
    'first',
    'quoted',
    'kept  as it is',
    'Markdown',
    'Task error',
    'output',
    'source',
    'Alert success',
    'cell',
    'Roll back',
    'Radio',
  ];
  for (const part of parts) expect(text).toContain(part);
});

test('a command opens a card that is updated in steps, and a press and a reply reach the app', async () => {
  const heard: string[] = [];
  let post: Awaited<ReturnType<App['client']['chat']['postMessage']>> | undefined;
  let toUpdate: App['client'] | undefined;
  await open((app) => {
    app.command('/incident', async ({ ack, client, command }) => {
      await ack();
      heard.push(command.text);
      toUpdate = client;
      post = await client.chat.postMessage({ channel: command.channel_id, text: 'step 0', blocks: progress(0) });
    });
    app.action('approve', async ({ ack, body, respond }) => {
      await ack();
      heard.push(`approve by ${body.user.id}`);
      await respond({ text: 'You may not approve this.', response_type: 'ephemeral', replace_original: false });
    });
    app.message(async ({ message }) => {
      if ('thread_ts' in message && 'text' in message) heard.push(`reply ${message.text}`);
    });
  });
  await type('/incident payments-api high It fails');
  const card = page.locator('article[data-user=governor]').first();
  await card.getByText('Step 0').waitFor();
  expect(await page.locator('[data-service=payments-api]').getAttribute('data-status')).not.toBe(null);
  await page.locator('[data-service=payments-api][data-status=incident]').waitFor();

  const { ts = '', channel = '' } = post ?? {};
  for (const step of [1, 2]) {
    await toUpdate?.chat.update({ channel, ts, text: `step ${step}`, blocks: progress(step) });
    await card.getByText(`Step ${step}`).waitFor();
    expect(await card.locator('[data-task-status=complete]').count()).toBe(step);
  }
  await toUpdate?.chat.update({
    channel,
    ts,
    text: 'decide',
    blocks: [
      ...progress(3),
      {
        type: 'actions',
        block_id: 'decide',
        elements: [{ type: 'button', action_id: 'approve', text: plain('Approve'), value: 'v' }],
      },
    ],
  });
  await page.click('[data-act-as=visitor]');
  await card.locator('[data-action-id=approve]').click();
  await page.getByText('You may not approve this.').waitFor();

  await page.hover(`[data-ts="${ts}"]`);
  await page.click(`[data-reply-in-thread="${ts}"]`);
  await type('APPROVE', 'thread');
  await page.locator(`[data-open-thread="${ts}"]`).getByText('1 reply').waitFor();
  await expect.poll(() => heard).toEqual(['payments-api high It fails', 'approve by U0VISITOR', 'reply APPROVE']);
});

test('a modal keeps what was typed while fields are missing, and hands it to the app', async () => {
  const submitted: unknown[] = [];
  await open((app) => {
    app.command('/incident', async ({ ack, client, command }) => {
      await client.views.open({ trigger_id: command.trigger_id, view: MODAL });
      await ack();
    });
    app.view('open_incident', async ({ ack, view }) => {
      submitted.push(view.state.values);
      if (submitted.length === 1) await ack({ response_action: 'errors', errors: { summary: 'Say more.' } });
      else await ack();
    });
  });
  await type('/incident');
  await page.locator('[data-modal]').waitFor();
  await page.selectOption('select[data-block-id=service]', 'cdn-edge');
  await page.click('[data-modal-submit]');
  await page.locator('[data-field-error=summary]').waitFor();
  expect(submitted).toEqual([]);
  await page.fill('[data-block-id=summary]', 'Slow');
  await page.fill('[data-block-id=users]', '7');
  await page.click('[data-modal-submit]');
  await page.getByText('Say more.').waitFor();
  await page.reload();
  await page.locator('[data-modal]').waitFor();
  expect(await page.inputValue('[data-block-id=users]')).toBe('7');
  await page.fill('[data-block-id=summary]', 'Slow everywhere');
  await page.click('[data-modal-submit]');
  await page.locator('[data-modal]').waitFor({ state: 'detached' });
  expect(submitted.at(-1)).toMatchObject({
    service: { pick: { type: 'static_select', selected_option: { value: 'cdn-edge' } } },
    summary: { text: { type: 'plain_text_input', value: 'Slow everywhere' } },
    users: { count: { value: '7' } },
  });
});

test('a select, a date and a check in a message are told to the app as they are made', async () => {
  const pressed: unknown[] = [];
  await open((app) => {
    app.command('/incident', async ({ ack, client }) => {
      await ack();
      await client.chat.postMessage({ channel: 'C0INCIDENTS', text: 'everything', blocks: EVERYTHING });
    });
    app.action(/.*/, async ({ ack, action }) => {
      await ack();
      pressed.push(action);
    });
  });
  await type('/incident');
  await page.selectOption('[data-action-id=choose]', 'rollback');
  await expect.poll(() => pressed.at(-1)).toMatchObject({ action_id: 'choose', selected_option: { value: 'rollback' } });
  await page.selectOption('[data-action-id=who]', 'U0000LEAD');
  await expect.poll(() => pressed.at(-1)).toMatchObject({ action_id: 'who', selected_user: 'U0000LEAD' });
  await page.fill('[data-action-id=day]', '2026-12-24');
  await expect.poll(() => pressed.at(-1)).toMatchObject({ action_id: 'day', selected_date: '2026-12-24' });
  await page.getByLabel('Box').check();
  await expect.poll(() => pressed.at(-1)).toMatchObject({ action_id: 'boxes', selected_options: [{ value: 'box' }] });
  await page.getByLabel('Radio').check();
  await expect.poll(() => pressed.at(-1)).toMatchObject({ action_id: 'radios', selected_option: { value: 'radio' } });
  await page.click('[data-action-id=more]');
  await page.click('[data-option=more]');
  await expect.poll(() => pressed.at(-1)).toMatchObject({ action_id: 'more', selected_option: { value: 'more' } });
  await page.getByRole('button', { name: 'Good' }).click();
  await expect.poll(() => pressed.at(-1)).toMatchObject({ action_id: 'feedback', value: 'good' });
});

test('App Home is published and drawn for the account that opens it', async () => {
  await open((app) =>
    app.event('app_home_opened', async ({ event, client }) => {
      await client.views.publish({
        user_id: event.user,
        view: { type: 'home', blocks: [{ type: 'section', text: mrkdwn(`Cases of <@${event.user}>`) }] },
      });
    }),
  );
  await page.click('[data-app-home]');
  await page.locator('[data-home-view]').getByText('@oncall').waitFor();
  await page.click('[data-act-as=lead]');
  await page.locator('[data-home-view]').getByText('@lead').waitFor();
});

test('without an app, the page says so and a command fails in red', async () => {
  await page.goto(hosted.url);
  await page.getByText('No app connected').waitFor();
  await type('/incident payments-api high It fails');
  await page.locator('[data-composer-error=channel]').waitFor();
  expect(await page.locator('[data-composer=channel]').inputValue()).toBe('/incident payments-api high It fails');
});

test('a command typed in a thread is refused, as in Slack', async () => {
  await open((app) => app.message(async () => undefined));
  await type('hello');
  const ts = await page.locator('article[data-user=oncall]').getAttribute('data-ts');
  await page.hover(`[data-ts="${ts}"]`);
  await page.click(`[data-reply-in-thread="${ts}"]`);
  await type('/incident payments-api high x', 'thread');
  await page.locator('[data-composer-error=thread]').getByText('not supported in threads').waitFor();
});

test('executions, tickets and services are shown as they change', async () => {
  await open((app) => app.message(async () => undefined));
  const notAfter = new Date(Date.now() + 60_000).toISOString();
  await hosted.call('POST', '/executor/run', {
    key: 'k1',
    action: 'restart_service',
    parameters: { service: 'cdn-edge' },
    case_id: 'case-1',
    not_after: notAfter,
  });
  await hosted.call('POST', '/tickets', {
    case_id: 'case-1',
    service: 'cdn-edge',
    severity: 'high',
    summary: 'Edge fails',
    text: 'x',
  });
  await page.locator('[data-drawer=ledger]').getByText('1').waitFor();
  await page.click('[data-drawer=ledger]');
  await page.getByRole('cell', { name: 'service=cdn-edge' }).waitFor();
  await page.click('[data-drawer=tickets]');
  const link = page.getByRole('link', { name: 'SIM-1' });
  const response = await fetch(new URL((await link.getAttribute('href')) ?? '', hosted.url));
  expect(response.status).toBe(200);
  await hosted.act('world', { services: [{ service: 'cdn-edge', error_rate: 0.5, status: 'incident' }] });
  await page.locator('[data-service=cdn-edge][data-status=incident]').getByText('50.0%').waitFor();
});

test('a reset empties the page', async () => {
  await open((app) => app.message(async () => undefined));
  await type('hello there');
  await page.getByText('hello there').waitFor();
  await hosted.act('reset', {});
  await page.getByText('hello there').waitFor({ state: 'detached' });
});

test('a person edits a message of their own, and no other', async () => {
  await open((app) => app.message(async () => undefined));
  await type('first words');
  const mine = page.locator('article[data-user=oncall]');
  await mine.hover();
  await mine.locator('[data-edit]').click();
  await mine.getByRole('textbox').fill('other words');
  await mine.getByRole('textbox').press('Enter');
  await mine.getByText('(edited)').waitFor();
  expect(await mine.textContent()).toContain('other words');
  await page.click('[data-act-as=lead]');
  await mine.hover();
  expect(await mine.locator('[data-edit]').count()).toBe(0);
});
