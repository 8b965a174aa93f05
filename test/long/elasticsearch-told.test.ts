import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithElasticsearch, withPrefix } from '../elasticsearch/at-hand.ts';
import { untilTold } from '../fixtures/acts.ts';
import { openStage, type Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import { playAllTold, TOLD } from '../fixtures/told.ts';

const LIMIT_MS = 180_000;

describeWithElasticsearch('two governors over one cluster', (url) => {
  const prefix = withPrefix();
  let stage: Stage;
  let played: ReadonlyMap<string, Promise<void>>;
  beforeAll(async () => {
    stage = await openStage({ fast: false, apps: 2, cluster: { url, prefix } });
    played = playAllTold(stage);
  }, LIMIT_MS);
  afterAll(() => stage.close());

  test.for([...TOLD])('$title: ends as it is told', async ({ id }) => {
    await played.get(id);
  });

  test('and nothing ran that should not have', async () => {
    await Promise.allSettled(played.values());
    await untilTold(stage, LIMIT_MS);
    expect(await problemsOf(stage), stage.report()).toEqual([]);
    expect(await stage.control.effects()).toHaveLength(TOLD.reduce((sum, { ends }) => sum + ends.executions, 0));
  });
});
