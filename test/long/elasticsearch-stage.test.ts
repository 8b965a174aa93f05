import { afterEach, expect, test } from 'vitest';
import { describeWithElasticsearch, withPrefix } from '../elasticsearch/at-hand.ts';
import { APPROVED, decide, openCase, SELF_RUNNING, seeThrough, untilShown, untilTold } from '../fixtures/acts.ts';
import { openStage, type Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';

describeWithElasticsearch('one governor with its log and library in the cluster', (url) => {
  const prefix = withPrefix();
  let stage: Stage | null = null;
  afterEach(async () => {
    await stage?.close();
    stage = null;
  });

  test('an incident that runs by itself and one that a person approves end resolved, with one effect each', async () => {
    const one = await openStage({ cluster: { url, prefix } });
    stage = one;
    const own = await openCase(one, SELF_RUNNING);
    const asked = await openCase(one, APPROVED);
    const shown = await untilShown(one, asked);
    await decide(one, shown, 'approve', 'lead', 'button');
    expect((await seeThrough(one, own)).status, one.report()).toBe('resolved');
    expect((await seeThrough(one, asked)).status, one.report()).toBe('resolved');
    await untilTold(one);
    await one.log.caughtUp();
    expect(await one.control.effects()).toHaveLength(2);
    expect(await problemsOf(one), one.report()).toEqual([]);
  });
});
