import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LibraryDocument } from '../../contracts/documents.ts';
import { SWITCH_LOG } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentCard, currentRevision } from '../../pipeline/case-state.ts';
import { decide, openCase, refOf, seeThrough, stateOf, untilRest, untilShown, untilTold } from '../fixtures/acts.ts';
import type { Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import {
  ACROSS_START,
  type Answered,
  AT_ONCE,
  effectTimes,
  judge,
  NUMBERS,
  ROUNDS,
  type Round,
  SAME_MOMENT,
  SERVICES,
  type Stopped,
  SURE,
  SURFACES,
  surely,
  together,
} from '../fixtures/races.ts';
import { eachOf, note, seeded } from '../fixtures/wait.ts';
import { breakAll, CURE, openYard, yardCase } from '../fixtures/yard.ts';

describe('two hundred rounds of each race', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openYard(ROUNDS);
  }, 120_000);
  afterAll(() => stage.close());

  async function race(
    seed: number,
    act: (state: CaseState, random: ReturnType<typeof seeded>) => Promise<Answered>,
  ): Promise<Round[]> {
    await breakAll(stage, SERVICES);
    const random = seeded(seed);
    const rounds: (Answered & { caseId: string })[] = [];
    await eachOf(NUMBERS, AT_ONCE, async (number) => {
      const caseId = await openCase(stage, yardCase(number, 'high'));
      rounds.push({ caseId, ...(await act(await untilShown(stage, caseId), random)) });
    });
    // A reply may still be on its way; what it decides belongs to the round.
    await untilTold(stage, 90_000);
    for (const { caseId } of rounds) await untilRest(stage, caseId);
    const times = await effectTimes(stage);
    return rounds.map((round) => ({ ...round, effects: times.get(round.caseId) ?? [], state: stateOf(stage, round.caseId) }));
  }
  test('two approvers at once approve once and execute once', async () => {
    const rounds = await race(1, async (state, random) => {
      const one = () => decide(stage, state, 'approve', 'oncall', random.of(SURFACES));
      const other = () => decide(stage, state, 'approve', 'lead', random.of(SURFACES));
      return together(random, SAME_MOMENT, one, other);
    });
    const wrong = rounds.flatMap(({ caseId, effects, actedAt, stoppedAt }) => {
      const approvals = stage.log.kinds(caseId).filter((kind) => kind === 'approved').length;
      // On a machine that is too busy Slack may tell both that it failed, and then nothing is approved.
      const least = actedAt === null && stoppedAt === null ? 0 : 1;
      const isRight = approvals >= least && approvals <= 1 && effects.length === approvals;
      return isRight ? [] : [`${caseId}: ${approvals} approvals, ${effects.length} effects, ${stateOf(stage, caseId).status}`];
    });
    expect(wrong, stage.report()).toEqual([]);
  });

  test.each([
    ['hold', 'held', 2],
    ['reject', 'rejected', 3],
  ] as const)('approve against %s: one execution, or none where the stop was first', async (stop, kind, seed) => {
    const rounds = await race(seed, async (state, random) => {
      const approve = () => decide(stage, state, 'approve', 'lead', random.of(SURFACES));
      const stopping = () => decide(stage, state, stop, 'oncall', random.of(SURE));
      return together(random, ACROSS_START, approve, stopping);
    });
    expect(
      rounds.flatMap((round) => judge(stage, round, kind)),
      stage.report(),
    ).toEqual([]);
    const stopped = rounds.filter(({ effects }) => effects.length === 0).length;
    note(`approve against ${stop}: ${stopped} of ${ROUNDS} stopped`);
    expect(stopped, 'each must win at times, or nothing was raced').toBeGreaterThan(0);
    expect(stopped, 'each must win at times, or nothing was raced').toBeLessThan(ROUNDS);
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
