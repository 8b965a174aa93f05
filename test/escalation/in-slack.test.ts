import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { EscalationNotice } from '../../contracts/escalation.ts';
import type { EscalationDue } from '../../pipeline/escalation.ts';
import { createHttpConnection } from '../../src/chat/connection.ts';
import { createSlackCalls, type SlackCalls } from '../../src/chat/slack-call.ts';
import { createSlackChat } from '../../src/chat/slack-chat.ts';
import { createSlackClient } from '../../src/chat/slack-client.ts';
import { ChatFault } from '../../src/chat/slack-fault.ts';
import { createContacts } from '../../src/escalation/contacts.ts';
import { createDailySummary } from '../../src/escalation/daily-summary.ts';
import { createDirectTeller } from '../../src/escalation/direct-message.ts';
import { lastDay } from '../../src/escalation/last-day.ts';
import type { SummaryTold } from '../../src/outputs/workflow-lines.ts';
import { blockingDocuments } from '../fixtures/builders.ts';
import { ROOT } from '../fixtures/child.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { silentLog } from '../outward/silent-log.ts';
import { type Hosted, hostSandbox } from '../sandbox/host.ts';

const clock = { now: Date.now };
let hosted: Hosted;
beforeAll(async () => {
  hosted = await hostSandbox();
  return () => hosted.close();
});

function slack(from: Hosted = hosted) {
  const { SLACK_BOT_TOKEN: token, SLACK_API_URL: apiUrl } = from.sandbox.environment();
  const client = createSlackClient({ token, apiUrl, log: silentLog, timeoutMs: 5_000 });
  const { state: connection } = createHttpConnection({ clock });
  const chat = createSlackChat({ client, botUserId: () => 'U0GOVERNOR', connection, clock, log: silentLog });
  return { chat, contacts: createContacts({ calls: createSlackCalls({ client, clock }), clock, ownTeam: () => 'T0SANDBOX' }) };
}

/** The manifest of the project without one of its scopes, as an app that was installed before it was asked for. */
async function without(scope: string): Promise<Hosted> {
  const folder = mkdtempSync(join(tmpdir(), 'governor-manifest-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const manifestFile = join(folder, 'manifest.yml');
  const whole = readFileSync(join(ROOT, 'manifest.yml'), 'utf8');
  writeFileSync(manifestFile, whole.replace(new RegExp(`^ *- ${scope}\\n`, 'm'), ''));
  const one = await hostSandbox({ manifestFile });
  onTestFinished(() => one.close());
  return one;
}

describe('who is meant by a contact', () => {
  test.each([
    ['an id', 'U0000LEAD'],
    ['a mention', '<@U0000LEAD>'],
    ['an e-mail address in any case', 'Lead@Sandbox.example'],
    ['a handle', '@lead'],
    ['a full name', 'ilse brandt'],
  ])('%s names one person', async (_claim, contact) => {
    expect(await slack().contacts.idOf(contact)).toBe('U0000LEAD');
  });

  test.each([
    ['nobody of that name', 'Somebody Else'],
    ['an id that Slack does not know', 'U0NOBODY99'],
    ['another app', 'deploybot'],
    ['the app itself', 'U0GOVERNOR'],
    ['part of a name', 'ilse'],
    ['a stranger by name, who is of no list', 'guest'],
    ['a stranger by id', 'U0000GUEST'],
  ])('%s is refused and never guessed', async (_claim, contact) => {
    await expect(slack().contacts.idOf(contact)).rejects.toMatchObject({ code: 'escalation_refused' });
  });

  test('an address is looked up in one request, however many people there are', async () => {
    const before = (await hosted.list('calls')).length;
    await slack().contacts.idOf('lead@sandbox.example');
    const asked = (await hosted.list('calls')).slice(before).map(({ method }) => method);
    expect(asked).toEqual(['users.lookupByEmail']);
  });

  test.each([
    ['nobody', 'nobody@sandbox.example', /nobody of this workspace has the e-mail address/],
    ['a stranger', 'guest@sandbox.example', /nobody of this workspace has the e-mail address/],
    ['an app', 'deploybot@sandbox.example', /nobody of this workspace has the e-mail address/],
  ])('an address of %s is refused', async (_claim, contact, message) => {
    const fault = { code: 'escalation_refused', message: expect.stringMatching(message) };
    await expect(slack().contacts.idOf(contact)).rejects.toMatchObject(fault);
  });

  test('an app that was never granted the addresses says so, and finds people by name all the same', async () => {
    const { contacts } = slack(await without('users:read.email'));
    const fault = { code: 'escalation_refused', message: expect.stringContaining('`users:read.email`') };
    await expect(contacts.idOf('lead@sandbox.example')).rejects.toMatchObject(fault);
    expect(await contacts.idOf('ilse brandt')).toBe('U0000LEAD');
  });

  test('where whoever stands in for Slack knows no such question, the list of members is read', async () => {
    const kind = 'error:unknown_method';
    await hosted.act('fault', { target: 'slack', method: 'users.lookupByEmail', kind, times: 1 });
    expect(await slack().contacts.idOf('lead@sandbox.example')).toBe('U0000LEAD');
  });

  test('a workspace of more people than are ever read finds nobody by name, and is not read again and again', async () => {
    const calls = {
      pages: () => Promise.reject(new ChatFault('search_unfinished', 'more than 50 pages')),
    } as unknown as SlackCalls;
    const contacts = createContacts({ calls, clock, ownTeam: () => 'T0SANDBOX' });
    const fault = { code: 'escalation_refused', message: expect.stringContaining('give an id or an e-mail address') };
    await expect(contacts.idOf('ilse brandt')).rejects.toMatchObject(fault);
  });

  test('a Slack that does not answer is no refusal: it is worth another try', async () => {
    await hosted.act('fault', { target: 'slack', method: 'users.list', kind: '500', times: 9 });
    onTestFinished(async () => void (await hosted.act('reset', {})));
    await expect(slack().contacts.idOf('ilse brandt')).rejects.toMatchObject({ code: 'slack_unreachable' });
  });
});

const notice: EscalationNotice = {
  version: 1,
  key: 'inc-1:blocked:contact',
  case_id: 'inc-1',
  reason: 'blocked',
  since: '2026-11-22T10:00:00.000Z',
  service: 'billing-batch',
  severity: 'high',
  summary: 'workers idle <!channel> <https://evil.example|click> @here',
  revision: 1,
  proposed_action: 'restart_workers',
  decision: 'block_and_escalate',
  rules: ['contradictions'],
  detail: 'State pending_approval',
  ticket_url: 'https://evil.example/T-1',
  card_url: `https://sandbox.example/archives/C0INCIDENTS/p1`,
  simulated: true,
};
const due: EscalationDue = {
  key: 'blocked:contact',
  reason: 'blocked',
  revision: 1,
  sinceMs: Date.parse(notice.since),
  atMs: 0,
  target: { name: 'contact', channel: 'dm', to: 'lead@sandbox.example', afterS: 0, nextInLine: false },
};

test('the contact gets a message in private that says what it is about and mentions nobody', async () => {
  const { chat, contacts } = slack();
  const told = await createDirectTeller({ chat, contacts, hosts: ['sandbox.example'] })(notice, due);
  expect(told).toEqual({ to: 'U0000LEAD', detail: '' });
  const [message] = await hosted.messages('channel=D0000LEAD');
  expect(message?.text).toContain('waits for a person to decide');
  expect(message?.text).toContain('[simulated]');
  const shown = JSON.stringify(message);
  expect(message?.text).not.toMatch(/<!channel>|<https:/);
  expect(shown).not.toContain('"url":"https://evil.example');
  expect(shown).toContain('"url":"https://sandbox.example/archives/C0INCIDENTS/p1"');
});

test('where Slack refuses the message, trying again is in vain; where it does not answer, it is not', async () => {
  const { chat, contacts } = slack();
  const teller = createDirectTeller({ chat, contacts, hosts: [] });
  await hosted.act('fault', { target: 'slack', method: 'chat.postMessage', kind: 'error:channel_not_found', times: 1 });
  await expect(teller(notice, due)).rejects.toMatchObject({ code: 'escalation_refused' });
  await hosted.act('fault', { target: 'slack', method: 'chat.postMessage', kind: '500', times: 1 });
  await expect(teller(notice, due)).rejects.toMatchObject({ code: 'slack_unreachable' });
});

test('the summary of the day names what waits, comes once from several processes, and leaves a line', async () => {
  const governor = await inProcess({ documents: blockingDocuments });
  const { caseId } = await governor.decide();
  const { chat, contacts } = slack();
  const lines: SummaryTold[] = [];
  const aTick = (holder: string) =>
    createDailySummary({
      log: governor.store.caseLog,
      chat,
      contacts,
      clock: governor.clock,
      cron: '* * * * *',
      zone: null,
      to: 'oncall',
      holder,
      hosts: [],
      look: (nowMs) => lastDay({ log: governor.store.caseLog, cases: governor.cases, cardUrl: () => null }, nowMs, true),
      hide: (text) => text,
      onTold: async (told) => void lines.push(told),
    });
  const ticks = [aTick('one'), aTick('two')];
  await Promise.all(ticks.map((tick) => tick()));
  governor.clock.ms += 60_000;
  await Promise.all(ticks.map((tick) => tick()));
  const messages = await hosted.messages('channel=D00ONCALL');
  expect(messages).toHaveLength(1);
  const shown = JSON.stringify(messages[0]);
  expect(shown).toContain(caseId);
  expect(shown).toContain('All execution is paused.');
  expect(messages[0]?.text).toContain('Incidents: 1');
  expect(lines).toEqual([{ at: expect.any(String), target: 'U00ONCALL', outcome: 'sent', detail: '' }]);
});
