import type { RecoveryCheck } from '../contracts/catalogue.ts';
import type { RecoveryResult } from '../contracts/entry-words.ts';
import type { Telemetry } from '../contracts/telemetry.ts';
import type { Window } from './ports.ts';

export type Recovery = { result: RecoveryResult; limit: number; detail: string };

/** Worse means clearly above the figures before the effect: by a tenth of them, and by more than one request in a hundred. */
const WORSE_FACTOR = 1.1;
const WORSE_MARGIN = 0.01;
/** The share of the window, its last, that is looked at by itself: an average hides a service that falls back. */
const END_SHARE = 1 / 3;
/** A single failed request more than the limit allows may be chance in so short a stretch. */
const END_CHANCE = 1;
/** So many requests that were to be expected and did not come are no chance: the service, or its log, went silent. */
const END_MISSED_MIN = 10;

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
  return shows(figures) && figures.error_rate <= recoveredBelow(check, figures);
}

/** The last part of a window, from which the whole shows whether a recovery held. */
export function endOf({ from, to }: Window): Window {
  const toMs = Date.parse(to);
  return { from: new Date(toMs - (toMs - Date.parse(from)) * END_SHARE).toISOString(), to };
}

/** Figures of the window after the effect, and of its last part by itself. */
export type After = { whole: Telemetry | null; end: Telemetry | null };

const shows = (figures: Telemetry | null): figures is Telemetry =>
  figures !== null && figures.requests > 0 && Number.isFinite(figures.error_rate);

/**
 * Judges an action by telemetry alone. No requests, no figures or a number that is none: no data, which is never recovery.
 * Nor is it one where the service was well on the whole and was not, or was silent, in the end.
 */
export function assessRecovery(check: RecoveryCheck, before: Telemetry | null, { whole, end }: After): Recovery {
  if (!shows(whole))
    return { result: 'no_data', limit: check.error_rate_max, detail: 'telemetry shows no requests after the action' };
  const limit = recoveredBelow(check, whole);
  const then = before === null ? 'unknown before' : `${percent(before.error_rate)} before`;
  const measured = `error rate ${percent(whole.error_rate)}, ${then}, recovered at or below ${percent(limit)}`;
  // Asked so that a limit which is no number is not met.
  if (!(whole.error_rate <= limit))
    return { result: isWorse(before, whole) ? 'worse' : 'not_recovered', limit, detail: measured };
  if (wentSilent(whole, end))
    return { result: 'no_data', limit, detail: `${measured}; no requests in the last third of that time` };
  if (!fellBack(limit, end)) return { result: 'recovered', limit, detail: measured };
  const detail = `${measured}; ${percent(end.error_rate)} in the last third of that time`;
  return { result: isWorse(before, end) ? 'worse' : 'not_recovered', limit, detail };
}

/** Too little traffic to have any in the end says nothing; much traffic that ends does. */
const wentSilent = (whole: Telemetry, end: Telemetry | null): boolean =>
  !shows(end) && !(whole.requests * END_SHARE < END_MISSED_MIN);

const fellBack = (limit: number, end: Telemetry | null): end is Telemetry =>
  shows(end) && end.error_rate * end.requests > limit * end.requests + END_CHANCE;

const isWorse = (before: Telemetry | null, after: Telemetry): boolean =>
  before !== null && after.error_rate > before.error_rate * WORSE_FACTOR && after.error_rate > before.error_rate + WORSE_MARGIN;
