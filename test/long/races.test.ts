import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LibraryDocument } from '../../contracts/documents.ts';
import { SWITCH_LOG } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentCard, currentRevision } from '../../pipeline/case-state.ts';
import { decide, openCase, refOf, seeThrough, stateOf, untilShown, untilTold } from '../fixtures/acts.ts';
import type { Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import {
  ACROSS_START,
  AT_ONCE,
  effectTimes,
  NUMBERS,
  ROUNDS,
  SERVICES,
  type Stopped,
  surely,
  together,
} from '../fixtures/races.ts';
import { raceApprovers, raceStop } from '../fixtures/racing.ts';
import { eachOf, note, seeded } from '../fixtures/wait.ts';
import { breakAll, CURE, openYard, yardCase } from '../fixtures/yard.ts';

describe('two hundred rounds of each race', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openYard(ROUNDS);
  }, 120_000);
  afterAll(() => stage.close());

  test('two approvers at once approve once and execute once', async () => {
    await raceApprovers(stage, 1);
  });

  test('approve against hold: one execution, or none where the stop was first', async () => {
    await raceStop(stage, 2, 'hold');
  });

  test('approve against reject: one execution, or none where the stop was first', async () => {
    await raceStop(stage, 3, 'reject');
  });

  test('approve against pause: nothing begins after the pause was answered but what its answer names', async () => {
    await breakAll(stage, SERVICES);
    const random = seeded(4);
    const ready: CaseState[] = [];
    await eachOf(NUMBERS, AT_ONCE, async (number) => {
      ready.push(await untilShown(stage, await openCase(stage, yardCase(number, 'high'))));
    });
    const pauses: { caseId: string; from: Stopped; to: string }[] = [];
    for (const state of ready) {
      const { stoppedAt: from } = await together(
        random,
        ACROSS_START,
        () => decide(stage, state, 'approve', 'lead'),
        () => stage.control.command('oncall', '/incident pause tested'),
      );
      await new Promise((resolve) => setTimeout(resolve, 15));
      pauses.push({ caseId: state.caseId, from, to: new Date().toISOString() });
      await surely(stage, 'the resume', () => stage.control.command('lead', '/incident resume tested'));
    }
    // What was started and then not sent for the pause is a new revision, which asks for a new approval.
    await eachOf(ready, AT_ONCE, async ({ caseId }) => void (await seeThrough(stage, caseId)));
    const answers = (await stage.control.messages('channel=incidents&user=oncall')).filter(({ text }) => text.includes('Paused'));
    const named = (caseId: string): boolean => answers.some(({ text }) => text.includes(caseId));
    const times = await effectTimes(stage);
    const late = pauses.filter(
      ({ caseId, from, to }) => from !== null && times.get(caseId)?.some((at) => at > from && at < to) && !named(caseId),
    );
    expect(late, stage.report()).toEqual([]);
    expect(
      ready.filter(({ caseId }) => times.get(caseId)?.length !== 1).map(({ caseId }) => caseId),
      stage.report(),
    ).toEqual([]);
    const held = pauses.filter(({ caseId, to }) => times.get(caseId)?.every((at) => at > to)).length;
    note(`approve against pause: ${held} of ${ROUNDS} waited for the resume`);
    expect(held).toBeGreaterThan(0);
    expect(stage.log.entriesOf(SWITCH_LOG).length).toBeGreaterThan(ROUNDS);
  });

  test('documents that speak against it between approval and execution: nothing runs, a new card says why, the old button decides nothing', async () => {
    await breakAll(stage, SERVICES);
    const approved: CaseState[] = [];
    await surely(stage, 'the pause', () => stage.control.command('oncall', '/incident pause tested'));
    await eachOf(NUMBERS, AT_ONCE, async (number) => {
      const state = await untilShown(stage, await openCase(stage, yardCase(number, 'high')));
      await surely(stage, 'the approval', () => decide(stage, state, 'approve', 'lead', 'command'));
      approved.push(state);
    });
    await stage.until(
      'all to be approved and waiting',
      () => approved.every(({ caseId }) => stateOf(stage, caseId).waiting?.for === 'paused'),
      { limitMs: 120_000 },
    );
    const before = (await stage.control.effects()).length;
    await stage.put(SERVICES.flatMap(against));
    await surely(stage, 'the resume', () => stage.control.command('lead', '/incident resume tested'));
    await stage.until('a new card for each', () => approved.every(({ caseId }) => isAskedAnew(stateOf(stage, caseId))), {
      limitMs: 120_000,
    });

    await eachOf(approved, AT_ONCE, async (state) => {
      await stage.control.click('lead', currentCard(state)?.ts ?? '', 'approve', refOf(state));
    });
    await untilTold(stage);
    expect((await stage.control.effects()).length - before, stage.report()).toBe(0);
    const cards = await stage.control.messages();
    for (const { caseId, incident } of approved) {
      const now = stateOf(stage, caseId);
      const differences = currentRevision(now)?.planned.differences.join(' ') ?? '';
      expect(differences, stage.report()).toContain(`against-${incident.service}-1`);
      const card = cards.find(({ ts }) => ts === currentCard(now)?.ts);
      expect(JSON.stringify(card?.blocks), 'the new card shows what changed').toContain(`against-${incident.service}-1`);
      const old = cards.find(({ ts }) => ts === now.cards[1]?.ts);
      expect(JSON.stringify(old?.blocks), 'the old card has lost its buttons').not.toContain('"action_id"');
    }
  });

  test('and none of these executions was unsafe', async () => {
    await untilTold(stage, 60_000);
    expect(await problemsOf(stage)).toEqual([]);
  });
});

const isAskedAnew = (state: CaseState): boolean =>
  state.revisions.length === 2 && state.status === 'pending_approval' && currentCard(state)?.decisionShown != null;

const against = (service: string): LibraryDocument[] =>
  [1, 2].map((number) => ({
    kind: 'evidence',
    id: `against-${service}-${number}`,
    service,
    stance: 'contradict',
    actions: [CURE],
    text: `Review ${number}: after the restart the workers of ${service} lost the jobs that they had begun.`,
  }));
