import { setTimeout as sleep } from 'node:timers/promises';
import { GovernorError } from '../../../pipeline/errors.ts';

const FIRST_PAUSE_MS = 20;
const PAUSE_MS_MAX = 1_000;

/** What may be over in a moment: a node that went, a shard that moves, a cluster that has too much to do. */
const PASSING: ReadonlySet<string> = new Set(['store_away', 'store_busy', 'store_unready', 'store_partial']);

/** A moment on the monotonic clock, in milliseconds, after which nothing is begun any more. */
export type Deadline = number;
export const deadlineIn = (ms: number): Deadline => performance.now() + ms;

/**
 * Tries until it succeeds, with growing pauses of random length, so that many who were turned away do not come back
 * together. A fault that will not pass, or that outlasts the deadline, is thrown as it came.
 */
export async function patiently<T>(until: Deadline, attempt: () => Promise<T>): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(PAUSE_MS_MAX, pauseMs * 2)) {
    try {
      return await attempt();
    } catch (fault) {
      const waitMs = pauseMs * (0.5 + Math.random());
      if (!isPassing(fault) || performance.now() + waitMs > until) throw fault;
      await sleep(waitMs);
    }
  }
}

export const isPassing = (fault: unknown): boolean => fault instanceof GovernorError && PASSING.has(fault.code);
