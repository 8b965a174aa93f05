import { expect, test } from 'vitest';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentRevision } from '../../pipeline/case-state.ts';
import { auditHead } from '../../src/audit/head.ts';
import { APPROVED, FUTILE, openCase, SELF_RUNNING, seeThrough, type Told, untilTold } from '../fixtures/acts.ts';
import type { Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import { eachOf, note, seeded } from '../fixtures/wait.ts';
import { openYard, yardCase } from '../fixtures/yard.ts';

const CASES = 30;
const KILLS_MIN = 40;
/** On a slow machine a process that is killed each second would never get anywhere. */
const KILLS_MAX = 60;
const SEED = 20_261_122;

/** Of every kind: some run by themselves, some wait for a person, some do not recover; services in common and apart. */
const toldOf = (number: number): Told =>
  [SELF_RUNNING, APPROVED, FUTILE, yardCase(number, 'high'), yardCase(number, 'low')][number % 5] ?? FUTILE;

const KILLED = ['app', 'app', 'app', 'app', 'sandbox', 'both'] as const;

/** Kills at random moments until told to stop; gives how often. */
async function killAtRandom(stage: Stage, goesOn: (kills: number) => boolean): Promise<string[]> {
  const random = seeded(SEED);
  const kills: string[] = [];
  while (goesOn(kills.length)) {
    await new Promise((resolve) => setTimeout(resolve, 150 + random.below(900)));
    const what = random.of(KILLED);
    await stage.restart(what);
    kills.push(what);
  }
  return kills;
}

const endsRightly = ({ incident, status }: CaseState): boolean => {
  const wanted = incident.service === FUTILE.service ? 'not_recovered' : 'resolved';
  return status === wanted;
};

test(`${KILLS_MIN} and more kills at random over ${CASES} cases lose nothing and do nothing twice`, async () => {
  const stage = await openYard(CASES);
  try {
    // Set by hand, so that a second report of a service does not break anew what the first has just mended.
    await stage.control.world([SELF_RUNNING, APPROVED].map(({ service }) => ({ service, status: 'incident', error_rate: 0.2 })));
    let finished = 0;
    const numbers = Array.from({ length: CASES }, (_, number) => number);
    const cases: string[] = [];
    const heads = [await auditHead(stage.store.audit)];
    const working = eachOf(numbers, 4, async (number) => {
      const caseId = await openCase(stage, toldOf(number));
      cases.push(caseId);
      await seeThrough(stage, caseId, 240_000);
      heads.push(await auditHead(stage.store.audit));
      finished += 1;
    });
    const killing = killAtRandom(stage, (kills) => kills < KILLS_MIN || (finished < CASES && kills < KILLS_MAX));
    await working;
    const kills = await killing;
    await untilTold(stage, 90_000);
    note(
      `random kills: ${kills.length}, of them ${kills.filter((what) => what !== 'app').length} of the workspace too; ${stage.log.rows().length} entries`,
    );

    expect(kills.length).toBeGreaterThanOrEqual(KILLS_MIN);
    expect(new Set(cases).size).toBe(CASES);
    const states = stage.log.states();
    expect(
      states.filter((state) => !endsRightly(state)).map((state) => `${state.caseId} ${state.incident.service}: ${state.status}`),
      stage.report(),
    ).toEqual([]);
    // Everything that was there at any moment before is still there and unchanged.
    for (const head of heads) expect(await problemsOf(stage, head), stage.report()).toEqual([]);
    const effects = await stage.control.effects();
    const perCase = states.map((state) => ({ state, ran: effects.filter(({ case_id }) => case_id === state.caseId).length }));
    const wrong = perCase.filter(({ state, ran }) => ran !== 1 && currentRevision(state) !== undefined);
    expect(
      wrong.map(({ state, ran }) => `${state.caseId} ran ${ran} times`),
      stage.report(),
    ).toEqual([]);
    expect(effects.some(({ case_id }) => states.every((state) => state.caseId !== case_id))).toBe(false);
  } finally {
    await stage.close();
  }
});
