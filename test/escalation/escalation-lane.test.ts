import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { EscalationNotice } from '../../contracts/escalation.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { createCases } from '../../pipeline/cases.ts';
import type { Ladder } from '../../pipeline/escalation.ts';
import { createEscalationLane } from '../../src/escalation/escalation-lane.ts';
import { noticeOf } from '../../src/escalation/notice.ts';
import { refusedFor, type Teller } from '../../src/escalation/teller.ts';
import { createWebhookTeller } from '../../src/escalation/webhook.ts';
import { createWorkflowTeller } from '../../src/escalation/workflow.ts';
import { blockingDocuments } from '../fixtures/builders.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { type Got, openTarget } from './target.ts';

const nothing = (): void => undefined;
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => logger };
const REASONS = ['blocked', 'not_recovered', 'outcome_unknown', 'failed', 'expired'] as const;
const ladder: Ladder = {
  reasons: REASONS,
  targets: [
    { name: 'webhook', channel: 'webhook', to: 'pager.example', afterS: 0, nextInLine: false },
    { name: 'contact', channel: 'dm', to: 'U0000LEAD', afterS: 0, nextInLine: false },
    { name: 'next-1', channel: 'dm', to: 'U00ONCALL', afterS: 600, nextInLine: true },
  ],
};

/** A blocked case, with tellers that a test scripts; a lane made anew is what a restarted process has. */
async function stage(webhook: Teller, given: Partial<Ladder> = {}) {
  const governor = await inProcess({ documents: blockingDocuments });
  const state = await governor.decide();
  const messages: string[] = [];
  const dm: Teller = async (_notice, { target }) => {
    messages.push(target.to);
    return { to: target.to, detail: '' };
  };
  const by = { ...ladder, ...given };
  const facts = { cardUrl: () => null, simulated: true, hide: (text: string) => text };
  const aLane = () =>
    createEscalationLane({
      cases: governor.cases,
      ladder: by,
      tellers: { webhook, workflow: webhook, dm },
      noticeOf: (now, due) => noticeOf(now, due, facts),
      clock: governor.clock,
      giveUpMs: 60_000,
      hide: facts.hide,
      logger,
    });
  const escalated = async (): Promise<string[]> =>
    (await governor.store.caseLog.read(state.caseId)).flatMap(({ body }) =>
      body.kind === 'escalated' ? [`${body.key} ${body.outcome}`] : [],
    );
  /** Runs whatever is due until now, as the worker does. */
  const settle = async (lane = aLane()): Promise<CaseState> => {
    let now = await governor.reload(state.caseId);
    for (let round = 0; round < 20; round += 1) {
      const due = lane.due(now);
      if (due === null || due.atMs > governor.clock.now()) break;
      await lane.run(now);
      now = await governor.reload(state.caseId);
    }
    return now;
  };
  return { ...governor, state, aLane, settle, escalated, messages };
}

const first = (got: readonly Got[]): Got => got[0] ?? { path: '', headers: {}, body: '{}' };

const sent: Teller = async () => ({ to: 'pager.example', detail: 'status 200' });

test('a blocked case is told to the webhook and to the contact, and to nobody a second time after a restart', async () => {
  const { settle, escalated, messages } = await stage(sent);
  await settle();
  await settle();
  expect((await escalated()).sort()).toEqual(['blocked:contact sent', 'blocked:webhook sent']);
  expect(messages).toEqual(['U0000LEAD']);
});

test('the next in line is told when their time has come, and not once somebody has decided', async () => {
  const { settle, messages, clock, aLane, reload, state } = await stage(sent);
  const lane = aLane();
  await settle(lane);
  expect(lane.due(await reload(state.caseId))).toEqual({ atMs: expect.any(Number), waits: true });
  clock.ms += 601_000;
  await settle(lane);
  expect(messages).toEqual(['U0000LEAD', 'U00ONCALL']);
  const decided = await stage(sent);
  await decided.settle();
  await decided.approve(decided.state);
  decided.clock.ms += 601_000;
  await decided.settle();
  expect(decided.messages).toEqual(['U0000LEAD']);
});

test('a target that is away is tried until it is back, and keeps no other waiting', async () => {
  let away = true;
  let asked = 0;
  const { settle, escalated, messages, clock, aLane } = await stage(async () => {
    asked += 1;
    if (away) throw new Error('connection refused');
    return { to: 'pager.example', detail: '' };
  });
  const lane = aLane();
  const now = await settle(lane);
  expect(messages).toEqual(['U0000LEAD']);
  expect(await escalated()).toEqual(['blocked:contact sent']);
  expect(lane.due(now)).toMatchObject({ waits: false });
  clock.ms += 5_000;
  await settle(lane);
  expect(asked).toBe(2);
  away = false;
  clock.ms += 60_000;
  await settle(lane);
  expect(await escalated()).toContain('blocked:webhook sent');
});

test('a target that stays away is given up in the end, and the thread says so', async () => {
  const { settle, escalated, clock, aLane, reload, state } = await stage(async () => {
    throw new Error('connection refused');
  });
  const lane = aLane();
  await settle(lane);
  clock.ms += 61_000;
  await settle(lane);
  expect(await escalated()).toContain('blocked:webhook failed');
  const now = await reload(state.caseId);
  expect(now.noted.length).toBe(2);
  expect(now.escalations['blocked:webhook']).toMatchObject({ outcome: 'failed' });
});

test('a target that says no is not asked again', async () => {
  let asked = 0;
  const { settle, escalated } = await stage(async () => {
    asked += 1;
    throw refusedFor('status 404');
  });
  await settle();
  expect(asked).toBe(1);
  expect(await escalated()).toContain('blocked:webhook failed');
});

test('whoever was told while the store took no entry is not told again by the same process', async () => {
  const { aLane, cases, state, messages, reload, settle, escalated } = await stage(sent, { targets: ladder.targets.slice(1, 2) });
  const lane = aLane();
  const { change } = cases;
  cases.change = async () => {
    throw new Error('disk full');
  };
  await expect(lane.run(await reload(state.caseId))).rejects.toThrow('disk full');
  cases.change = change;
  await settle(lane);
  expect(messages).toEqual(['U0000LEAD']);
  expect(await escalated()).toEqual(['blocked:contact sent']);
});

test('two processes that tell at the same time record it once', async () => {
  const { aLane, reload, state, escalated, store, clock, ids } = await stage(sent);
  const other = createCases({ log: store.caseLog, clock, ids });
  const now = await reload(state.caseId);
  await Promise.all([aLane().run(now), aLane().run((await other.load(state.caseId)) ?? now)]);
  expect((await escalated()).sort()).toEqual(['blocked:contact sent', 'blocked:webhook sent']);
});

test('the webhook gets a body that its signature proves, a key that names the escalation, and a text for chat systems', async () => {
  const target = await openTarget();
  const { settle, clock, state } = await stage(
    createWebhookTeller({ url: `${target.url}/page?token=t`, secret: 'shared', timeoutMs: 5_000, clock: { now: () => 1_000 } }),
  );
  await settle();
  expect(clock.now()).toBeGreaterThan(0);
  expect(target.got).toHaveLength(1);
  const { headers, body } = first(target.got);
  expect(headers['x-governor-signature']).toBe(`v1=${createHmac('sha256', 'shared').update(`v1:1:${body}`).digest('hex')}`);
  expect(headers['idempotency-key']).toBe(`${state.caseId}:blocked:webhook`);
  const { text, ...notice } = JSON.parse(body);
  expect(EscalationNotice.parse(notice)).toMatchObject({ reason: 'blocked', rules: ['contradictions'], case_id: state.caseId });
  expect(text).toContain(`Case ${state.caseId}`);
});

test('without a secret nothing pretends to be signed', async () => {
  const target = await openTarget();
  const { settle, clock } = await stage((...given) =>
    createWebhookTeller({ url: target.url, secret: null, timeoutMs: 5_000, clock })(...given),
  );
  await settle();
  expect(target.got[0]?.headers).not.toHaveProperty('x-governor-signature');
});

test.each<[string, (count: number) => number | 'hang' | 'cut', string]>([
  ['a server fault is tried again', (count) => (count === 1 ? 500 : 200), 'blocked:webhook sent'],
  ['too many requests are tried again', (count) => (count === 1 ? 429 : 200), 'blocked:webhook sent'],
  ['a cut connection is tried again', (count) => (count === 1 ? 'cut' : 200), 'blocked:webhook sent'],
  ['one that hangs is tried again', (count) => (count === 1 ? 'hang' : 200), 'blocked:webhook sent'],
  ['a definite no is recorded', () => 403, 'blocked:webhook failed'],
])('%s', async (_claim, says, outcome) => {
  const target = await openTarget(says);
  const teller: Teller = (...given) =>
    createWebhookTeller({ url: target.url, secret: null, timeoutMs: 300, clock: { now: Date.now } })(...given);
  const { settle, escalated, clock, aLane } = await stage(teller);
  const lane = aLane();
  await settle(lane);
  clock.ms += 5_000;
  await settle(lane);
  expect(await escalated()).toContain(outcome);
});

test('the workflow is run with the notice as its input, in its space, by the key that Kibana gave', async () => {
  const target = await openTarget();
  const teller = createWorkflowTeller({
    url: `${target.url}/`,
    apiKey: 'a2V5',
    workflowId: 'page/oncall',
    runPath: '/api/workflows/workflow/{id}/run',
    space: 'ops',
    timeoutMs: 5_000,
  });
  const { settle, reload, state } = await stage(teller);
  await settle();
  const { path, headers, body } = first(target.got);
  expect(path).toBe('/s/ops/api/workflows/workflow/page%2Foncall/run');
  expect(headers).toMatchObject({ authorization: 'ApiKey a2V5', 'kbn-xsrf': 'governor' });
  expect(EscalationNotice.parse(JSON.parse(body).inputs.incident_escalation).key).toBe(`${state.caseId}:blocked:webhook`);
  expect((await reload(state.caseId)).escalations['blocked:webhook']).toMatchObject({ to: 'page/oncall' });
});
