import { randomUUID } from 'node:crypto';
import type { BodyOf, Entry } from '../../contracts/entry.ts';
import { SUMMARY_LOG } from '../../contracts/entry.ts';
import type { CaseLog, Clock } from '../../pipeline/ports.ts';
import { slotOf, type WallClock } from './wall-clock.ts';

export type Told = BodyOf<'summary_told'>;

/** Which summaries have been told, on record for every process and every restart. */
export type SummaryRecord = {
  /** The latest slot that is dealt with; null where there is no record at all. */
  latest(): Promise<string | null>;
  /** False where another process has written something first. */
  write(told: Told): Promise<boolean>;
};

type Parts = { log: Pick<CaseLog, 'read' | 'append'>; clock: Clock; wall: WallClock; zone: string };

export function summaryRecord({ log, clock, wall, zone }: Parts): SummaryRecord {
  let nextSeq = 0;
  let known: Entry | null = null;

  const read = async (): Promise<void> => {
    const entries = await log.read(SUMMARY_LOG, nextSeq);
    nextSeq += entries.length;
    known = entries.at(-1) ?? known;
  };
  return {
    async latest() {
      await read();
      if (known === null || known.body.kind !== 'summary_told') return null;
      // Readings of another zone's clock say nothing here; the instant of the record does.
      return known.body.zone === zone ? known.body.slot : slotOf(wall.readingAt(Date.parse(known.at)));
    },
    async write(told) {
      const options = { entryId: randomUUID(), at: new Date(clock.now()).toISOString(), open: false };
      return (await log.append(SUMMARY_LOG, nextSeq, told, options)).ok;
    },
  };
}
