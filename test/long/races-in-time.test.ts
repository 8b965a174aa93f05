import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentCard } from '../../pipeline/case-state.ts';
import { decide, isAtRest, openCase, stateOf, untilRest, untilShown, untilTold } from '../fixtures/acts.ts';
import type { Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import { type Answered, effectTimes, judge, NUMBERS, ROUNDS, SERVICES, SURE, surely } from '../fixtures/races.ts';
import { raceExpiry } from '../fixtures/racing.ts';
import { eachOf, note, seeded } from '../fixtures/wait.ts';
import { breakAll, openYard, yardCase, yardService } from '../fixtures/yard.ts';

describe('approve against expiry', () => {
  const EXPIRY_S = 1.2;
  let stage: Stage;
  beforeAll(async () => {
    stage = await openYard(ROUNDS, { config: { approval_expiry_s: EXPIRY_S, reminders_at: [] } });
  }, 120_000);
  afterAll(() => stage.close());

  test('two hundred approvals around the last moment: one execution in time, or expired and none', async () => {
    await raceExpiry(stage, 5, { expiryS: EXPIRY_S, fromMs: 180, toMs: 30 });
    expect(await problemsOf(stage)).toEqual([]);
  });

  test('an approval that has to wait beyond its time expires, however long the wait', async () => {
    await breakAll(stage, SERVICES.slice(0, 1));
    await surely(stage, 'the pause', () => stage.control.command('oncall', '/incident pause tested'));
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
      const { ok } = await decide(stage, state, 'hold', 'visitor', random.of(SURE));
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
