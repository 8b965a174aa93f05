import type { RecoveryCheck } from '../contracts/catalogue.ts';
import type { RecoveryResult } from '../contracts/entry.ts';
import type { Telemetry } from '../contracts/telemetry.ts';

export type Recovery = { result: RecoveryResult; limit: number; detail: string };

/** Worse means clearly above the figures before the effect: by a tenth of them, and by more than one request in a hundred. */
const WORSE_FACTOR = 1.1;
const WORSE_MARGIN = 0.01;

/** What is known of when something was carried out; `effectAt` is what the executor says. */
type Carried = { startedAt: string; recordedAt: string | null; effectAt: string | null };

/**
 * When the effect was, in milliseconds: as the executor says, within the time in which it can have been. A wrong clock
 * must neither let old figures pass for recovery nor put the check off for years.
 */
export function effectMsOf({ startedAt, recordedAt, effectAt }: Carried): number {
  const latest = Date.parse(recordedAt ?? startedAt);
  const said = effectAt === null ? latest : Date.parse(effectAt);
  return Math.min(latest, Math.max(Date.parse(startedAt), said));
}

const percent = (rate: number): string => `${(rate * 100).toFixed(1)} %`;

/** The error rate at or below which the service counts as well again. */
export const recoveredBelow = (check: RecoveryCheck, figures: Telemetry): number =>
  Math.min(1, Math.max(check.error_rate_max, figures.baseline * check.baseline_factor));

/** Whether these figures show a service that is well; unknown figures never do. */
export function isWell(check: RecoveryCheck, figures: Telemetry | null): boolean {
  if (figures === null || !(figures.requests > 0) || !Number.isFinite(figures.error_rate)) return false;
  return figures.error_rate <= recoveredBelow(check, figures);
}

/** Judges an action by telemetry alone. No requests, no figures or a number that is none: no data, which is never recovery. */
export function assessRecovery(check: RecoveryCheck, before: Telemetry | null, after: Telemetry | null): Recovery {
  if (after === null || !(after.requests > 0) || !Number.isFinite(after.error_rate)) {
    return { result: 'no_data', limit: check.error_rate_max, detail: 'telemetry shows no requests after the action' };
  }
  const limit = recoveredBelow(check, after);
  const then = before === null ? 'unknown before' : `${percent(before.error_rate)} before`;
  const detail = `error rate ${percent(after.error_rate)}, ${then}, recovered at or below ${percent(limit)}`;
  if (after.error_rate <= limit) return { result: 'recovered', limit, detail };
  return { result: isWorse(before, after) ? 'worse' : 'not_recovered', limit, detail };
}

const isWorse = (before: Telemetry | null, after: Telemetry): boolean =>
  before !== null && after.error_rate > before.error_rate * WORSE_FACTOR && after.error_rate > before.error_rate + WORSE_MARGIN;
