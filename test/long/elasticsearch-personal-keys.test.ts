import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { describeWithElasticsearch, withPrefix } from '../elasticsearch/at-hand.ts';
import { APPROVED, effectsOf, openCase, SELF_RUNNING, seeThrough, stateOf, untilShown } from '../fixtures/acts.ts';
import { openStage, type Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import { aKeyHolder, listing, SOON_MS, waitedMs } from '../fixtures/personal.ts';
import { note } from '../fixtures/wait.ts';

describeWithElasticsearch('personal keys, with the log in the cluster', (url) => {
  const prefix = withPrefix();
  const lead = aKeyHolder('U0000LEAD');
  let stage: Stage | null = null;
  afterEach(async () => {
    await stage?.close();
    stage = null;
  });

  const signedIn = (one: Stage, caseId: string): boolean =>
    one.log.entriesOf(caseId).some(({ body }) => body.kind === 'approved' && body.via === 'cli' && body.signed !== undefined);

  test('an approval reaches the app that runs, and one that was given while none ran the next one; so does the end of a pause', async () => {
    const one = await openStage({ cluster: { url, prefix }, config: { approvers: [listing([lead], { users: ['U0000LEAD'] })] } });
    stage = one;
    const key = ['--key', lead.save(join(one.home, 'lead.key'))];

    const beside = await untilShown(one, await openCase(one, APPROVED));
    await one.cli('approve', beside.caseId, '--yes', ...key);
    expect((await seeThrough(one, beside.caseId)).status, one.report()).toBe('resolved');
    expect(signedIn(one, beside.caseId)).toBe(true);
    note(`the order came ${waitedMs(one, beside.caseId)} ms after the approval`);
    expect(waitedMs(one, beside.caseId)).toBeLessThan(SOON_MS);

    await one.cli('pause', 'a change window');
    const waiting = await openCase(one, SELF_RUNNING);
    await one.until('it to wait', () => one.log.state(waiting)?.waiting?.for === 'paused');
    await one.cli('resume', ...key);
    expect((await seeThrough(one, waiting)).status, one.report()).toBe('resolved');

    const later = await untilShown(one, await openCase(one, APPROVED));
    for (const app of one.apps()) await app.end('SIGKILL');
    await one.cli('approve', later.caseId, '--yes', ...key);
    await one.log.caughtUp();
    expect(stateOf(one, later.caseId).status).toBe('ready_to_execute');
    await one.startApp();
    expect((await seeThrough(one, later.caseId)).status, one.report()).toBe('resolved');
    for (const { caseId } of [beside, later]) expect(await effectsOf(one, caseId)).toHaveLength(1);

    const report = JSON.parse(await one.cli('audit', 'verify', '--json'));
    expect(report).toMatchObject({ ok: true, signatures: 3, notes: [] });
    await one.log.caughtUp();
    expect(await problemsOf(one), one.report()).toEqual([]);
  });
});
