import { type Entry, isReservedLog } from '../../../contracts/entry.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import { forgetOldest } from '../../../pipeline/forget-oldest.ts';
import { type Batches, faultOf, isDone } from './batches.ts';
import type { Copies } from './copies.ts';
import { isConflict } from './faults.ts';
import type { Gets } from './gets.ts';
import type { Stored } from './log-documents.ts';
import { type Deadline, patiently } from './patience.ts';

const KEPT_MAX = 20_000;
/** Before every place there is. */
const NEVER = -2;

type Parts = { batches: Batches; gets: Gets; copies: Pick<Copies, 'marker'> };

export type Markers = {
  /** Whether this entry may only be acknowledged together with a marker. */
  needed(entry: Entry, open: boolean): boolean;
  write(entry: Entry, until: Deadline): Promise<void>;
  acknowledged(stored: Stored): void;
};

/**
 * The copy of a case is also the mark by which it is found among the open ones: whoever is told that an open log has
 * grown may rely on that. A stale mark does no harm, because open cases are asked of the log in the end; a missing one
 * would leave a case to lie. So an open entry needs a mark of its own, unless the entry before it was ours and open too
 * and had one: of another writer's nobody knows whether it came that far.
 */
export function createMarkers({ batches, gets, copies }: Parts): Markers {
  /** Up to which entry each open log is known to be marked. */
  const markedTo = new Map<string, number>();
  return {
    needed: ({ case_id, seq }, open) => open && !isReservedLog(case_id) && (markedTo.get(case_id) ?? NEVER) < seq - 1,
    write(entry, until) {
      const operation = copies.marker(entry);
      return patiently(until, async () => {
        const written = await batches.writeOne(operation);
        if (isDone(written)) return;
        if (!isConflict(written.status)) throw faultOf('mark', written);
        // The copy of a later entry is there already, or one was removed a moment ago and its version still stands.
        const [there] = await gets.get([{ index: operation.index, id: operation.id }]);
        if (!there)
          throw new GovernorError('store_unready', `the mark of \`${entry.case_id}\` was removed and cannot be written yet`);
      });
    },
    acknowledged({ entry: { case_id, seq }, open }) {
      if (open) markedTo.set(case_id, Math.max(seq, markedTo.get(case_id) ?? NEVER));
      else markedTo.delete(case_id);
      forgetOldest(markedTo, KEPT_MAX);
    },
  };
}
