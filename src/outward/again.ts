import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../pipeline/ports.ts';

/** Milliseconds. One attempt more than there are delays is made at most, and none begins after the deadline. */
export type Patience = { delaysMs: readonly number[]; deadlineMs: number };

type Question<T> = { clock: Clock; patience: Patience; isWorthIt: (fault: unknown) => boolean; attempt: () => Promise<T> };

/** Asks again after a fault that may pass. Only for what changes nothing, or changes the same thing to the same value. */
export async function again<T>({ clock, patience, isWorthIt, attempt }: Question<T>): Promise<T> {
  const endMs = clock.now() + patience.deadlineMs;
  for (const delayMs of patience.delaysMs) {
    try {
      return await attempt();
    } catch (fault) {
      if (!isWorthIt(fault) || clock.now() + delayMs >= endMs) throw fault;
      await sleep(delayMs);
    }
  }
  return attempt();
}
