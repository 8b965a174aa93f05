import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilTold } from '../fixtures/acts.ts';
import type { Stage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';
import { eachOf, note, seeded } from '../fixtures/wait.ts';
import { rollBack } from './recoveries/afterwards.ts';
import { openBoard } from './recoveries/board.ts';
import { gather } from './recoveries/facts.ts';
import { type Judged, judge } from './recoveries/judge.ts';
import type { Played } from './recoveries/play.ts';
import { tell, times } from './recoveries/report.ts';
import { drawProgram, playAll, type Run } from './recoveries/run.ts';
import { KINDS, type Kind } from './recoveries/specs.ts';

/** RECOVERIES_SEED draws other figures, or plays a failure again. */
const SEED = Number(process.env.RECOVERIES_SEED ?? 20_261_122);
const EACH = 200;
const LATE = 12;
/** Of each kind. */
const FOLLOWED = 8;
const ROLLED_BACK = 60;
const PLAY_MS = 600_000;

const random = seeded(SEED);
const program = drawProgram(random, { each: EACH, late: LATE, followed: FOLLOWED });
let stage: Stage;
let run: Run;
let judged: Judged[];

/** Judged once people have been told everything. Telemetry that fails is asked all the time, so nothing is ever quite at rest. */
async function judgeAll(played: readonly Played[]): Promise<Judged[]> {
  await untilTold(stage, 120_000, { asked: false });
  const facts = await gather(
    stage,
    played.map(({ caseId }) => caseId),
  );
  return played.map((one) => judge(facts, one));
}

const problemsIn = (some: readonly Judged[]): string[] => some.flatMap(({ problems }) => problems);

beforeAll(async () => {
  note(`recoveries: seed ${SEED}`);
  const fromMs = Date.now();
  stage = await openBoard([...program.specs, ...program.late, ...program.followed]);
  run = await playAll(stage, program, random);
  judged = await judgeAll(run.played);
  note(`recoveries: ${stage.log.states().length} cases played within ${Math.round((Date.now() - fromMs) / 1_000)} s`);
}, PLAY_MS);
afterAll(() => stage?.close());

test.each<[string, Kind]>([
  ['what recovers ends resolved: its ticket is closed once, after that, and a runbook waits to be accepted', 'recovers'],
  ['what does not recover stays open, teaches nothing, and people are told within a minute', 'does not recover'],
  ['what gets worse stays open, teaches nothing, and people are told within a minute', 'gets worse'],
  ['what is well only for a while stays open, teaches nothing, and people are told within a minute', 'flaps'],
  ['what nobody can see stays open, teaches nothing, and people are told within a minute', 'no data'],
])('two hundred times: %s', (_claim, kind) => {
  const some = judged.filter(({ spec }) => spec.kind === kind);
  tell(`recoveries: ${kind}`, some);
  expect(problemsIn(some)).toEqual([]);
  expect(some.map(({ ended }) => ended)).toEqual(
    Array.from({ length: EACH }, () => (kind === 'recovers' ? 'resolved' : 'not recovered')),
  );
});

test('telemetry that answers after people were told is believed: of the same window, and only while nobody has acted', async () => {
  const some = await judgeAll(run.late);
  tell('recoveries: telemetry answers late', some);
  expect(problemsIn(some)).toEqual([]);
  expect(some.filter(({ ended }) => ended === 'resolved')).toHaveLength(LATE / 2);
});

test('the next case about a service runs once the one before has been checked, however that one ended', async () => {
  const firsts = await judgeAll(run.followed.map(({ first }) => first));
  const nexts = await judgeAll(run.followed.map(({ next }) => next));
  const at = (caseId: string, kind: string): number =>
    Date.parse(stage.log.entriesOf(caseId).find(({ body }) => body.kind === kind)?.at ?? '');
  const waits = run.followed.map(({ first, next }) => at(next.caseId, 'execution_started') - at(first.caseId, 'verified'));
  tell('recoveries: the case before', firsts);
  tell('recoveries: the next case', nexts);
  note(`recoveries: ${times('the next case ran', waits)} after the check`);
  expect([...problemsIn(firsts), ...problemsIn(nexts)]).toEqual([]);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
});

test('a rollback that is taken is decided, consented to and run as a revision, and its own recovery check decides', async () => {
  const offered = run.played.filter(
    ({ spec, offersRollback }) => offersRollback && spec.kind !== 'recovers' && spec.fault === null,
  );
  const after: Played[] = [];
  await eachOf(offered.slice(0, ROLLED_BACK), 20, async (before, index) => {
    after.push(await rollBack(stage, before, KINDS[index % KINDS.length] ?? 'recovers', random));
  });
  const some = await judgeAll(after);
  for (const kind of KINDS)
    tell(
      `recoveries: rolled back, ${kind}`,
      some.filter(({ spec }) => spec.kind === kind),
    );
  expect(problemsIn(some)).toEqual([]);
  expect(some).toHaveLength(ROLLED_BACK);
});

test('and no execution of them all was unsafe', async () => {
  expect(await problemsOf(stage)).toEqual([]);
});
