import { afterEach, expect, test } from 'vitest';
import {
  APPROVED,
  decide,
  openCase,
  SELF_RUNNING,
  seeThrough,
  stateOf,
  type Told,
  untilRest,
  untilShown,
  untilTold,
} from '../fixtures/acts.ts';
import type { Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import { eachOf, note, seeded } from '../fixtures/wait.ts';
import { openYard, yardCase } from '../fixtures/yard.ts';

const CASES = 40;
const LEASE_S = 1;
const NUMBERS = Array.from({ length: CASES }, (_, number) => number);

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

async function openTwo(): Promise<Stage> {
  const opened = await openYard(CASES, { apps: 2, config: { lease_s: LEASE_S } });
  stage = opened;
  await opened.until('both apps to be connected', async () => (await opened.control.connections()) === 2);
  return opened;
}

const toldOf = (number: number) => yardCase(number, number % 2 === 0 ? 'high' : 'low');

async function openByMention(two: Stage, { service, severity, summary }: Told): Promise<string> {
  await two.control.say('visitor', `@governor ${service} ${severity} ${summary}`);
  const opened = await two.until(`the mention of ${service} to be taken`, () => two.log.ofService(service));
  return opened.caseId;
}

const duplicatesOf = (keys: readonly string[]): string[] => keys.filter((key, index) => keys.indexOf(key) !== index);

test('two apps on one home: every event counts once although each is delivered twice, and every case runs once', async () => {
  const two = await openTwo();
  const random = seeded(7);
  // Slack never sends a command twice, but every event may come again, and to the other app.
  const commanded = new Map<number, string>();
  await eachOf(NUMBERS.slice(0, CASES / 2), 10, async (number) => {
    commanded.set(number, await openCase(two, toldOf(number)));
  });
  await two.control.fault({ target: 'slack', method: 'connection', kind: 'duplicate', times: 100_000 });
  await eachOf(NUMBERS, 10, async (number) => {
    const caseId = commanded.get(number) ?? (await openByMention(two, toldOf(number)));
    const state = await untilShown(two, caseId);
    if (number % 2 === 0)
      await Promise.all(
        ['oncall', 'lead'].map((user) => decide(two, state, 'approve', user, random.of(['button', 'command', 'reply']))),
      );
    await untilRest(two, caseId);
  });
  await untilTold(two);

  expect(two.log.states().map(({ status }) => status)).toEqual(NUMBERS.map(() => 'resolved'));
  expect(await two.control.effects(), two.report()).toHaveLength(CASES);
  const eventKeys = two.log
    .rows()
    .flatMap(({ entry }) => ('event_key' in entry.body && entry.body.event_key !== null ? [entry.body.event_key] : []));
  expect(duplicatesOf(eventKeys)).toEqual([]);
  expect(duplicatesOf(two.log.states().map(({ intakeKey }) => intakeKey))).toEqual([]);
  const approvals = two.log.rows().filter(({ entry }) => entry.body.kind === 'approved').length;
  expect(approvals, 'one approval a case').toBe(CASES / 2);
  expect(await problemsOf(two), two.report()).toEqual([]);
});

test('an app that is stopped past its lease and continued appends nothing wrong; the other goes on meanwhile', async () => {
  const two = await openTwo();
  const random = seeded(8);
  let wentOn = 0;
  for (const round of NUMBERS.slice(0, 12)) {
    const stopped = random.of(two.apps());
    const opening = openCase(two, round % 3 === 0 ? APPROVED : SELF_RUNNING);
    await new Promise((resolve) => setTimeout(resolve, random.below(700)));
    stopped.signal('SIGSTOP');
    const before = two.log.rows().length;
    await new Promise((resolve) => setTimeout(resolve, LEASE_S * 1_000 + 1_200));
    if (two.log.rows().length > before) wentOn += 1;
    stopped.signal('SIGCONT');
    await seeThrough(two, await opening);
  }
  await untilTold(two, 40_000, { asked: false });
  note(`stopped past the lease: the other app went on in ${wentOn} of 12 rounds`);

  expect(wentOn).toBeGreaterThan(0);
  expect(
    two.log
      .states()
      .filter(({ status }) => status !== 'resolved')
      .map(({ caseId, status }) => `${caseId} ${status}`),
    two.report(),
  ).toEqual([]);
  const effects = await two.control.effects();
  expect(duplicatesOf(effects.map(({ case_id }) => case_id)), two.report()).toEqual([]);
  expect(await problemsOf(two), two.report()).toEqual([]);
});

test('an app that is stopped while its order is under way finds the execution settled by the other and leaves it so', async () => {
  const two = await openTwo();
  for (const round of [0, 1, 2, 3, 4]) {
    // The order is slow to arrive, so that its sender can be stopped while it waits for the answer.
    await two.control.fault({ target: 'executor', method: 'run', kind: 'delay', ms: 400, times: 1 });
    const caseId = await openCase(two, yardCase(round, 'low'));
    await two.until('the execution to start', () => two.log.kinds(caseId).includes('execution_started'), { everyMs: 3 });
    await two.until('the order to arrive', async () => (await two.control.faultsLeft()) === 0, { everyMs: 3 });
    const apps = two.apps();
    for (const app of apps) app.signal('SIGSTOP');
    await two.until('the effect', async () => (await two.control.effects()).some(({ case_id }) => case_id === caseId));
    const sender = apps[round % 2];
    for (const app of apps) if (app !== sender) app.signal('SIGCONT');
    await new Promise((resolve) => setTimeout(resolve, LEASE_S * 1_000 + 2_500));
    sender?.signal('SIGCONT');
    expect((await seeThrough(two, caseId)).status, two.report()).toBe('resolved');
    expect(stateOf(two, caseId).executionCount).toBe(1);
  }
  await untilTold(two, 40_000, { asked: false });
  expect(await two.control.effects()).toHaveLength(5);
  expect(await problemsOf(two), two.report()).toEqual([]);
});
