import { expect, onTestFinished, test } from 'vitest';
import { createCases } from '../../pipeline/cases.ts';
import type { Ladder } from '../../pipeline/escalation.ts';
import { createEscalationLane, createEscalationLanes } from '../../src/escalation/escalation-lane.ts';
import { noticeOf } from '../../src/escalation/notice.ts';
import type { Teller } from '../../src/escalation/teller.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { anIncident, blockingDocuments } from '../fixtures/builders.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { waitFor } from '../fixtures/wait.ts';
import { silentLog } from '../outward/silent-log.ts';

const ladder: Ladder = {
  reasons: ['failed'],
  targets: [{ name: 'webhook', channel: 'webhook', to: 'pager.example', afterS: 0, nextInLine: false }],
};
const facts = { cardUrl: () => null, simulated: true, hide: (text: string) => text };

/** A process of its own on the same store: what it knows, it read. */
async function aProcess({ store, clock, ids }: Awaited<ReturnType<typeof inProcess>>, webhook: Teller, by: Ladder = ladder) {
  const cases = createCases({ log: store.caseLog, clock, ids, ladder: by });
  const lane = createEscalationLane({
    cases,
    ladder: by,
    tellers: { webhook, workflow: null, dm: null },
    noticeOf: (state, due) => noticeOf(state, due, facts),
    clock,
    giveUpMs: 3_600_000,
    hide: facts.hide,
    logger: silentLog,
  });
  const worker = createWorker({
    log: store.caseLog,
    cases,
    lanes: [lane],
    ticketed: false,
    ladder: by,
    clock,
    logger: silentLog,
    holder: crypto.randomUUID(),
    leaseMs: 4_000,
    slotsMax: 4,
  });
  onTestFinished(() => worker.stop(1_000));
  return { cases, worker };
}

test('a case that stopped for good while its target was away is told of by the next process, and then left alone', async () => {
  const governor = await inProcess();
  let tries = 0;
  const first = await aProcess(governor, async () => {
    tries += 1;
    throw new Error('connection refused');
  });
  const incident = anIncident({ id: 'inc-777' });
  const opened = await first.cases.open('inc-777', {
    kind: 'incident_opened',
    incident,
    channel: 'C0INCIDENTS',
    intake_key: 'k',
  });
  const shown =
    opened && (await first.cases.record(opened, { kind: 'card_posted', revision: 1, channel: 'C0', ts: '1.1', shows_seq: 2 }));
  if (!shown) throw new Error('somebody else was first');
  await first.cases.record(shown, { kind: 'failed', step: 'execute', problem: 'the action left the catalogue' });
  await first.worker.start();
  await waitFor('the first try', () => tries > 0);
  expect(first.worker.idle()).toBe(false);
  await first.worker.stop(1_000);
  expect(await governor.store.caseLog.openCases()).toEqual(['inc-777']);

  const told: string[] = [];
  const second = await aProcess(governor, async ({ key }) => {
    told.push(key);
    return { to: 'pager.example', detail: '' };
  });
  await second.worker.start();
  await waitFor('the other process', () => told.length > 0);
  await waitFor('the worker to rest', () => second.worker.idle());
  expect(told).toEqual(['inc-777:failed:webhook']);
  await second.worker.wakeAll();
  expect(told).toHaveLength(1);
  expect(await governor.reload('inc-777')).toMatchObject({ escalations: { 'failed:webhook': { outcome: 'sent' } } });
});

test('a pager that hangs keeps nobody from being told by message, however many cases stand still', async () => {
  const governor = await inProcess();
  const both: Ladder = {
    reasons: ['failed'],
    targets: [...ladder.targets, { name: 'contact', channel: 'dm', to: 'oncall', afterS: 0, nextInLine: false }],
  };
  const { clock, store, ids } = governor;
  const cases = createCases({ log: store.caseLog, clock, ids, ladder: both });
  const [told, hanging] = [new Set<string>(), Promise.withResolvers<never>()];
  hanging.promise.catch(() => undefined);
  const dm: Teller = async ({ case_id }) => {
    told.add(case_id);
    return { to: 'oncall', detail: '' };
  };
  const tellers = { webhook: () => hanging.promise, workflow: null, dm };
  const { hide } = facts;
  const parts = { cases, ladder: both, tellers, clock, giveUpMs: 3_600_000, hide, logger: silentLog };
  const lanes = createEscalationLanes({ ...parts, noticeOf: (state, due) => noticeOf(state, due, facts) });
  const common = { log: store.caseLog, cases, ladder: both, clock, logger: silentLog, ticketed: false, holder: 'test' };
  const worker = createWorker({ ...common, lanes, leaseMs: 4_000, slotsMax: 2 });
  onTestFinished(async () => {
    hanging.reject(new Error('cut off'));
    await worker.stop(1_000);
  });
  const caseIds = Array.from({ length: 7 }, (_, number) => `inc-80${number}`);
  for (const id of caseIds) {
    const about = { kind: 'incident_opened' as const, channel: 'C0INCIDENTS', intake_key: id };
    const opened = await cases.open(id, { ...about, incident: anIncident({ id }) });
    if (opened === null) throw new Error('the id is taken');
    await cases.record(opened, { kind: 'failed', step: 'execute', problem: 'the action left the catalogue' });
  }
  await worker.start();
  await waitFor('everybody to be told by message', () => told.size === caseIds.length, { limitMs: 5_000 });
});

test('the next in line is told at the sweep after their time, by a process that knew nothing of the case', async () => {
  const governor = await inProcess({ documents: blockingDocuments });
  const { caseId } = await governor.decide();
  const told: string[] = [];
  const chain: Ladder = {
    reasons: ['blocked'],
    targets: [0, 600, 1_200].map((afterS) => ({
      name: `after-${afterS}`,
      channel: 'webhook',
      to: 'pager.example',
      afterS,
      nextInLine: afterS > 0,
    })),
  };
  const teller: Teller = async (_notice, { target }) => {
    told.push(target.name);
    return { to: target.to, detail: '' };
  };
  governor.clock.ms += 700_000;
  const { worker } = await aProcess(governor, teller, chain);
  await worker.start();
  await waitFor('everybody whose time has come', () => told.length === 2);
  await waitFor('the worker to rest', () => worker.idle());
  expect(told.toSorted()).toEqual(['after-0', 'after-600']);
  // The clock of the test moves; no timer of the machine does.
  governor.clock.ms += 600_000;
  await worker.wakeAll();
  await waitFor('the last of the line', () => told.length === 3);
  const state = await governor.reload(caseId);
  expect(Object.keys(state.escalations).toSorted()).toEqual(['blocked:after-0', 'blocked:after-1200', 'blocked:after-600']);
});
