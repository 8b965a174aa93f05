import type { Freeze } from '../contracts/config.ts';
import type { Entry } from '../contracts/entry.ts';
import type { Waiting } from '../contracts/entry-words.ts';

export type SwitchState = { paused: boolean; by: string | null; at: string | null; reason: string | null };
export type Wait = { for: Waiting; until: string | null; detail: string };
/** Who has a service's lock, and when it was last given back after an execution. */
export type LockState = { holder: { caseId: string; revision: number } | null; releasedAt: string | null };

export const SWITCH_ON: SwitchState = { paused: false, by: null, at: null, reason: null };
export const UNLOCKED: LockState = { holder: null, releasedAt: null };

/**
 * `~switch`: paused from a `paused` entry to the next `resumed` that counts. One that does not count leaves things paused,
 * and is the reason that people read.
 */
export function advanceSwitch(state: SwitchState, entry: Entry, counts: (resumed: Entry) => boolean): SwitchState {
  const { body, at } = entry;
  if (body.kind === 'paused') return { paused: true, by: body.by, at, reason: body.reason };
  if (body.kind !== 'resumed') return state;
  if (counts(entry)) return { paused: false, by: body.by, at, reason: body.reason };
  return state.paused ? { ...state, reason: `the resume of ${body.by} does not count: its key is not listed for that` } : state;
}

export function advanceLock(state: LockState, { body, at }: Entry): LockState {
  if (body.kind === 'lock_taken') return { ...state, holder: { caseId: body.case_id, revision: body.revision } };
  return body.kind === 'lock_released' ? { holder: null, releasedAt: body.ran ? at : state.releasedAt } : state;
}

export function pausedWait(state: SwitchState): Wait | null {
  if (!state.paused) return null;
  return { for: 'paused', until: null, detail: state.reason ?? 'everything is paused' };
}

/** A freeze holds from its first to its last moment, for its service or for all. */
export function frozenWait(freezes: readonly Freeze[], service: string, nowMs: number): Wait | null {
  const freeze = freezes.find(
    (one) => (one.service === '*' || one.service === service) && Date.parse(one.from) <= nowMs && nowMs <= Date.parse(one.to),
  );
  return freeze === undefined ? null : { for: 'frozen', until: freeze.to, detail: `a change freeze holds for ${freeze.service}` };
}

/** When the next freeze of this service begins; null where none is to come. */
export function nextFreezeMs(freezes: readonly Freeze[], service: string, nowMs: number): number | null {
  const starts = freezes.filter((one) => one.service === '*' || one.service === service).map(({ from }) => Date.parse(from));
  const coming = starts.filter((from) => from > nowMs);
  return coming.length === 0 ? null : Math.min(...coming);
}

/**
 * An order whose outcome is unknown may still begin until its time is over. A rollback that came before it would be
 * undone by it, so nothing else starts in this case until then.
 */
export function lateEffectWait(
  execution: { outcome: string | null; notAfter: string } | null,
  skewS: number,
  nowMs: number,
): Wait | null {
  if (execution?.outcome !== 'unknown') return null;
  const finalMs = Date.parse(execution.notAfter) + skewS * 1_000;
  if (nowMs >= finalMs) return null;
  return { for: 'late_effect', until: new Date(finalMs).toISOString(), detail: 'the order before it may still begin' };
}

export function cooldownWait(lock: LockState, cooldownS: number, nowMs: number): Wait | null {
  if (lock.releasedAt === null) return null;
  const untilMs = Date.parse(lock.releasedAt) + cooldownS * 1_000;
  if (nowMs >= untilMs) return null;
  return { for: 'cooldown', until: new Date(untilMs).toISOString(), detail: 'the service has just been acted on' };
}
