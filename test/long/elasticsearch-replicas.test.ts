import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithElasticsearch, withPrefix } from '../elasticsearch/at-hand.ts';
import { untilTold } from '../fixtures/acts.ts';
import type { Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import { ROUNDS } from '../fixtures/races.ts';
import { raceApprovers, raceExpiry, raceStop } from '../fixtures/racing.ts';
import { openYard } from '../fixtures/yard.ts';

const REPLICAS = 4;
const OPEN_MS_MAX = 120_000;
/** Whoever takes an approval need not be who executes it: the other hears of it with the next look at the log. */
const ACROSS_REPLICAS = { from: -4, to: 2_500 };
/** A busy machine is no reason for an executor to refuse what comes late. */
const PATIENT = { dispatch_s: 30 };
const LAST_MOMENT = { expiryS: 5, fromMs: 3_000, toMs: 100 };

async function openReplicas(url: string, prefix: string, config: Record<string, unknown> = {}): Promise<Stage> {
  const stage = await openYard(ROUNDS, { apps: REPLICAS, cluster: { url, prefix }, config: { ...PATIENT, ...config } });
  await stage.until('all to be connected', async () => (await stage.control.connections()) === REPLICAS);
  return stage;
}

describeWithElasticsearch('four governors on machines of their own over one cluster, two hundred rounds', (url) => {
  const prefix = withPrefix();
  let stage: Stage;
  beforeAll(async () => {
    stage = await openReplicas(url, prefix);
  }, OPEN_MS_MAX);
  afterAll(() => stage.close());

  test('of two approvers at once: one approval, and one execution', async () => {
    await raceApprovers(stage, 1);
  });
  test('of approve against hold: one execution, or none where the stop was first', async () => {
    await raceStop(stage, 2, 'hold', ACROSS_REPLICAS);
  });
  test('of approve against reject: one execution, or none where the stop was first', async () => {
    await raceStop(stage, 3, 'reject', ACROSS_REPLICAS);
  });
  test('and none of these executions was unsafe', async () => {
    await untilTold(stage, OPEN_MS_MAX);
    expect(await problemsOf(stage)).toEqual([]);
  });
});

describeWithElasticsearch('four governors on machines of their own over one cluster, approvals that run out', (url) => {
  const prefix = withPrefix();
  let stage: Stage;
  beforeAll(async () => {
    stage = await openReplicas(url, prefix, { approval_expiry_s: LAST_MOMENT.expiryS, reminders_at: [] });
  }, OPEN_MS_MAX);
  afterAll(() => stage.close());

  test('two hundred around the last moment: one execution in time, or expired and none', async () => {
    await raceExpiry(stage, 5, LAST_MOMENT);
    expect(await problemsOf(stage), stage.report()).toEqual([]);
  });
});
