import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One figure of a bench: `ratio` is the median of ratios taken round by round against the floor beside it. */
export type Figure = {
  id: string;
  metric: string;
  ratio: number;
  min: number;
  median: number;
  max: number;
  target: string;
  reached: boolean;
};
export type Emit = (figure: Figure) => void;

export const printFigure: Emit = (figure) => void process.stdout.write(`${JSON.stringify(figure)}\n`);

const rounded = (value: number): number => Number(value.toPrecision(4));

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

type Goal = { atLeast: number } | { atMost: number };

/** The figure of `ours` against `floor`, both measured in the same rounds, so that a drifting machine drops out. */
export function figure(id: string, metric: string, ours: readonly number[], floor: readonly number[], goal: Goal): Figure {
  const ratios = ours.map((value, round) => value / (floor[round] ?? Number.NaN));
  const ratio = median(ratios);
  const reached = 'atLeast' in goal ? ratio >= goal.atLeast : ratio <= goal.atMost;
  const target = 'atLeast' in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`;
  const [min, max] = [Math.min(...ratios), Math.max(...ratios)].map(rounded);
  return { id, metric, ratio: rounded(ratio), min: min ?? ratio, median: rounded(ratio), max: max ?? ratio, target, reached };
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

/** A folder for the files of one bench, on the disk whose sync is measured: `BENCH_TMP`, else the system's. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'governor-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const perSecond = (count: number, ms: number): number => (count / ms) * 1000;
