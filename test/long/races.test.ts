import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LibraryDocument } from '../../contracts/documents.ts';
import { SWITCH_LOG } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentCard, currentRevision } from '../../pipeline/case-state.ts';
import {
  type By,
  decide,
  isAtRest,
  openCase,
  refOf,
  seeThrough,
  stateOf,
  untilRest,
  untilShown,
  untilTold,
} from '../fixtures/acts.ts';
import type { Stage } from '../fixtures/app.ts';
import type { Acted } from '../fixtures/control-client.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import { eachOf, note, seeded } from '../fixtures/wait.ts';
import { breakAll, CURE, openYard, yardCase, yardService } from '../fixtures/yard.ts';

const ROUNDS = 200;
const AT_ONCE = 20;
const NUMBERS = Array.from({ length: ROUNDS }, (_, number) => number);
const SERVICES = NUMBERS.map(yardService);

/** When the stop was answered; null where the person was told that it failed. */
type Stopped = string | null;
/** What became of one round: how often it ran, and when the stop was answered. */
type Round = { caseId: string; effects: readonly string[]; state: CaseState; stoppedAt: Stopped; actedAt: Stopped };

const surfaces: By[] = ['button', 'command', 'reply'];
/** Answered only once what was done is recorded. */
const sure: By[] = ['button', 'command'];

const startOf = (stage: Stage, caseId: string) =>
  stage.log.entriesOf(caseId).find(({ body }) => body.kind === 'execution_started');
const has = (stage: Stage, caseId: string, kind: string): boolean =>
  stage.log.entriesOf(caseId).some(({ body }) => body.kind === kind);

async function effectTimes(stage: Stage): Promise<Map<string, string[]>> {
  const times = new Map<string, string[]>();
  for (const { case_id, at } of await stage.control.effects()) times.set(case_id, [...(times.get(case_id) ?? []), at]);
  return times;
}

/** The other begins so many milliseconds after the one, or before it. */
type Apart = { from: number; to: number };
const SAME_MOMENT: Apart = { from: -6, to: 6 };
/** From just before an approval is recorded until its order is under way. */
const ACROSS_START: Apart = { from: -4, to: 45 };

type Act = () => Promise<Acted>;
type Answered = Pick<Round, 'actedAt' | 'stoppedAt'>;

/** The two at the same moment, or some milliseconds apart; gives when each was answered. */
async function together(random: ReturnType<typeof seeded>, { from, to }: Apart, one: Act, other: Act): Promise<Answered> {
  const apart = from + random.below(to - from);
  const later = async (ms: number, act: Act): Promise<Stopped> => {
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    const { ok } = await act();
    return ok ? new Date().toISOString() : null;
  };
  const [actedAt, stoppedAt] = await Promise.all([later(-apart, one), later(apart, other)]);
  return { actedAt, stoppedAt };
}

/** A stop that is in the log means that nothing ran; else what was approved ran once, and was started before the stop was answered. */
function judge(stage: Stage, { caseId, effects, state, stoppedAt }: Round, stop: string): string[] {
  const stopped = has(stage, caseId, stop);
  const isFree = currentRevision(state)?.gated?.gate.decision === 'execute' || has(stage, caseId, 'approved');
  const wanted = isFree && !stopped ? 1 : 0;
  if (effects.length !== wanted) return [`${caseId} ran ${effects.length} times and is ${state.status} (${stop}: ${stopped})`];
  const started = startOf(stage, caseId)?.at;
  const isLate = stoppedAt !== null && !stopped && started !== undefined && started > stoppedAt;
  return isLate ? [`${caseId} was started after its stop was answered`] : [];
}

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
      const one = () => decide(stage, state, 'approve', 'oncall', random.of(surfaces));
      const other = () => decide(stage, state, 'approve', 'lead', random.of(surfaces));
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
      const approve = () => decide(stage, state, 'approve', 'lead', random.of(surfaces));
      const stopping = () => decide(stage, state, stop, 'oncall', random.of(sure));
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
      await stage.control.command('lead', '/incident resume tested');
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
    await stage.control.command('oncall', '/incident pause tested');
    await eachOf(NUMBERS, AT_ONCE, async (number) => {
      const state = await untilShown(stage, await openCase(stage, yardCase(number, 'high')));
      await decide(stage, state, 'approve', 'lead', 'command');
      approved.push(state);
    });
    await stage.until('all to be approved and waiting', () =>
      approved.every(({ caseId }) => stateOf(stage, caseId).waiting?.for === 'paused'),
    );
    const before = (await stage.control.effects()).length;
    await stage.put(SERVICES.flatMap(against));
    await stage.control.command('lead', '/incident resume tested');
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

const ENDS: ReadonlySet<CaseState['status']> = new Set(['expired', 'resolved', 'not_recovered']);

describe('approve against expiry', () => {
  const EXPIRY_S = 1.2;
  let stage: Stage;
  beforeAll(async () => {
    stage = await openYard(ROUNDS, { config: { approval_expiry_s: EXPIRY_S, reminders_at: [] } });
  }, 120_000);
  afterAll(() => stage.close());

  test('two hundred approvals around the last moment: one execution in time, or expired and none', async () => {
    const random = seeded(5);
    const caseIds: string[] = [];
    await eachOf(NUMBERS, AT_ONCE, async (number) => {
      const caseId = await openCase(stage, yardCase(number, 'high'));
      caseIds.push(caseId);
      const state = await untilShown(stage, caseId);
      const endsMs = Date.parse(currentCard(state)?.decisionShown?.at ?? '') + EXPIRY_S * 1_000;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, endsMs - Date.now() - 180 + random.below(210))));
      await decide(stage, state, 'approve', 'lead', random.of(surfaces));
    });
    await stage.until('all to end', () => caseIds.every((caseId) => ENDS.has(stateOf(stage, caseId).status)));
    await untilTold(stage);
    const times = await effectTimes(stage);
    const wrong = caseIds.filter((caseId) => (times.get(caseId)?.length ?? 0) !== (has(stage, caseId, 'expired') ? 0 : 1));
    expect(wrong, stage.report()).toEqual([]);
    const expired = caseIds.filter((caseId) => has(stage, caseId, 'expired')).length;
    note(`approve against expiry: ${expired} of ${ROUNDS} expired`);
    expect(expired).toBeGreaterThan(0);
    expect(expired).toBeLessThan(ROUNDS);
    expect(await problemsOf(stage)).toEqual([]);
  });

  test('an approval that has to wait beyond its time expires, however long the wait', async () => {
    await breakAll(stage, SERVICES.slice(0, 1));
    await stage.control.command('oncall', '/incident pause tested');
    const caseId = await openCase(stage, yardCase(0, 'high'));
    await decide(stage, await untilShown(stage, caseId), 'approve', 'lead');
    const end = await untilRest(stage, caseId, 6_000);
    expect(end.status, stage.report()).toBe('expired');
    await stage.control.command('lead', '/incident resume tested');
    await untilTold(stage);
    expect((await effectTimes(stage)).get(caseId)?.filter((at) => at > end.openedAt) ?? []).toEqual([]);
  });
});

describe('HOLD in the last moments of the window', () => {
  const WINDOW_S = 0.8;
  /** Cases whose hold is pressed at the same time; more would only measure the machine. */
  const BESIDE = 10;
  let stage: Stage;
  beforeAll(async () => {
    stage = await openYard(ROUNDS, { config: { hold_window_s: WINDOW_S } });
  }, 120_000);
  afterAll(() => stage.close());

  test('two hundred holds within the last 100 ms and just after: what was held never ran, all else ran once', async () => {
    const random = seeded(6);
    const rounds: (Answered & { caseId: string })[] = [];
    await eachOf(NUMBERS, BESIDE, async (number) => {
      const caseId = await openCase(stage, yardCase(number, 'low'));
      const state = await untilShown(stage, caseId);
      const endsMs = Date.parse(currentCard(state)?.decisionShown?.at ?? '') + WINDOW_S * 1_000;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, endsMs - Date.now() - 100 + random.below(125))));
      const { ok } = await decide(stage, state, 'hold', 'visitor', random.of(sure));
      rounds.push({ caseId, actedAt: null, stoppedAt: ok ? new Date().toISOString() : null });
    });
    await stage.until('all to rest', () => rounds.every(({ caseId }) => isAtRest(stateOf(stage, caseId))));
    await untilTold(stage);
    const times = await effectTimes(stage);
    const all = rounds.map((round) => ({
      ...round,
      effects: times.get(round.caseId) ?? [],
      state: stateOf(stage, round.caseId),
    }));
    expect(
      all.flatMap((round) => judge(stage, round, 'held')),
      stage.report(),
    ).toEqual([]);
    const held = all.filter(({ state }) => state.held).length;
    note(`hold in the last moments: ${held} of ${ROUNDS} held`);
    expect(held).toBeGreaterThan(0);
    expect(await problemsOf(stage)).toEqual([]);
  });
});

describe('fifty incidents of one service', () => {
  const INCIDENTS = 50;
  let stage: Stage;
  beforeAll(async () => {
    stage = await openYard(1);
  });
  afterAll(() => stage.close());

  test('all of them execute, one after the other', async () => {
    // Nothing cures this service, so that none of the fifty finds it well.
    await breakAll(stage, [yardService(0)], []);
    const caseIds: string[] = [];
    await eachOf(
      Array.from({ length: INCIDENTS }, (_, number) => number),
      10,
      async () => {
        caseIds.push(await openCase(stage, yardCase(0, 'low')));
      },
    );
    for (const caseId of caseIds) expect((await untilRest(stage, caseId, 200_000)).status, stage.report()).toBe('not_recovered');
    await untilTold(stage);
    const spans = stage.log.states().map((state) => {
      const entries = stage.log.entriesOf(state.caseId);
      const at = (kind: string): string => entries.find(({ body }) => body.kind === kind)?.at ?? '';
      return { from: at('execution_started'), to: at('verified') };
    });
    spans.sort((one, other) => (one.from < other.from ? -1 : 1));
    const overlapping = spans.filter(({ from }, index) => index > 0 && from < (spans[index - 1]?.to ?? ''));
    expect(overlapping).toEqual([]);
    expect(await stage.control.effects()).toHaveLength(INCIDENTS);
    expect(await problemsOf(stage)).toEqual([]);
  });
});
