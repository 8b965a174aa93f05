import { expect, onTestFinished, test } from 'vitest';
import { createCases } from '../../pipeline/cases.ts';
import type { Ladder } from '../../pipeline/escalation.ts';
import { createEscalationLane } from '../../src/escalation/escalation-lane.ts';
import { noticeOf } from '../../src/escalation/notice.ts';
import type { Teller } from '../../src/escalation/teller.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { anIncident } from '../fixtures/builders.ts';
import { inProcess } from '../fixtures/in-process.ts';
import { waitFor } from '../fixtures/wait.ts';
import { silentLog } from '../outward/silent-log.ts';

const ladder: Ladder = {
  reasons: ['failed'],
  targets: [{ name: 'webhook', channel: 'webhook', to: 'pager.example', afterS: 0, nextInLine: false }],
};
const facts = { cardUrl: () => null, simulated: true, hide: (text: string) => text };

/** A process of its own on the same store: what it knows, it read. */
async function aProcess({ store, clock, ids }: Awaited<ReturnType<typeof inProcess>>, webhook: Teller) {
  const cases = createCases({ log: store.caseLog, clock, ids, ladder });
  const lane = createEscalationLane({
    cases,
    ladder,
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
    ladder,
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
