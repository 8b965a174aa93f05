import { expect, test } from 'vitest';
import type { TestCase } from '../../fixtures/a-case.ts';
import { clickBody } from '../payloads.ts';
import { LEAD, ONCALL, OPENER, openStage, refOf, VISITOR } from '../stage.ts';

const UNSUPPORTED = { wrong: { supports: 0, coverage: 0 } };
const BLOCKED = { wrong: { contradictions: 2 } };
const unknown = (one: TestCase) => one.decided().approved().started().recorded('unknown');
const learned = (one: TestCase) =>
  one.recovered().add({ kind: 'learned', revision: 1, runbook_id: 'learned-1', title: 'Scale', text: 'Scale the pool.' });

test.each([
  ['look_again', (one: TestCase) => one.decided(), UNSUPPORTED, { kind: 'replan_asked', by: LEAD, revision: 1 }],
  ['it_ran', unknown, BLOCKED, { kind: 'execution_recorded', outcome: 'done', settled_by: LEAD }],
  ['it_did_not_run', unknown, BLOCKED, { kind: 'execution_recorded', outcome: 'never_ran', settled_by: LEAD }],
  ['accept_runbook', learned, BLOCKED, { kind: 'learning_decided', decision: 'accepted', by: LEAD }],
  ['discard_runbook', learned, BLOCKED, { kind: 'learning_decided', decision: 'discarded', by: LEAD }],
] as const)('%s by an approver is recorded before the ack, and the card shows it', async (actionId, tell, story, entry) => {
  const stage = await openStage();
  const seeded = await stage.seed(tell, story);
  let atAck: unknown;
  await stage.deliver(clickBody({ user: LEAD, actionId, value: await refOf(seeded) }), async () => {
    atAck = (await stage.entries(seeded.caseId)).map(({ body }) => body).findLast(({ kind }) => kind === entry.kind);
  });
  expect(atAck).toMatchObject(entry);
  expect(stage.told).toEqual([]);
});

test.each([
  ['look_again', (one: TestCase) => one.decided(), UNSUPPORTED, VISITOR, /not named/],
  ['it_ran', unknown, BLOCKED, VISITOR, /not named/],
  ['it_ran', unknown, BLOCKED, OPENER, /not named/],
  ['accept_runbook', learned, BLOCKED, VISITOR, /not named/],
  ['rollback', (one: TestCase) => one.decided(), BLOCKED, LEAD, /does not offer/],
  ['it_ran', (one: TestCase) => one.decided(), BLOCKED, LEAD, /does not offer/],
  ['discard_runbook', (one: TestCase) => one.decided(), BLOCKED, LEAD, /does not offer/],
] as const)('%s where it is refused changes nothing and is told privately', async (actionId, tell, story, user, why) => {
  const stage = await openStage();
  const seeded = await stage.seed(tell, story);
  const before = await stage.entries(seeded.caseId);
  const { acks } = await stage.deliver(clickBody({ user, actionId, value: await refOf(seeded) }));
  expect(acks).toEqual([null]);
  expect(await stage.entries(seeded.caseId)).toEqual(before);
  expect(stage.told).toEqual([expect.objectContaining({ user, text: expect.stringMatching(why) })]);
});

test('the one who opened the case may have it looked at again', async () => {
  const stage = await openStage();
  const seeded = await stage.seed((one) => one.decided(), UNSUPPORTED);
  await stage.deliver(clickBody({ user: OPENER, actionId: 'look_again', value: await refOf(seeded) }));
  expect(await seeded.state()).toMatchObject({ status: 'analyzing', replanning: true });
});

test('pressed twice, it is done once', async () => {
  const stage = await openStage();
  const seeded = await stage.seed((one) => one.decided(), UNSUPPORTED);
  const value = await refOf(seeded);
  await stage.deliver(clickBody({ user: ONCALL, actionId: 'look_again', value }));
  await stage.deliver(clickBody({ user: ONCALL, actionId: 'look_again', value }));
  const asked = (await stage.entries(seeded.caseId)).filter(({ body }) => body.kind === 'replan_asked');
  expect(asked).toHaveLength(1);
  expect(stage.told).toEqual([expect.objectContaining({ text: expect.stringMatching(/does not offer/) })]);
});
