import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * One figure of a bench. `ours` and `peer` are medians in `unit`; `ratio` is taken round by round, because both were
 * measured in the same round: a machine that is slower for a while is so for both.
 */
export type Figure = {
  id: string;
  metric: string;
  unit: string;
  ours: number;
  peer: number;
  ratio: { min: number; median: number; max: number };
  target: string;
  reached: boolean;
};
/** A peer that could not be run, and how to get it. */
export type Missing = { id: string; peer: string; missing: string };
export type Emit = (line: Figure | Missing) => void;

export const printFigure: Emit = (line) => void process.stdout.write(`${JSON.stringify(line)}\n`);

const rounded = (value: number): number => Number(value.toPrecision(4));

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** `share` from 0 to 1: 0.99 gives the value that one of a hundred exceeds. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** What the ratio ours / peer must be; `timesLess` wants peer / ours instead, for costs far below the peer's. */
type Goal = { atLeast: number } | { atMost: number } | { timesLess: number };
type Measured = { id: string; metric: string; unit: string; ours: readonly number[]; peer: readonly number[]; goal: Goal };

export function figure({ id, metric, unit, ours, peer, goal }: Measured): Figure {
  const [above, below] = 'timesLess' in goal ? [peer, ours] : [ours, peer];
  const ratios = above.map((value, round) => value / (below[round] ?? Number.NaN));
  const middle = median(ratios);
  return {
    id,
    metric,
    unit,
    ours: rounded(median(ours)),
    peer: rounded(median(peer)),
    ratio: { min: rounded(Math.min(...ratios)), median: rounded(middle), max: rounded(Math.max(...ratios)) },
    target: targetOf(goal),
    reached: reaches(middle, goal),
  };
}

function targetOf(goal: Goal): string {
  if ('atMost' in goal) return `ours / peer <= ${goal.atMost}`;
  return 'atLeast' in goal ? `ours / peer >= ${goal.atLeast}` : `peer / ours >= ${goal.timesLess}`;
}

function reaches(ratio: number, goal: Goal): boolean {
  if ('atMost' in goal) return ratio <= goal.atMost;
  return ratio >= ('atLeast' in goal ? goal.atLeast : goal.timesLess);
}

/** Measures every peer once a round, in turning order, and gives each one's values by round. */
export async function inRounds<K extends string>(
  rounds: number,
  peers: Record<K, (round: number) => Promise<number> | number>,
): Promise<Record<K, number[]>> {
  const names = Object.keys(peers) as K[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) values[name].push(await peers[name](round));
  }
  return values;
}

/** How many rounds: `ROUNDS` where it is given, for a quick look; a figure that is quoted wants the bench's own number. */
export function roundsOr(usual: number): number {
  const given = Number(process.env.ROUNDS);
  return Number.isInteger(given) && given > 0 ? given : usual;
}

/** A folder for the files of one bench, on the disk whose sync is measured: the system's folder for temporary files. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'governor-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

export const perSecond = (count: number, ms: number): number => (count / ms) * 1000;

/** The same numbers in every run. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
