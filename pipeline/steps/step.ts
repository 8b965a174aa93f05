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

export const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export type Asked<T> = { ok: true; value: T } | { ok: false; problem: string };

/**
 * Asks somebody who may never answer. The signal ends the question after `timeoutMs`; one who ignores the signal is not
 * waited for either. Whatever goes wrong is a value here, because each asker has a planned answer to it.
 */
export async function ask<T>(timeoutMs: number, question: (signal: AbortSignal) => Promise<T>): Promise<Asked<T>> {
  const asking = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const fault = new GovernorError('timed_out', `no answer within ${timeoutMs / 1_000} s`);
    late.reject(fault);
    asking.abort(fault);
  }, timeoutMs);
  try {
    return { ok: true, value: await Promise.race([question(asking.signal), late.promise]) };
  } catch (fault) {
    return { ok: false, problem: problemOf(fault) };
  } finally {
    // A timer left behind would keep every answer of the last minutes in memory.
    clearTimeout(timer);
  }
}
