import type { Stage } from '../../fixtures/app.ts';
import { eachOf, type seeded } from '../../fixtures/wait.ts';
import { type Followed, follow } from './afterwards.ts';
import { begin, type Played, untilEnded, wantedOf } from './play.ts';
import { drawSpec, drawSpecs, KINDS, type Spec } from './specs.ts';

type Random = ReturnType<typeof seeded>;

/** Cases side by side; more would only measure the machine. */
const BESIDE = 30;
/** Telemetry is back after people were told that it gives nothing. */
const BACK_AFTER_MS = 40_000;

/** What is played: the cases themselves, some whose telemetry answers late, and some that a second case follows. */
export type Program = { specs: readonly Spec[]; late: readonly Spec[]; followed: readonly Spec[] };
export type Run = { played: Played[]; late: Played[]; followed: Followed[] };

const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

export function drawProgram(random: Random, counts: { each: number; late: number; followed: number }): Program {
  const late = numbers(counts.late).map((number): Spec => {
    // In turn a service that turns out to be well behind the silence, and one that is not.
    const drawn = drawSpec(random, number % 2 === 0 ? 'recovers' : 'does not recover', number, `late-${number}`);
    return { ...drawn, fault: { kind: '500', forMs: BACK_AFTER_MS } };
  });
  const followed = KINDS.flatMap((kind) =>
    numbers(counts.followed).map((number): Spec => {
      const drawn = drawSpec(random, kind, number, `next-${kind.replaceAll(' ', '-')}-${number}`);
      return { ...drawn, fault: null };
    }),
  );
  return { specs: drawSpecs(random, counts.each), late, followed };
}

export async function playAll(stage: Stage, program: Program, random: Random): Promise<Run> {
  const run: Run = { played: [], late: [], followed: [] };
  // A case whose telemetry fails waits for it, and would keep others from being played meanwhile.
  const waits: Promise<void>[] = [];
  const whole = async (spec: Spec): Promise<void> => {
    const one = await begin(stage, spec, random);
    run.played.push(one);
    const end = untilEnded(stage, one);
    if (spec.fault === null) await end;
    else waits.push(end);
  };
  const answeredLate = async (spec: Spec): Promise<void> => {
    const one = { ...(await begin(stage, spec, random)), checks: [...wantedOf(spec), ...wantedOf({ ...spec, fault: null })] };
    run.late.push(one);
    waits.push(untilEnded(stage, one));
  };
  const jobs = [
    ...program.late.map((spec) => () => answeredLate(spec)),
    ...program.specs.map((spec) => () => whole(spec)),
    ...program.followed.map((spec) => async () => void run.followed.push(await follow(stage, spec, random))),
  ];
  await eachOf(jobs, BESIDE, (job) => job());
  await Promise.all(waits);
  return run;
}
