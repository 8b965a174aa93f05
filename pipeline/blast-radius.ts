import type { ExecutionLimits } from '../contracts/executors.ts';

/** One execution that was let start. */
export type Slot = { caseId: string; revision: number; service: string; atMs: number };

/** Null where another execution may start now; else when the first place becomes free, and what is full. */
export type Full = { untilMs: number; detail: string };

const MS = 1_000;

/**
 * Whether one more execution may start. A wrong plan that passes every rule can still only do so much: what is counted
 * is every execution that was let start within the window, whatever came of it.
 */
export function fullFor(service: string, slots: readonly Slot[], limits: ExecutionLimits, nowMs: number): Full | null {
  const sinceMs = nowMs - limits.window_s * MS;
  const recent = slots.filter(({ atMs }) => atMs > sinceMs);
  const own = recent.filter((slot) => slot.service === service);
  return (
    fullAt(own, limits.per_service_max, limits.window_s, `on ${service}`) ??
    fullAt(recent, limits.executions_max, limits.window_s, 'in all')
  );
}

function fullAt(recent: readonly Slot[], max: number | null, windowS: number, where: string): Full | null {
  if (max === null || recent.length < max) return null;
  // So many have to leave the window that one more fits in.
  const leaving = recent.map(({ atMs }) => atMs).sort((one, other) => one - other)[recent.length - max];
  const detail = `${recent.length} executions ${where} within ${windowS} s, and no more than ${max} may start`;
  return { untilMs: (leaving ?? 0) + windowS * MS + 1, detail };
}
