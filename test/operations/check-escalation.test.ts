import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { EscalationConfig } from '../../contracts/escalation.ts';
import { refusedFor } from '../../src/escalation/teller.ts';
import { type CheckedEscalation, checkEscalation } from '../../src/operations/check-escalation.ts';
import { connectOnly } from '../../src/outward/connect.ts';

type Given = {
  escalation?: Partial<CheckedEscalation['settings']['escalation']>;
  config?: object;
  kibana?: CheckedEscalation['settings']['kibana'];
  simulated?: boolean;
  contacts?: CheckedEscalation['contacts'];
  connect?: CheckedEscalation['connect'];
};

const PEOPLE: Record<string, string> = { 'lead@example.com': 'U0000LEAD', 'Omar Nkemelu': 'U00ONCALL' };
const slack: CheckedEscalation['contacts'] = {
  async idOf(contact) {
    const id = PEOPLE[contact];
    if (id === undefined) throw refusedFor('nobody of this workspace has the name or the address of the contact');
    return id;
  },
};

const check = ({ escalation = {}, config = {}, kibana = null, simulated = false, contacts = slack, connect }: Given = {}) =>
  checkEscalation({
    settings: {
      escalation: { webhookUrl: null, webhookSecret: null, contact: null, ...escalation },
      config: { escalation: EscalationConfig.parse(config) },
      kibana,
      simulated,
    },
    contacts,
    connect: connect ?? (async () => undefined),
  });

test('a workspace in which nobody outside of the threads is told is worth a word, and a simulated world is not', async () => {
  expect(await check()).toMatchObject([{ check: 'escalation', ok: true, fix: expect.stringContaining('ESCALATION_CONTACT') }]);
  expect(await check({ simulated: true })).toEqual([]);
});

test('everybody who is named is looked up once, and channels are nobody', async () => {
  const config = {
    chain: [
      { to: 'lead@example.com', after_s: 60 },
      { to: 'Omar Nkemelu', after_s: 120 },
    ],
    daily_summary: { to: 'C0123456789' },
  };
  expect(await check({ escalation: { contact: 'lead@example.com' }, config })).toEqual([
    { check: 'escalation contact', ok: true, found: '`lead@example.com` is U0000LEAD', fix: null },
    { check: 'escalation contact', ok: true, found: '`Omar Nkemelu` is U00ONCALL', fix: null },
  ]);
});

test('a contact whom nobody could tell is found, with the place in which they are named', async () => {
  const config = { chain: [{ to: 'Nobody', after_s: 60 }], daily_summary: { to: 'Nobody Else' } };
  const findings = await check({ config });
  expect(findings.map(({ ok, fix }) => [ok, fix])).toEqual([
    [false, expect.stringContaining('escalation.chain[0]')],
    [false, expect.stringContaining('escalation.daily_summary.to')],
  ]);
  const without = await check({ config: { daily_summary: { to: 'Nobody', cron: null } }, simulated: true });
  expect(without).toEqual([]);
});

test('a Slack that does not answer is told apart from a contact that is nobody', async () => {
  const contacts = { idOf: () => Promise.reject(new Error('Slack did not answer users.list')) };
  const [finding] = await check({ escalation: { contact: 'lead@example.com' }, contacts });
  expect(finding).toMatchObject({ ok: false, fix: expect.stringContaining('reaches Slack') });
  const [tip] = await check({ escalation: { contact: 'lead@example.com' }, contacts: null });
  expect(tip).toMatchObject({ ok: true, fix: expect.stringContaining('tokens of Slack') });
});

describe('the webhook', () => {
  const webhookUrl = 'https://pager.example/hook?token=secret-in-address';
  test.each<[string, Given, boolean, RegExp]>([
    [
      'that is reached and signed for',
      { escalation: { webhookUrl, webhookSecret: 's' } },
      true,
      /^pager\.example takes connections; nothing was sent$/,
    ],
    ['that is not signed for', { escalation: { webhookUrl } }, true, /notices are not signed/],
    [
      'that nobody serves',
      { escalation: { webhookUrl }, connect: () => Promise.reject(new Error('connect ECONNREFUSED')) },
      false,
      /takes no connection: connect ECONNREFUSED/,
    ],
    ['by plain http', { escalation: { webhookUrl: 'http://pager.example/hook' } }, false, /not https/],
    [
      'by plain http on this machine',
      { escalation: { webhookUrl: 'http://127.0.0.1:1/hook', webhookSecret: 's' } },
      true,
      /takes connections/,
    ],
  ])('%s', async (_claim, given, ok, found) => {
    const [finding, ...more] = await check(given);
    expect(finding).toMatchObject({ check: 'escalation webhook', ok, found: expect.stringMatching(found) });
    expect(more).toEqual([]);
    expect(JSON.stringify(finding)).not.toContain('secret-in-address');
  });
});

test('the workflow’s Kibana is reached, and nothing is run', async () => {
  const kibana = { url: 'https://kibana.example', apiKey: 'k', agentId: null, workflowId: 'page-oncall' };
  expect(await check({ kibana })).toMatchObject([{ check: 'escalation workflow', ok: true, fix: null }]);
  const connect = () => Promise.reject(new Error('getaddrinfo ENOTFOUND kibana.example'));
  expect(await check({ kibana, connect })).toMatchObject([{ ok: false, found: expect.stringContaining('ENOTFOUND') }]);
});

describe('a connection that asks for nothing', () => {
  const open: Server[] = [];
  afterEach(() => {
    for (const server of open.splice(0)) server.close();
  });
  /** A server that says how many bytes each connection has brought. */
  async function aServer(): Promise<{ url: string; brought: number[] }> {
    const brought: number[] = [];
    const server = createServer((socket) => {
      let bytes = 0;
      socket.on('data', (chunk) => {
        bytes += chunk.length;
      });
      socket.on('error', () => undefined);
      socket.on('close', () => brought.push(bytes));
    });
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${z.object({ port: z.int() }).parse(server.address()).port}/hook?token=t`, brought };
  }

  test('brings not one byte', async () => {
    const { url, brought } = await aServer();
    await connectOnly(url, 5_000);
    await expect.poll(() => brought).toEqual([0]);
  });

  test('fails where nobody listens, and where what listens has no certificate', async () => {
    const { url } = await aServer();
    await expect(connectOnly(url.replace('http:', 'https:'), 500)).rejects.toThrow(/no connection within 0.5 s|SSL|ECONNRESET/);
    open.splice(0)[0]?.close();
    await expect(connectOnly(url, 5_000)).rejects.toThrow('ECONNREFUSED');
  });
});
