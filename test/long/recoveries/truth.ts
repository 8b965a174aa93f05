import type { Course } from '../../../src/sandbox/world/world-file.ts';

/** Of the recovery check that the fast stage uses, in seconds after the effect. */
export const SETTLE_S = 0.1;
export const WINDOW_S = 0.8;
export const END_S = SETTLE_S + WINDOW_S;
const LAST_THIRD_S = END_S - WINDOW_S / 3;
const LIMIT_MIN = 0.05;
const BASELINE_FACTOR = 2;

/** A service by its figures: its usual rate, the rate of its incident, its traffic, and what its remedy does; null is nothing. */
export type Shape = { baseline: number; incident: number; perSecond: number; course: Course | null };
type Stretch = { rate: number | null; share: number };

/** How far a count may be from the rate behind it: two requests where a stretch begins and two where it ends. */
const STRAY = 2;

export const limitOf = ({ baseline }: Pick<Shape, 'baseline'>): number => Math.max(LIMIT_MIN, baseline * BASELINE_FACTOR);

/** The rates between two moments after the effect, each with its share of that time. */
function stretches({ incident, course }: Shape, fromS: number, toS: number): Stretch[] {
  const steps = [{ after_s: Number.NEGATIVE_INFINITY, error_rate: incident as number | null }, ...(course ?? [])];
  return steps.flatMap(({ after_s: at, error_rate: rate }, index) => {
    const until = steps[index + 1]?.after_s ?? Number.POSITIVE_INFINITY;
    const seconds = Math.min(until, toS) - Math.max(at, fromS);
    return seconds > 0 ? [{ rate, share: seconds / (toS - fromS) }] : [];
  });
}

type Measured = { rate: number; silent: number; stray: number };

function measured(shape: Shape, fromS: number, toS: number): Measured {
  const parts = stretches(shape, fromS, toS);
  const seen = parts.reduce((sum, { rate, share }) => sum + (rate === null ? 0 : share), 0);
  const failed = parts.reduce((sum, { rate, share }) => sum + (rate ?? 0) * share, 0);
  const requests = seen * (toS - fromS) * shape.perSecond;
  return { rate: seen === 0 ? 0 : failed / seen, silent: 1 - seen, stray: (STRAY * (parts.length + 1)) / Math.max(1, requests) };
}

/**
 * What the world will show of this service whatever the governor makes of it; `unclear` where the counting of single
 * requests could tip it. Worked out from the shape alone, by none of the program's code.
 */
export type Truth =
  | 'recovered'
  | 'not recovered'
  | 'worse'
  | 'hidden by the average'
  | 'silent'
  | 'silent in the end'
  | 'unclear';

export function truthOf(shape: Shape): Truth {
  const limit = limitOf(shape);
  const whole = measured(shape, SETTLE_S, END_S);
  const end = measured(shape, LAST_THIRD_S, END_S);
  if (whole.silent > 1 - 1e-9) return 'silent';
  if (whole.rate - whole.stray > limit) return isWorse(shape, whole) ? 'worse' : 'not recovered';
  if (whole.rate + whole.stray > limit) return 'unclear';
  if (end.silent > 1 - 1e-9) return 'silent in the end';
  if (whole.silent > 1e-9) return 'unclear';
  // One failed request more than the limit allows is chance in so short a stretch.
  const chance = 1 / ((END_S - LAST_THIRD_S) * shape.perSecond);
  if (end.rate - end.stray - chance > limit) return 'hidden by the average';
  return end.rate + end.stray > limit + chance ? 'unclear' : 'recovered';
}

const isWorse = ({ incident }: Shape, { rate, stray }: Measured): boolean =>
  rate - stray > Math.max(incident * 1.1, incident + 0.01) + STRAY * stray;

/** Whether the service is left plainly ill, so that the next case about it has something to act on. */
export function endsIll(shape: Shape): boolean {
  const last = shape.course === null ? shape.incident : shape.course.at(-1)?.error_rate;
  return typeof last === 'number' && last > limitOf(shape) * 1.2;
}
