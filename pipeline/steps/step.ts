import type { CaseState } from '../case-state.ts';
import { GovernorError, problemOf } from '../errors.ts';

/**
 * What a step did: the case one or more entries further; or nothing yet, to be tried again at `retryAtMs`; or nothing
 * because another process was first (both null), after which the case is simply looked at again.
 */
export type StepResult = { state: CaseState | null; retryAtMs: number | null };
export type RunStep = (state: CaseState) => Promise<StepResult>;

export const moved = (state: CaseState | null): StepResult => ({ state, retryAtMs: null });
export const later = (retryAtMs: number): StepResult => ({ state: null, retryAtMs });

export type Asked<T> = { ok: true; value: T } | { ok: false; problem: string };

/**
 * Asks somebody who may never answer. The signal ends the question after `timeoutMs`; one who ignores the signal is not
 * waited for either. Whatever goes wrong is a value here, because each asker has a planned answer to it.
 */
export async function ask<T>(timeoutMs: number, question: (signal: AbortSignal) => Promise<T>): Promise<Asked<T>> {
  const signal = AbortSignal.timeout(timeoutMs);
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new GovernorError('timed_out', `no answer within ${timeoutMs / 1_000} s`)), {
      once: true,
    });
  });
  try {
    return { ok: true, value: await Promise.race([question(signal), late]) };
  } catch (fault) {
    return { ok: false, problem: problemOf(fault) };
  }
}
