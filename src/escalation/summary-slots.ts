import type { Clock } from '../../pipeline/ports.ts';
import type { SummaryRecord } from './summary-record.ts';
import { latestSlot, slotOf, type WallClock } from './wall-clock.ts';

/** Which summary is to be told now. */
export type SummarySlots = {
  /** By the minute in which it was to be told; null where there is none. */
  due(): Promise<string | null>;
};

type Parts = { cron: string; clock: Clock; wall: WallClock; record: SummaryRecord; begin: (slot: string) => Promise<unknown> };

/** A summary that could not be told in time is still worth reading for this long. */
export const LATE_MS = 6 * 3_600_000;

export function summarySlots({ cron, clock, wall, record, begin }: Parts): SummarySlots {
  const startedAt = slotOf(wall.readingAt(clock.now()));
  let matching: Promise<(reading: Date) => boolean> | null = null;
  let checkedTo = Number.NEGATIVE_INFINITY;

  /** An installation begins with the next summary, and not with an old one. */
  const told = async (): Promise<string> => {
    const latest = await record.latest();
    if (latest === null) await begin(startedAt);
    return latest ?? startedAt;
  };

  return {
    async due() {
      matching ??= matcherOf(cron);
      const now = wall.readingAt(clock.now());
      // What is on record is asked for at the first look, and then only where there may be something to tell.
      const isFirst = checkedTo === Number.NEGATIVE_INFINITY;
      const slot = latestSlot(now, Math.max(now - LATE_MS, checkedTo), await matching);
      if (isFirst || slot !== null) {
        const before = await told();
        if (slot !== null && slot > before) return slot;
      }
      checkedTo = now;
      return null;
    },
  };
}

/** Loaded at the first look: no start waits for the scheduler. */
async function matcherOf(cron: string): Promise<(reading: Date) => boolean> {
  const { createTask } = await import('node-cron');
  const task = createTask(cron, () => undefined, { timezone: 'UTC' });
  return (reading) => task.match(reading);
}
