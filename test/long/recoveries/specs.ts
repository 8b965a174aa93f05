import type { Course } from '../../../src/sandbox/world/world-file.ts';
import type { seeded } from '../../fixtures/wait.ts';
import { REMEDIES, type Remedy } from './remedies.ts';
import { END_S, limitOf, type Shape, type Truth, truthOf } from './truth.ts';

type Random = ReturnType<typeof seeded>;

export const KINDS = ['recovers', 'does not recover', 'gets worse', 'flaps', 'no data'] as const;
export type Kind = (typeof KINDS)[number];
export type Variety = { kind: Kind; name: string; truth: readonly Truth[]; course: Draw; fails?: true };
type Bare = Omit<Shape, 'course'>;
type Draw = (shape: Bare, random: Random) => Course | null;

/** One service with one incident, and what becomes of it when its remedy runs. */
export type Spec = {
  service: string;
  kind: Kind;
  variety: string;
  truth: Truth;
  severity: 'low' | 'medium' | 'high' | 'critical';
  remedy: Remedy;
  shape: Shape;
  /** How telemetry fails for this service from the effect on, and for how long; null where it goes on answering. */
  fault: { kind: string; forMs: number } | null;
};

const DRAWS_MAX = 5_000;
/** The smallest step between two rates that a limit is tried with. */
const NEAR = 0.004;

const between = (random: Random, from: number, to: number): number => from + random.next() * Math.max(0, to - from);
const at = (afterS: number, rate: number | null) => ({
  after_s: Math.round(afterS * 1_000) / 1_000,
  error_rate: rate === null ? null : Math.min(1, rate),
});
const well = ({ baseline }: Bare): number => baseline;
/** So near to the limit that single requests nearly decide. */
const justAbove = (shape: Bare, random: Random): number => limitOf(shape) + 5 / shape.perSecond + random.next() * NEAR;
const justBelow = (shape: Bare, random: Random): number => limitOf(shape) - 12 / shape.perSecond - random.next() * NEAR;

/** Well and ill in turn, every `periodS`, until the window is over; and ill from then on. */
function swings(shape: Bare, periodS: number): Course {
  const steps: Course = [];
  for (let now = 0; now < END_S; now += periodS) steps.push(at(now, steps.length % 2 === 0 ? well(shape) : shape.incident));
  return [...steps, at(END_S + 0.1, shape.incident)];
}

const RECOVERS: Variety[] = [
  { kind: 'recovers', name: 'at once', truth: ['recovered'], course: (shape) => [at(0, well(shape))] },
  {
    kind: 'recovers',
    name: 'to just below the limit',
    truth: ['recovered'],
    course: (shape, random) => [at(0, justBelow(shape, random))],
  },
  {
    kind: 'recovers',
    name: 'in steps',
    truth: ['recovered'],
    course: (shape, random) => [at(0, shape.incident * between(random, 0.3, 0.8)), at(between(random, 0.03, 0.09), well(shape))],
  },
  {
    kind: 'recovers',
    name: 'with a hiccup at first',
    truth: ['recovered'],
    course(shape, random) {
      const from = between(random, 0.12, 0.4);
      return [at(0, well(shape)), at(from, shape.incident), at(from + between(random, 0.01, 0.05), well(shape))];
    },
  },
];

const STAYS: Variety[] = [
  { kind: 'does not recover', name: 'nothing changes', truth: ['not recovered'], course: () => null },
  {
    kind: 'does not recover',
    name: 'better, but not enough',
    truth: ['not recovered'],
    course: (shape, random) => [at(0, between(random, limitOf(shape), shape.incident))],
  },
  {
    kind: 'does not recover',
    name: 'to just above the limit',
    truth: ['not recovered'],
    course: (shape, random) => [at(0, justAbove(shape, random))],
  },
  {
    kind: 'does not recover',
    name: 'well too late',
    truth: ['not recovered'],
    course: (shape, random) => [at(between(random, 0.3, 1.5), well(shape))],
  },
];

const WORSENS: Variety[] = [
  {
    kind: 'gets worse',
    name: 'at once',
    truth: ['worse'],
    course: (shape, random) => [at(0, between(random, shape.incident * 1.2, 1))],
  },
  {
    kind: 'gets worse',
    name: 'more and more',
    truth: ['worse'],
    course: (shape, random) => [
      at(0, shape.incident),
      at(0.15, shape.incident * between(random, 1.3, 1.8)),
      at(0.4, shape.incident * between(random, 1.8, 2.4)),
    ],
  },
  { kind: 'gets worse', name: 'everything fails', truth: ['worse'], course: () => [at(0, 1)] },
];

const FLAPS: Variety[] = [
  {
    kind: 'flaps',
    name: 'recovers and falls back',
    truth: ['not recovered'],
    course: (shape, random) => [at(0, well(shape)), at(between(random, 0.11, 0.75), shape.incident)],
  },
  {
    kind: 'flaps',
    name: 'falls back late, the average hides it',
    truth: ['hidden by the average'],
    course: (shape, random) => [
      at(0, well(shape)),
      at(between(random, 0.5, 0.63), between(random, limitOf(shape), limitOf(shape) * 3)),
    ],
  },
  {
    kind: 'flaps',
    name: 'swings',
    truth: ['not recovered', 'worse'],
    course: (shape, random) => swings(shape, between(random, 0.06, 0.25)),
  },
  {
    kind: 'flaps',
    name: 'dips only briefly',
    truth: ['not recovered'],
    course(shape, random) {
      const from = between(random, 0, 0.6);
      return [at(from, well(shape)), at(from + between(random, 0.03, 0.2), shape.incident)];
    },
  },
];

const SILENCES: Variety[] = [
  { kind: 'no data', name: 'silent from the effect on', truth: ['silent'], course: () => [at(0, null)] },
  {
    kind: 'no data',
    name: 'well, then silent',
    truth: ['silent in the end'],
    course: (shape, random) => [at(0, well(shape)), at(between(random, 0.4, 0.62), null)],
  },
  // The service is well and nobody can see it: the worst that a governor could take for recovery.
  { kind: 'no data', name: 'telemetry fails', truth: ['recovered'], course: (shape) => [at(0, well(shape))], fails: true },
  { kind: 'no data', name: 'telemetry fails', truth: ['recovered'], course: (shape) => [at(0, well(shape))], fails: true },
];

const VARIETIES: Record<Kind, readonly Variety[]> = {
  recovers: RECOVERS,
  'does not recover': STAYS,
  'gets worse': WORSENS,
  flaps: FLAPS,
  'no data': SILENCES,
};

/** Ways in which telemetry gives nothing. */
const FAULTS = ['500', '500', 'drop_before', 'error:partial', 'error:no_index', 'hang'] as const;
/** Beyond the end of any run. */
const FOR_EVER_MS = 1_800_000;
const SEVERITIES = ['low', 'medium', 'low', 'medium', 'high', 'high', 'critical'] as const;
const TRAFFIC = [300, 500, 800, 1_000] as const;

/** So many of each kind, mixed. */
export function drawSpecs(random: Random, each: number): Spec[] {
  const numbered = KINDS.flatMap((kind) => Array.from({ length: each }, (_, number) => ({ kind, number })));
  const specs = numbered.map(({ kind, number }, index) => drawSpec(random, kind, number, `board-${index}`));
  return specs
    .map((spec) => ({ spec, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ spec }) => spec);
}

export function drawSpec(random: Random, kind: Kind, number: number, service: string): Spec {
  const variety = VARIETIES[kind][number % VARIETIES[kind].length] as Variety;
  const { shape, truth } = drawShape(random, variety);
  return {
    service,
    kind,
    variety: variety.name,
    truth,
    severity: random.of(SEVERITIES),
    remedy: random.of(REMEDIES),
    shape,
    fault: variety.fails ? { kind: random.of(FAULTS), forMs: FOR_EVER_MS } : null,
  };
}

/** Drawn again until the world will plainly show what the variety is called. */
function drawShape(random: Random, { name, truth: wanted, course }: Variety): { shape: Shape; truth: Truth } {
  for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
    const baseline = random.of([0, between(random, 0.001, 0.02), between(random, 0.02, 0.15)]);
    const limit = limitOf({ baseline });
    const incident = between(random, Math.max(limit * 1.3, limit + 0.08), 0.85);
    const bare = { baseline, incident, perSecond: random.of(TRAFFIC) };
    const shape = { ...bare, course: course(bare, random) };
    const truth = truthOf(shape);
    if (wanted.includes(truth)) return { shape, truth };
  }
  throw new Error(`no figures drawn show “${name}”`);
}
