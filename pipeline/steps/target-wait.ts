import type { Action } from '../../contracts/catalogue.ts';
import type { Freeze } from '../../contracts/config.ts';
import type { Stress } from '../../contracts/findings.ts';
import { type Observe, servicesNamed } from '../observed.ts';
import { frozenWait, type Wait } from '../preconditions.ts';

type Target = { service: string; action: Action; fresh: Stress };

/**
 * What an order's own targets keep it waiting for: each has been seen by somebody, and is in no change freeze. Figures of
 * the incident's service are proof enough of that one, and its freezes are asked for with the other preconditions.
 */
export async function targetWait(
  { service, action, fresh }: Target,
  { observe, freezes, nowMs }: { observe: Observe; freezes: readonly Freeze[]; nowMs: number },
): Promise<Wait | null> {
  const isMeasured = fresh.findings.telemetry !== null;
  const asked = servicesNamed(action, fresh.parameters).filter((named) => named !== service || !isMeasured);
  for (const named of asked) {
    const frozen = frozenWait(freezes, named, nowMs);
    if (frozen !== null) return frozen;
  }
  const { unobserved, unknown } = await observe(asked);
  const detail = unknown ?? (unobserved.length === 0 ? null : `nothing has observed ${unobserved.join(', ')}`);
  return detail === null ? null : { for: 'target_unobserved', until: null, detail };
}
