import { expect, test } from 'vitest';
import { GovernorConfig } from '../../../contracts/config.ts';
import { RUNBOOK_TITLE_BLOCK, runbookBodyBlock } from '../../../views/edit-runbook-modal.ts';
import type { TestCase } from '../../fixtures/a-case.ts';
import { clickBody, submitBody } from '../payloads.ts';
import { GONE, GUEST, LEAD, ONCALL, OPENER, openStage, ROBOT, refOf, type Seeded, type Stage, VISITOR } from '../stage.ts';

const BLOCKED = { wrong: { contradictions: 2 } };
const TEXT = 'Scale the pool.';
const LONG = Array.from({ length: 90 }, (_, at) => `Step ${at}: look whether the queue drains, and wait a minute.`).join('\n');

const learnedAs = (text: string) => (one: TestCase) =>
  one.recovered().add({ kind: 'learned', revision: 1, runbook_id: 'learned:case-0001', title: 'Scale', text });

async function seeded(text = TEXT, config?: GovernorConfig): Promise<{ stage: Stage; seeded: Seeded }> {
  const stage = await openStage(config === undefined ? {} : { config });
  const one = await stage.seed(learnedAs(text), BLOCKED);
  await stage.store.library.put([
    {
      kind: 'runbook',
      id: 'learned:case-0001',
      service: 'billing-batch',
      title: 'Scale',
      recommended_action: 'scale_worker_pool',
      body: text,
      status: 'learned',
      from_case: 'case-0001',
    },
  ]);
  return { stage, seeded: one };
}
const stored = async (stage: Stage) => (await stage.store.library.get(['learned:case-0001']))[0];

const typed = (value: string) => ({ value: { type: 'plain_text_input', value } });

/** The form as Slack shows it to this person, sent back as it is but for the first part. */
async function edits(stage: Stage, one: Seeded, user: string, first: (text: string) => string) {
  await stage.deliver(clickBody({ user, actionId: 'edit_runbook', value: await refOf(one) }));
  const view = stage.slack.of('views.open').at(-1)?.body.view as {
    callback_id: string;
    private_metadata: string;
    blocks: { block_id?: string; element?: { initial_value?: string } }[];
  };
  const inputs = view.blocks.flatMap(({ block_id, element }) => (block_id === undefined ? [] : [[block_id, element] as const]));
  const values = Object.fromEntries(inputs.map(([id, element]) => [id, typed(element?.initial_value ?? '')]));
  const title = { [RUNBOOK_TITLE_BLOCK]: typed('Scale the workers') };
  const begin = runbookBodyBlock(0);
  const written = { [begin]: typed(first(values[begin]?.value.value ?? '')) };
  await stage.deliver(submitBody(user, view, { ...values, ...title, ...written }));
  return inputs.length;
}

test.each([
  ['a visitor', VISITOR],
  ['a guest of another workspace whom a rule names', GUEST],
  ['a bot whom a rule names', ROBOT],
  ['somebody whose account is gone', GONE],
  ['whoever opened the case', OPENER],
  ['an approver of another service', ONCALL],
])('%s makes no learned runbook active, by no button and by no form, and is told so alone', async (_who, user) => {
  const config = GovernorConfig.parse({
    approvers: [{ users: [LEAD, GUEST, ROBOT] }, { users: [ONCALL], services: ['payments-api'] }],
  });
  const { stage, seeded: one } = await seeded(TEXT, config);
  const before = [await stored(stage), await stage.entries(one.caseId)];
  for (const actionId of ['accept_runbook', 'discard_runbook'])
    await stage.deliver(clickBody({ user, actionId, value: await refOf(one) }));
  await edits(stage, one, user, () => 'mine');
  expect([await stored(stage), await stage.entries(one.caseId)]).toEqual(before);
  expect(stage.told.map((told) => told.user)).toEqual([user, user, user]);
});

test('an approver accepts by the form, and what is stored is what was written there, however many parts it has', async () => {
  const { stage, seeded: one } = await seeded(LONG);
  const inputs = await edits(stage, one, ONCALL, (text) => text.replace('Step 0:', 'First of all,'));
  expect(inputs).toBeGreaterThan(2);
  expect(await stored(stage)).toMatchObject({
    status: 'accepted',
    accepted_by: ONCALL,
    title: 'Scale the workers',
    body: LONG.replace('Step 0:', 'First of all,'),
  });
});

test('an old card, a second click and a form that was left open decide nothing more', async () => {
  const { stage, seeded: one } = await seeded();
  const value = await refOf(one);
  await stage.deliver(clickBody({ user: LEAD, actionId: 'discard_runbook', value }));
  const before = [await stored(stage), await stage.entries(one.caseId)];
  expect(before[0]).toMatchObject({ status: 'discarded' });
  for (const actionId of ['accept_runbook', 'discard_runbook', 'edit_runbook'])
    await stage.deliver(clickBody({ user: ONCALL, actionId, value }));
  const older = JSON.stringify({ ...JSON.parse(value), revision: 7 });
  await stage.deliver(clickBody({ user: ONCALL, actionId: 'accept_runbook', value: older }));
  expect([await stored(stage), await stage.entries(one.caseId)]).toEqual(before);
  expect(stage.told).toHaveLength(4);
});
