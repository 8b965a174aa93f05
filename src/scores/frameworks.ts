import { z } from 'zod';

export const FRAMEWORKS = ['ddft', 'cdct', 'eect'] as const;
export type Framework = (typeof FRAMEWORKS)[number];

/** One way in which a service writes a figure: its key, the range that is possible there, and what one unit of it is worth. */
type Writing = { key: string; max: number; worth: number };
const share = (key: string): Writing => ({ key, max: 1, worth: 1 });

/** An ECS in small letters is a share of 1, and one in capitals is on the scale of 10 that people speak of. */
const ECS_SCALE = 10;

/** Figures by framework, each with the ways in which versions of its service write it; the first one present counts. */
export const FIGURES = {
  ddft: {
    comprehension_integrity: [share('CI'), share('ci_score'), share('ci')],
    hoc: [share('HOC'), share('hoc')],
  },
  cdct: {
    u_curve_magnitude: [share('u_curve_magnitude')],
    constraint_compliance: [share('CC'), share('cc')],
  },
  eect: {
    ecs: [
      { key: 'ecs', max: 1, worth: ECS_SCALE },
      { key: 'ECS', max: ECS_SCALE, worth: 1 },
    ],
    act_rate: [share('act_rate'), share('ACT')],
  },
} as const satisfies Record<Framework, Record<string, readonly Writing[]>>;

export type FigureOf<F extends Framework> = keyof (typeof FIGURES)[F] & string;

const Row = z.looseObject({
  status: z.unknown().optional(),
  found: z.unknown().optional(),
  details: z.looseObject({}).optional().catch(undefined),
});
type Row = z.infer<typeof Row>;
const Answer = z.union([z.array(Row).max(10_000), Row.transform((row) => [row])]);

export type Measured = { figures: ReadonlyMap<string, number>; note: string };

/**
 * What a service's answer says. A service answers with one row or with one for each concept or dialogue, and a figure is
 * the mean of its rows. Where one row lacks it, or has anything but a number in range, the figure is unknown: a mean of
 * the rest would be another figure, and zero would be a verdict.
 */
export function readAnswer(framework: Framework, answer: unknown): Measured {
  const read = Answer.safeParse(answer);
  if (!read.success) return { figures: new Map(), note: 'its answer is no row of figures' };
  const rows = read.data;
  const figures = new Map<string, number>();
  for (const [name, writings] of Object.entries(FIGURES[framework])) {
    const value = meanOf(rows, writings);
    if (value !== null) figures.set(name, value);
  }
  return { figures, note: figures.size > 0 ? '' : whyNone(rows) };
}

function meanOf(rows: readonly Row[], writings: readonly Writing[]): number | null {
  const values = rows.map((row) => figureIn(row, writings));
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < values.length) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function figureIn(row: Row, writings: readonly Writing[]): number | null {
  const found = writings.find(({ key }) => key in row || (row.details !== undefined && key in row.details));
  if (found === undefined || row.found === false) return null;
  const value = row[found.key] ?? row.details?.[found.key];
  const isFigure = typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= found.max;
  return isFigure ? value * found.worth : null;
}

function whyNone(rows: readonly Row[]): string {
  if (rows.some(({ status }) => status === 'started')) return 'it has begun to measure this model';
  if (rows.some(({ status }) => status === 'error')) return 'it could not measure this model';
  return 'its answer holds no figure in range';
}
