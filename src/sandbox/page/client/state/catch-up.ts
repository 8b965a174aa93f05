import type { Fields } from '../fields.ts';
import type { Fetch } from './fetches.ts';

const TRY_AGAIN_MS = 1_000;

export type CatchUp = {
  /** Fetches everything; another call while one is under way takes its place. */
  start: () => Promise<void>;
  /** Takes changes: applied at once, or after the fetch that is under way. */
  offer: (changes: readonly Fields[]) => void;
  /** What is under way no longer counts. */
  abandon: () => void;
};

type Ports = { everything: Fetch; apply: (change: Fields) => void; onComplete: () => void };

/**
 * Brings a full fetch and the changes that come meanwhile into one order: the changes are applied after it, because
 * either of the two may be the newer and a change says the same when it is applied twice.
 */
export function createCatchUp({ everything, apply, onComplete }: Ports): CatchUp {
  let round = 0;
  let waiting: Fields[] | undefined;
  const start = async (): Promise<void> => {
    round += 1;
    const mine = round;
    waiting ??= [];
    const complete = await everything();
    if (mine !== round) return;
    const missed = waiting ?? [];
    waiting = undefined;
    for (const change of missed) apply(change);
    if (complete) onComplete();
    else setTimeout(() => mine === round && void start(), TRY_AGAIN_MS);
  };
  return {
    start,
    offer: (changes) => {
      if (waiting !== undefined) waiting.push(...changes);
      else for (const change of changes) apply(change);
    },
    abandon: () => {
      round += 1;
      waiting = undefined;
    },
  };
}
