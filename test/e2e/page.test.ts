import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';
import { type PageFixture, startPageFixture } from './page-fixture.ts';
import { CARD, HOME, MODAL, message } from './page-messages.ts';

let browser: Browser;
let fixture: PageFixture;
let page: Page;
/** Everything the browser complained about and every request to another place; both stay empty. */
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  fixture = await startPageFixture();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  complaints = [];
  page.on('pageerror', (fault) => complaints.push(`error: ${fault.message}`));
  page.on(
    'console',
    (entry) => entry.type() === 'error' && !/ERR_|EventSource/.test(entry.text()) && complaints.push(`console: ${entry.text()}`),
  );
  page.on(
    'request',
    (request) =>
      !request.url().startsWith(fixture.url) &&
      !request.url().startsWith('data:') &&
      complaints.push(`request: ${request.url()}`),
  );
});
afterEach(async () => {
  await page.close();
  await fixture.close();
  expect(complaints).toEqual([]);
});

const open = async (): Promise<void> => {
  await page.goto(fixture.url);
  await page.waitForSelector('[data-link=live]');
};
const composer = (kind = 'channel') => page.locator(`[data-composer=${kind}]`);
const section = (text: string, type = 'mrkdwn') => ({ type: 'section', block_id: 'text', text: { type, text } });
const lastRequest = async (path: string) => {
  await expect.poll(() => fixture.requests.some((request) => request.path === path)).toBe(true);
  return fixture.requests.filter((request) => request.path === path).at(-1)?.body;
};

describe('the document', () => {
  test('allows no inline code but its import map and nothing from elsewhere', async () => {
    const response = await page.goto(fixture.url);
    const policy = response?.headers()['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect((await page.content()).match(/<script(?![^>]*\bsrc=)(?![^>]*importmap)/g)).toBeNull();
  });

  test.each([
    '/page/client/../routes.ts',
    '/page/client/%2e%2e/routes.ts',
    '/page/client/main.ts.map',
    '/page/vendor/preact.mjs.map',
    '/page/vendor/toString',
  ])('has no file %s', async (path) => {
    const response = await fetch(`${fixture.url}${path}`);
    expect(response.status).toBe(404);
  });

  test('serves modules without types, under both names, and unchanged ones only once', async () => {
    const asTs = await fetch(`${fixture.url}/page/client/main.ts`);
    const asJs = await fetch(`${fixture.url}/page/client/main.js`);
    const text = await asTs.text();
    expect(asTs.headers.get('content-type')).toContain('text/javascript');
    expect(await asJs.text()).toBe(text);
    expect(text).not.toContain('import type');
    const again = await fetch(`${fixture.url}/page/client/main.ts`, {
      headers: { 'if-none-match': asTs.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });
});

describe('what is drawn', () => {
  test.each([
    ['an escaped broadcast', '&lt;!channel&gt; &lt;!here&gt;', '<!channel> <!here>'],
    ['an escaped mention', '&lt;@U0000LEAD&gt;', '<@U0000LEAD>'],
    ['an escaped lying link', '&lt;https://evil.example|safe&gt;', '<https://evil.example|safe>'],
    ['a script link', '<javascript:alert(1)|click>', '<javascript:alert(1)|click>'],
    ['a data link', '<data:text/html,x|click>', '<data:text/html,x|click>'],
    ['markup', '&lt;img src=x onerror=alert(1)&gt;', '<img src=x onerror=alert(1)>'],
    ['raw markup', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ])('%s is characters and nothing else', async (_claim, text, shown) => {
    fixture.messages.push(message('governor', { text: 'card', blocks: [section(text)] }));
    await open();
    const body = page.locator('.section-body');
    expect((await body.textContent())?.trim()).toBe(shown);
    expect(await body.locator('a, .mention, img, script').count()).toBe(0);
  });

  test('unescaped control sequences are drawn as what they do, so that a careless card is seen', async () => {
    fixture.messages.push(
      message('governor', { blocks: [section('<!channel> <@U0000LEAD> <https://evil.example/x|https://bank.example>')] }),
    );
    await open();
    expect(await page.locator('.mention').allTextContents()).toEqual(['@channel', '@lead']);
    expect(await page.locator('.section-body a').getAttribute('href')).toBe('https://evil.example/x');
    expect(await page.locator('.link-host').textContent()).toContain('evil.example');
  });

  test('plain_text is never parsed', async () => {
    fixture.messages.push(message('governor', { blocks: [section('*a* <!here> <https://b.example|c> &lt;', 'plain_text')] }));
    await open();
    expect(await page.locator('.section-body').textContent()).toBe('*a* <!here> <https://b.example|c> &lt;');
    expect(await page.locator('.section-body b, .section-body a, .mention').count()).toBe(0);
  });

  test('a card shows every one of its blocks', async () => {
    fixture.messages.push(message('governor', { blocks: CARD }));
    await open();
    const card = page.locator('article[data-ts]');
    const text = (await card.textContent()) ?? '';
    for (const part of [
      'restart_service',
      'Blocked.',
      'baseline 1.0%',
      'contradictions: 2',
      'policy_conflict',
      '<!channel>',
      'Do not restart',
      'two documents',
      'Approve',
      'Error rate of the last hour',
    ]) {
      expect(text).toContain(part);
    }
    expect(
      await card.locator('[data-task-status]').evaluateAll((tasks) => tasks.map((task) => task.getAttribute('data-task-status'))),
    ).toEqual(['complete', 'complete', 'error', 'in_progress', 'pending']);
    expect(await card.locator('[data-invalid-block]').count()).toBe(0);
    expect(await card.locator('img').count()).toBe(0);
  });

  test.each([
    ['an unknown block', { type: 'sparkle', block_id: 'a' }],
    ['a header of mrkdwn', { type: 'header', block_id: 'a', text: { type: 'mrkdwn', text: 'no' } }],
    ['a section of nothing', { type: 'section', block_id: 'a' }],
    ['a task in no known state', { type: 'task_card', block_id: 'a', task_id: 't', title: 'x', status: 'soon' }],
    ['an unknown element', { type: 'actions', block_id: 'a', elements: [{ type: 'lever', action_id: 'pull' }] }],
    ['a prototype name', { type: 'constructor', block_id: 'a' }],
  ])('%s is a loud box and takes nothing with it', async (_claim, block) => {
    fixture.messages.push(message('governor', { blocks: [block, section('still here')] }));
    await open();
    expect(await page.locator('[data-invalid-block]').count()).toBe(1);
    expect(await page.getByText('still here').count()).toBe(1);
  });

  test('an ephemeral message is marked, and only its reader has it', async () => {
    fixture.messages.push(
      message('governor', { text: 'for you', ephemeral_to: 'oncall' }),
      message('governor', { text: 'for the lead', ephemeral_to: 'lead' }),
    );
    await open();
    expect(await page.locator('.only-you').count()).toBe(1);
    expect(await page.getByText('for you').count()).toBe(1);
    expect(await page.getByText('for the lead').count()).toBe(0);
    await page.click('[data-act-as=lead]');
    await page.getByText('for the lead').waitFor();
    expect(await page.getByText('for you', { exact: true }).count()).toBe(0);
  });
});

describe('what a person does', () => {
  test('a button sends its block, its action and its value as the account acted as', async () => {
    const card = message('governor', { blocks: CARD });
    fixture.messages.push(card);
    await open();
    await page.click('[data-act-as=lead]');
    await page.click('[data-action-id=approve][data-block-id=decide-2]');
    expect(await lastRequest('click')).toMatchObject({
      user: 'lead',
      channel: 'incidents',
      ts: card.ts,
      action_id: 'approve',
      block_id: 'decide-2',
      value: '{"revision":2}',
    });
  });

  test('a select sends the option, and a later button tells what stands in it', async () => {
    fixture.messages.push(message('governor', { blocks: CARD }));
    await open();
    await page.selectOption('[data-action-id=choose_action]', 'rollback');
    const option = { text: { type: 'plain_text', text: 'Roll back' }, value: 'rollback' };
    expect(await lastRequest('click')).toMatchObject({ action_id: 'choose_action', selected_option: option });
    await page.click('[data-action-id=approve]');
    await expect
      .poll(() => fixture.requests.at(-1)?.body)
      .toMatchObject({ action_id: 'approve', values: { choice: { choose_action: { selected_option: option } } } });
  });

  test('a button with a question is only sent once it is answered', async () => {
    fixture.messages.push(message('governor', { blocks: CARD }));
    await open();
    await page.click('[data-action-id=reject]');
    await page.click('[data-confirm-deny]');
    expect(fixture.requests.filter(({ path }) => path === 'click')).toEqual([]);
    await page.click('[data-action-id=reject]');
    expect(await page.locator('[data-confirm]').textContent()).toContain('Revision 2 will not run.');
    await page.click('[data-confirm-accept]');
    expect(await lastRequest('click')).toMatchObject({ action_id: 'reject' });
  });

  test('a click that failed says so', async () => {
    fixture.messages.push(message('governor', { blocks: CARD }));
    fixture.answers.set('click', [
      {
        status: 200,
        body: { ok: false, error: 'operation_timeout', message: 'This action failed because the app did not respond' },
      },
    ]);
    await open();
    await page.click('[data-action-id=hold]');
    await page.getByText('This action failed because the app did not respond.').waitFor();
    expect(await page.locator('[data-action-id=hold]').isEnabled()).toBe(true);
  });

  test('Enter sends a command, Shift and Enter a new line', async () => {
    await open();
    await composer().fill('/incident payments-api high It fails');
    await composer().press('Shift+Enter');
    await composer().pressSequentially('again');
    await composer().press('Enter');
    expect(await lastRequest('command')).toEqual({
      user: 'oncall',
      channel: 'incidents',
      text: '/incident payments-api high It fails\nagain',
    });
    await expect.poll(() => composer().inputValue()).toBe('');
  });

  test('a command that failed is explained in red and comes back', async () => {
    fixture.answers.set('command', [
      {
        status: 200,
        body: { ok: false, error: 'operation_timeout', message: '/incident failed because the app did not respond' },
      },
    ]);
    await open();
    await composer().fill('/incident payments-api high It fails');
    await composer().press('Enter');
    await page.getByText('/incident failed because the app did not respond.').waitFor();
    expect(await composer().inputValue()).toBe('/incident payments-api high It fails');
  });

  test('suggestions are taken with Tab, and Enter without a choice sends what was typed', async () => {
    await open();
    await composer().fill('/incident pay');
    await composer().press('Tab');
    expect(await composer().inputValue()).toMatch(/^\/incident payments-api high /);
    await composer().fill('/incident');
    await composer().press('Enter');
    expect(await lastRequest('command')).toMatchObject({ text: '/incident' });
  });

  test('a reply goes to its thread', async () => {
    const root = message('governor', { text: 'root', reply_count: 1, reply_users: ['lead'], latest_reply: '1.0' });
    fixture.messages.push(root, message('lead', { thread_ts: root.ts, text: 'a reply' }));
    await open();
    expect(await page.locator('.channel-pane').getByText('a reply').count()).toBe(0);
    await page.click(`[data-open-thread="${root.ts}"]`);
    await page.locator('.thread-pane').getByText('a reply').waitFor();
    await composer('thread').fill('APPROVE');
    await composer('thread').press('Enter');
    expect(await lastRequest('reply')).toEqual({ user: 'oncall', channel: 'incidents', thread_ts: root.ts, text: 'APPROVE' });
  });

  test('a modal sends what stands in it, shows complaints by their fields, and Escape closes it', async () => {
    fixture.views.push(MODAL);
    fixture.answers.set('submit', [
      { status: 200, body: { ok: false, error: 'invalid_form', errors: { summary: 'Please say what happens.' } } },
    ]);
    await open();
    await page.locator('[data-modal="V0MODAL"]').waitFor();
    await page.selectOption('select[data-block-id=service]', 'billing-batch');
    await page.getByLabel('High').check();
    await page.fill('input[data-block-id=count]', '12');
    await page.getByLabel('Open a ticket').check();
    await page.click('[data-modal-submit]');
    await page.locator('[data-field-error=summary]').getByText('Please say what happens.').waitFor();
    await page.fill('textarea[data-block-id=summary]', 'It is late');
    expect(await page.locator('[data-field-error]').count()).toBe(0);
    await page.click('[data-modal-submit]');
    await expect.poll(() => fixture.requests.filter(({ path }) => path === 'submit').length).toBe(2);
    expect(fixture.requests.at(-1)?.body).toMatchObject({
      user: 'oncall',
      view_id: 'V0MODAL',
      values: {
        service: { value: { selected_option: { value: 'billing-batch' } } },
        severity: { value: { selected_option: { value: 'high' } } },
        summary: { value: { value: 'It is late' } },
        count: { value: { value: '12' } },
        flags: { value: { selected_options: [{ value: 'ticket' }] } },
      },
    });
    await page.keyboard.press('Escape');
    expect(await lastRequest('close')).toEqual({ user: 'oncall', view_id: 'V0MODAL' });
  });

  test('App Home is opened, drawn and pressed', async () => {
    fixture.views.push(HOME);
    await open();
    await page.click('[data-app-home]');
    expect(await lastRequest('home')).toEqual({ user: 'oncall' });
    await page.click('[data-action-id=open_case]');
    expect(await lastRequest('click')).toMatchObject({ view_id: 'V0HOME', action_id: 'open_case', value: '01HX2K' });
  });

  test('a service writes the beginning of an incident into the composer, once', async () => {
    await open();
    await page.click('[data-service=billing-batch]');
    await expect.poll(() => composer().inputValue()).toBe('/incident billing-batch high ');
    await page.click('[data-channel=deploys]');
    await page.getByRole('main', { name: 'Channel deploys' }).waitFor();
    expect(await composer().inputValue()).toBe('');
  });

  test('shortcuts are run from the composer and from a message', async () => {
    const alert = message('deploybot', { text: 'error rate 24%' });
    fixture.messages.push(alert);
    await open();
    await page.click('[data-shortcuts]');
    await page.click('[data-shortcut=open_incident]');
    expect(await lastRequest('shortcut')).toEqual({ user: 'oncall', callback_id: 'open_incident' });
    await page.hover(`[data-ts="${alert.ts}"]`);
    await page.click(`[data-more="${alert.ts}"]`);
    await page.click('[data-shortcut=open_incident_from_message]');
    await expect
      .poll(() => fixture.requests.at(-1)?.body)
      .toEqual({ user: 'oncall', callback_id: 'open_incident_from_message', channel: 'incidents', ts: alert.ts });
  });

  test('the ledger, the tickets and the traffic can be looked at', async () => {
    await open();
    await page.click('[data-drawer=ledger]');
    await page.getByRole('cell', { name: 'restart_service' }).waitFor();
    await page.click('[data-drawer=tickets]');
    expect(await page.getByRole('link', { name: 'SIM-1' }).getAttribute('href')).toBe('/tickets/SIM-1/view');
    await page.click('[data-drawer=traffic]');
    fixture.push({
      kind: 'envelope',
      type: 'interactive',
      payload: { actions: [{ action_id: 'approve' }] },
      outcome: { ok: false, error: 'operation_timeout' },
    });
    await page.locator('[data-traffic=envelope]').getByText('operation_timeout').waitFor();
    await page.locator('[data-traffic=call]').click();
    expect(await page.locator('.traffic-body').textContent()).toContain('"method": "chat.postMessage"');
  });
});

describe('what happens meanwhile', () => {
  test('new, changed and deleted messages appear as they come', async () => {
    await open();
    const said = message('lead', { text: 'first words' });
    fixture.push({ kind: 'message', ...said });
    await page.getByText('first words').waitFor();
    fixture.push({ kind: 'message_changed', ...said, text: 'other words', edited: true });
    await page.getByText('other words').waitFor();
    expect(await page.locator('.edited').count()).toBe(1);
    fixture.push({ kind: 'message_deleted', ...said });
    await page.getByText('other words').waitFor({ state: 'detached' });
  });

  test('a message elsewhere counts as unread until it is looked at', async () => {
    await open();
    fixture.push({ kind: 'message', ...message('lead', { text: 'over here', channel: 'deploys' }) });
    await page.locator('[data-channel=deploys] .unread').waitFor();
    await page.click('[data-channel=deploys]');
    await page.getByText('over here').waitFor();
    expect(await page.locator('.unread').count()).toBe(0);
  });

  test('after a lost stream everything is fetched anew', async () => {
    await open();
    fixture.dropStreams();
    await page.waitForSelector('[data-link=lost]');
    fixture.messages.push(message('lead', { text: 'said meanwhile' }));
    await page.getByText('said meanwhile').waitFor();
    await page.waitForSelector('[data-link=live]');
  });

  test('500 messages are drawn at once, the end is in view, and a reader further up is not moved', async () => {
    for (let index = 0; index < 500; index += 1)
      fixture.messages.push(message(index % 2 === 0 ? 'lead' : 'oncall', { text: `line ${index} with *marks* and \`code\`` }));
    const before = performance.now();
    await open();
    await page.getByText('line 499').waitFor();
    expect(performance.now() - before).toBeLessThan(8_000);
    const log = page.locator('.channel-pane .log');
    const distance = () => log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
    await expect.poll(distance).toBeLessThan(2);
    await log.evaluate((box) => box.scrollTo({ top: 0 }));
    await page.waitForTimeout(50);
    fixture.push({ kind: 'message', ...message('lead', { text: 'the newest' }) });
    await page.getByText('1 new message', { exact: true }).click();
    await expect.poll(distance).toBeLessThan(2);
  });
});

test('the page can be used by its roles and by the keyboard alone', async () => {
  fixture.messages.push(message('governor', { blocks: CARD }));
  await open();
  expect(await page.getByRole('log', { name: 'Messages in incidents' }).count()).toBe(1);
  expect(await page.getByRole('radio', { name: /lead/ }).getAttribute('aria-checked')).toBe('false');
  await page.getByRole('button', { name: 'Reject' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Reject the plan?' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-action-id'))).toBe('reject');
});
