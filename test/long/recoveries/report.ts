import { note } from '../../fixtures/wait.ts';
import type { Judged } from './judge.ts';

/** One line about cases of one kind: how many there were, how they ended, and when people were told. */
export function tell(name: string, judged: readonly Judged[]): void {
  const ends = [...Map.groupBy(judged, ({ ended }) => ended)].map(([end, some]) => `${some.length} ${end}`);
  note(
    `${name}: ${judged.length} cases, ${ends.join(', ')}${times(
      ', told',
      judged.flatMap(({ told }) => told ?? []),
    )}`,
  );
}

/** The middle and the longest of some times, in seconds; nothing where there are none. */
export function times(what: string, ms: readonly number[]): string {
  if (ms.length === 0) return '';
  const sorted = [...ms].sort((a, b) => a - b);
  const seconds = (value: number | undefined): string => ((value ?? 0) / 1_000).toFixed(1);
  return `${what} after ${seconds(sorted[Math.floor(sorted.length / 2)])} s in the middle, ${seconds(sorted.at(-1))} s at most`;
}
