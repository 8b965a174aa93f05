import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithElasticsearch, withPrefix } from '../elasticsearch/at-hand.ts';
import { untilTold } from '../fixtures/acts.ts';
import type { Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import { ROUNDS } from '../fixtures/races.ts';
import { raceApprovers, raceStop } from '../fixtures/racing.ts';
import { openYard } from '../fixtures/yard.ts';

const REPLICAS = 4;
const START_MS_MAX = 120_000;

describeWithElasticsearch('four governors on machines of their own share one cluster: two hundred rounds', (url) => {
  const prefix = withPrefix();
  let stage: Stage;
  beforeAll(async () => {
    stage = await openYard(ROUNDS, { apps: REPLICAS, cluster: { url, prefix } });
    await stage.until('all to be connected', async () => (await stage.control.connections()) === REPLICAS);
  }, START_MS_MAX);
  afterAll(() => stage.close());

  test('two approvers at once approve once and execute once', async () => {
    const t = Date.now();
    await raceApprovers(stage, 1);
    console.log('took', Date.now() - t, stage.log.rows().length);
  });
  test('approve against hold: one execution, or none where the stop was first', async () => {
    const t = Date.now();
    await raceStop(stage, 2, 'hold');
    console.log('took', Date.now() - t, stage.log.rows().length);
  });
  test('approve against reject: one execution, or none where the stop was first', async () => {
    const t = Date.now();
    await raceStop(stage, 3, 'reject');
    console.log('took', Date.now() - t, stage.log.rows().length);
  });
  test('and none of these executions was unsafe', async () => {
    await untilTold(stage, 60_000);
    const t = Date.now();
    expect(await problemsOf(stage)).toEqual([]);
    console.log('took', Date.now() - t, stage.log.rows().length);
  });
});
