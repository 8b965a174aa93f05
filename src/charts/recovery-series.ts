import type { RecoveryCheck } from '../../contracts/catalogue.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Telemetry } from '../../pipeline/ports.ts';
import { effectMsOf, recoveredBelow } from '../../pipeline/recovery.ts';

/** The error rate (0 to 1) of the stretch that ends at `atMs`; null where there were no requests. */
export type Sample = { atMs: number; rate: number | null };
export type RecoverySeries = {
  service: string;
  actionId: string;
  samples: Sample[];
  effectMs: number;
  /** At or below it the service counts as recovered. */
  limit: number;
};

const STRETCHES = 24;
const SIDE_BY_SIDE = 4;
const SPAN_MIN_MS = 60_000;
const SPAN_MAX_MS = 900_000;

/**
 * The figures around an action, stretch by stretch: as long before its effect as the recovery check looked after it. Null
 * where the case has no finished recovery check. Throws where telemetry does not answer.
 */
export async function recoverySeries(
  telemetry: Pick<Telemetry, 'figures'>,
  state: CaseState,
  check: RecoveryCheck,
): Promise<RecoverySeries | null> {
  const { execution, recovery, incident } = state;
  if (execution === null || recovery === null) return null;
  const effectMs = effectMsOf(execution);
  const spanMs = Math.min(SPAN_MAX_MS, Math.max(SPAN_MIN_MS, 2 * (check.settle_s + check.window_s) * 1_000));
  const fromMs = effectMs - spanMs;
  const stretchMs = (Date.parse(recovery.at) - fromMs) / STRETCHES;
  const ends = Array.from({ length: STRETCHES }, (_unused, index) => fromMs + (index + 1) * stretchMs);
  const samples: Sample[] = [];
  for (let index = 0; index < ends.length; index += SIDE_BY_SIDE) {
    const some = ends.slice(index, index + SIDE_BY_SIDE);
    samples.push(...(await Promise.all(some.map((atMs) => sampleAt(telemetry, incident.service, atMs, stretchMs)))));
  }
  const limit = recovery.after === null ? check.error_rate_max : recoveredBelow(check, recovery.after);
  return { service: incident.service, actionId: execution.actionId, samples, effectMs, limit };
}

async function sampleAt(
  telemetry: Pick<Telemetry, 'figures'>,
  service: string,
  atMs: number,
  stretchMs: number,
): Promise<Sample> {
  const window = { from: new Date(atMs - stretchMs).toISOString(), to: new Date(atMs).toISOString() };
  const figures = await telemetry.figures(service, window);
  const isKnown = figures !== null && figures.requests > 0 && Number.isFinite(figures.error_rate);
  return { atMs: Math.round(atMs), rate: isKnown ? figures.error_rate : null };
}
