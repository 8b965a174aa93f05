import { GENESIS, seal } from '../../../pipeline/chain.ts';
import { invalidEntry, type Prepared } from '../prepare-entry.ts';
import type { Batches } from './batches.ts';
import type { Copies } from './copies.ts';
import type { EntryReader } from './entry-reader.ts';
import { type Attempt, CONFLICT, createEntryWriter, type Placed } from './entry-writer.ts';
import type { Gets } from './gets.ts';
import type { KeptEntries } from './kept-entries.ts';
import { entryName, ID_BYTES_MAX, type Stored } from './log-documents.ts';
import { createMarkers } from './markers.ts';
import { type Deadline, patiently } from './patience.ts';

type Parts = {
  batches: Batches;
  gets: Gets;
  reader: EntryReader;
  kept: KeptEntries;
  index: string;
  copies: Pick<Copies, 'marker' | 'touch'>;
};

/**
 * Puts entries behind the end of their log, one at a time for each log: two entries of one log in one bulk could end up
 * with the second one there and the first one not.
 */
export function createPlaceEntry(parts: Parts): (prepared: Prepared, until: Deadline) => Promise<Placed> {
  const { reader, kept, copies } = parts;
  const writer = createEntryWriter(parts);
  const markers = createMarkers(parts);

  /** What stands before the place; `taken` and `missing` where the place is not the next one. */
  const before = async (caseId: string, seq: number, until: Deadline): Promise<Stored | null | 'taken' | 'missing'> => {
    const end = kept.end(caseId);
    if (end !== undefined && end.entry.seq >= seq) return 'taken';
    if (seq === 0) return null;
    if (end?.entry.seq === seq - 1) return end;
    const found = await patiently(until, () => reader.one(caseId, seq - 1));
    if (found === null) return 'missing';
    kept.keep(found);
    return found;
  };

  /** The entry and, where it is needed, its mark go in one bulk. */
  const write = async (attempt: Attempt, until: Deadline): Promise<Placed> => {
    const { entry, prepared } = attempt;
    const needed = markers.needed(entry, prepared.options.open);
    const [answer, mark] = await Promise.allSettled([
      writer.write(attempt, until),
      needed ? markers.write(entry, until) : Promise.resolve(),
    ]);
    // Where only one of the two is there, or nobody knows, the copy is drawn anew from the log.
    if (needed && !(isThere(answer) && mark.status === 'fulfilled')) copies.touch(entry.case_id);
    if (isThere(answer)) kept.keep(answer.value.stored);
    return both(answer, mark);
  };

  /** The place is taken, perhaps by this very entry, whose first answer was lost. */
  const acknowledgeAgain = async (prepared: Prepared, until: Deadline): Promise<Placed> => {
    const answer = await writer.whoseIs(prepared, until);
    if (answer.ok && markers.needed(answer.stored.entry, answer.stored.open)) await markers.write(answer.stored.entry, until);
    return answer;
  };

  return async (prepared, until) => {
    const { caseId, seq, body, text, options } = prepared;
    if (Buffer.byteLength(entryName(caseId, seq)) > ID_BYTES_MAX) throw invalidEntry(caseId, seq, 'its id is too long');
    const previous = await before(caseId, seq, until);
    if (previous === 'missing') return CONFLICT;
    if (previous === 'taken') return acknowledgeAgain(prepared, until);
    const draft = { case_id: caseId, entry_id: options.entryId, at: options.at, body };
    const entry = seal(draft, seq, previous?.entry.hash ?? GENESIS, text);
    const answer = await write({ prepared, entry, before: previous }, until);
    if (answer.ok) markers.acknowledged(answer.stored);
    return answer;
  };
}

type Settled<T> = PromiseSettledResult<T>;
const isThere = (answer: Settled<Placed>): answer is PromiseFulfilledResult<Extract<Placed, { ok: true }>> =>
  answer.status === 'fulfilled' && answer.value.ok;

/** An entry without its mark is not acknowledged; for one that is not there the mark does not matter. */
function both(answer: Settled<Placed>, mark: Settled<void>): Placed {
  if (answer.status === 'rejected') throw answer.reason;
  if (answer.value.ok && mark.status === 'rejected') throw mark.reason;
  return answer.value;
}
