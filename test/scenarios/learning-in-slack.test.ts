import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentCard, currentRevision } from '../../pipeline/case-state.ts';
import { FAILURES_DOUBTED } from '../../pipeline/track-record.ts';
import {
  APPROVED,
  effectsOf,
  openCase,
  refOf,
  SELF_RUNNING,
  seeThrough,
  stateOf,
  type Told,
  untilTold,
} from '../fixtures/acts.ts';
import { openStage, type Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';

// In the workspace, with the library as it is shipped: an incident, what was learned from it, and the same incident again.

const OTHER: Told = {
  service: 'notifications',
  severity: 'medium',
  summary: 'notifications delayed, workers idle in front of a full queue',
};

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterAll(() => stage.close());

async function play(told: Told): Promise<CaseState> {
  const state = await seeThrough(stage, await openCase(stage, told));
  await untilTold(stage);
  return stateOf(stage, state.caseId);
}

const learnedIdOf = ({ caseId }: CaseState): string => `learned:${caseId}`;
const storedOf = async (state: CaseState) => (await stage.store.library.get([learnedIdOf(state)]))[0];
const cardOf = async (state: CaseState): Promise<string> =>
  JSON.stringify((await stage.control.messages()).find(({ ts }) => ts === currentCard(state)?.ts)?.blocks);
const click = (user: string, state: CaseState, button: string) =>
  stage.control.click(user, currentCard(state)?.ts ?? '', button, refOf(state));
/** Whether the library holds what people decided. */
const isKept = ({ caseId }: CaseState, decision: string): boolean => {
  const { learned } = stateOf(stage, caseId);
  return learned?.decision === decision && learned.kept;
};
const privately = async (user: string): Promise<number> =>
  (await stage.control.messages('channel=incidents')).filter(({ ephemeral_to }) => ephemeral_to === user).length;

const resultOf = (state: CaseState) => {
  const now = currentRevision(state);
  const stress = now?.stressed?.stress;
  const { action_id, parameters, findings } = stress ?? {};
  return {
    status: state.status,
    gate: now?.gated?.gate.decision,
    reasons: now?.gated?.gate.reasons,
    action_id,
    parameters,
    against: findings?.contradictions,
  };
};

test.each([
  ['nobody says anything', SELF_RUNNING, null],
  ['the lead accepts it', APPROVED, 'accept_runbook'],
  ['the lead discards it', OTHER, 'discard_runbook'],
] as const)(
  'the same incident again, where %s of what was learned, is decided as well and recovers',
  async (_said, told, button) => {
    const first = await play(told);
    expect(first, stage.report()).toMatchObject({ status: 'resolved', learned: { decision: null } });
    expect(await cardOf(first)).toContain('waits to be accepted');
    expect(await storedOf(first)).toMatchObject({ status: 'learned', service: told.service });

    for (const user of ['visitor', 'guest']) {
      const before = await privately(user);
      await click(user, first, button ?? 'accept_runbook');
      await stage.until(`${user} to be told that it is not theirs`, async () => (await privately(user)) > before);
    }
    expect(stateOf(stage, first.caseId).learned?.decision).toBeNull();
    if (button !== null) {
      await click('lead', first, button);
      await stage.until('the decision to be kept', () => isKept(first, button === 'accept_runbook' ? 'accepted' : 'discarded'));
      await untilTold(stage);
      expect(await cardOf(first)).not.toContain('waits to be accepted');
    }
    const accepted = button === 'accept_runbook';
    const status = { null: 'learned', accept_runbook: 'accepted', discard_runbook: 'discarded' }[`${button}`];
    expect(await storedOf(first)).toMatchObject({ status });

    const second = await play(told);
    expect(resultOf(second), stage.report()).toEqual(resultOf(first));
    expect(await effectsOf(stage, second.caseId)).toHaveLength(1);
    const weighed = currentRevision(second)?.stressed?.stress.documents.find(({ id }) => id === learnedIdOf(first));
    expect(weighed?.role).toBe(accepted ? 'support' : undefined);
    const thread = await stage.control.messages(`thread_ts=${currentCard(second)?.ts}`);
    expect(JSON.stringify(thread).includes(learnedIdOf(first))).toBe(accepted);
  },
  120_000,
);

test('and nothing of all this was unsafe', async () => {
  await untilTold(stage);
  expect(await problemsOf(stage), stage.report()).toEqual([]);
});

test('an accepted runbook that stops helping asks again on its card, and supports nothing until somebody accepts it again', async () => {
  // It is the only one of its service, so that the planner goes on following it.
  const first = await play(SELF_RUNNING);
  const [other] = await stage.store.library.get(['rbk-batch-01']);
  if (other?.kind === 'runbook') await stage.store.library.put([{ ...other, status: 'discarded' }]);
  await click('lead', first, 'accept_runbook');
  await stage.until('it to be accepted', () => isKept(first, 'accepted'));
  await stage.control.world([{ service: SELF_RUNNING.service, right_actions: [], status: 'incident', error_rate: 0.3 }]);
  for (let time = 0; time < FAILURES_DOUBTED; time += 1) {
    const state = await play(SELF_RUNNING);
    expect(state.status, stage.report()).toBe('not_recovered');
    await click('lead', state, 'reject');
    await stage.until('it to be closed', () => stateOf(stage, state.caseId).status === 'rejected');
  }
  const doubted = await stage.until('people to be asked again', () => {
    const state = stateOf(stage, first.caseId);
    return state.learned?.decision === null && state.learned.kept ? state : undefined;
  });
  await untilTold(stage);
  expect(await storedOf(first)).toMatchObject({ status: 'learned', failures: FAILURES_DOUBTED });
  expect(await cardOf(first)).toContain('waits to be accepted again');
  expect(await cardOf(first)).toContain('accept_runbook');
  await click('lead', doubted, 'accept_runbook');
  await stage.until('it to be accepted again', () => stateOf(stage, first.caseId).learned?.decision === 'accepted');
  await untilTold(stage);
  expect(await storedOf(first)).toMatchObject({ status: 'accepted' });
  expect(await storedOf(first)).not.toHaveProperty('failures');
}, 120_000);
