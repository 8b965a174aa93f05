import { expect, test } from 'vitest';
import { createReadThread } from '../../listeners/messages/read-thread.ts';
import { DETAILS_TS } from '../fixtures/a-case.ts';
import { OWN_TEAM } from '../listeners/bolt.ts';
import { messageBody, slashBody } from '../listeners/payloads.ts';
import { GUEST, LEAD, openStage } from '../listeners/stage.ts';

test('an APPROVE that was too early, and said so, does not come to count when the thread is read again', async () => {
  const stage = await openStage();
  const seeded = await stage.seed((one) => one.opened().posted().planned().stressed().gated(), { wrong: { contradictions: 2 } });
  const early = messageBody(LEAD, 'APPROVE', { thread_ts: seeded.cardTs });
  await stage.deliver(early);
  expect(stage.told).toHaveLength(1);
  const state = await seeded.state();
  const shown = {
    kind: 'decision_shown' as const,
    revision: 1,
    digest: state.revisions[0]?.gated?.digest ?? '',
    thread_ts: DETAILS_TS,
    shows_seq: state.seq,
  };
  await stage.parts.cases.record(state, shown);
  const said = { user: LEAD, text: 'APPROVE', teamId: OWN_TEAM, botId: null, subtype: null, edited: false };
  stage.replies.push({ ts: String(early.event.ts), ...said });
  await createReadThread(stage.parts)(await seeded.state());
  expect((await seeded.state()).revisions[0]?.approvals).toEqual([]);
  expect((await stage.entries(seeded.caseId)).filter(({ body }) => body.kind === 'refused')).toHaveLength(1);
});

test.each(['list', 'show case-0001', 'who case-0001'])(
  'a stranger of a shared channel cannot read other cases by `/incident %s`',
  async (text) => {
    const stage = await openStage();
    await stage.seed(undefined, { wrong: { contradictions: 2 } });
    await stage.deliver(slashBody(GUEST, text));
    expect(stage.heard.join()).toMatch(/belongs to another/);
    expect(stage.heard.join()).not.toMatch(/billing-batch/);
  },
);
