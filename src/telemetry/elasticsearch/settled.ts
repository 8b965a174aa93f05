import { GovernorError } from '../../../pipeline/errors.ts';
import type { Window } from '../../../pipeline/ports.ts';

/** Less than this share of a window says too little of the whole. */
const SHARE_MIN = 0.5;

/**
 * The part of a window whose lines have arrived: lines of the last `lateS` seconds may still be on their way, and those
 * of the future are none. Throws where less than half of the window is left; whoever waits for it asks again.
 */
export function settled({ from, to }: Window, nowMs: number, lateS: number): Window {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  if (!(toMs > fromMs)) throw new GovernorError('telemetry_window', `a window ends after it begins, not from ${from} to ${to}`);
  const endMs = Math.min(toMs, nowMs - lateS * 1_000);
  if (endMs - fromMs < (toMs - fromMs) * SHARE_MIN)
    throw new GovernorError('telemetry_late', `the log lines from ${from} to ${to} have not all arrived yet`);
  return { from: new Date(fromMs).toISOString(), to: new Date(endMs).toISOString() };
}
