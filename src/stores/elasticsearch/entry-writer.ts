import type { Entry } from '../../../contracts/entry.ts';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Prepared } from '../prepare-entry.ts';
import { type Batches, faultOf, isDone, type Operation, type Written } from './batches.ts';
import type { EntryReader } from './entry-reader.ts';
import { isConflict } from './faults.ts';
import type { KeptEntries } from './kept-entries.ts';
import { entryName, logDocument, type Stored } from './log-documents.ts';
import { type Deadline, patiently } from './patience.ts';

type Parts = { batches: Batches; reader: EntryReader; kept: KeptEntries; index: string };

/** The entry as it stands in its place, or that another one has it or could never stand there. */
export type Placed = { ok: true; stored: Stored } | { ok: false };
export const CONFLICT: Placed = { ok: false };

/** `before`: the entry that it follows; null where it is the first. */
export type Attempt = { prepared: Prepared; entry: Entry; before: Stored | null };

export type EntryWriter = {
  /** Puts an entry in its place, or tells that it is taken; throws where neither is certain when the time is over. */
  write(attempt: Attempt, until: Deadline): Promise<Placed>;
  /** Who has a place that is known to be taken: ours where the uuid is. */
  whoseIs(prepared: Prepared, until: Deadline): Promise<Placed>;
};

/**
 * Compare-and-set by the name of the place: of all who create it one succeeds. A write whose answer was lost is sent
 * again as it was, and is known by its uuid where it had succeeded; it counts only once the cluster has said so.
 */
export function createEntryWriter({ batches, reader, kept, index }: Parts): EntryWriter {
  const judge = ({ caseId, options }: Prepared, there: Stored): Placed => {
    if (there.entry.entry_id === options.entryId) return { ok: true, stored: there };
    // Somebody else was first: where theirs follows what we know, we now know more.
    if (kept.end(caseId)?.entry.hash === there.entry.prev_hash) kept.keep(there);
    return CONFLICT;
  };

  /** After a write without an answer: null where it has to be sent again. */
  const lookBack = async ({ prepared, before }: Attempt): Promise<Placed | null> => {
    const { caseId, seq } = prepared;
    const [there, stillBefore] = await reader.many(caseId, before === null ? [seq] : [seq, seq - 1]);
    if (there) return judge(prepared, there);
    if (before === null || stillBefore?.entry.hash === before.entry.hash) return null;
    // What it was to follow was seen on a primary that is gone, and nobody had been told that it was recorded.
    kept.forget(caseId);
    return CONFLICT;
  };

  /** An entry that was seen under one primary and followed under another may have gone with the first. */
  const checkBefore = async ({ prepared: { caseId, seq }, before }: Attempt, term: number): Promise<void> => {
    if (before === null || before.term === term) return;
    const now = await reader.one(caseId, seq - 1);
    if (now?.entry.hash === before.entry.hash) return;
    kept.forget(caseId);
    throw new GovernorError('log_broken', `\`${caseId}\` lost its entry ${seq - 1} with the node that held it`);
  };

  const answerOf = async (attempt: Attempt, written: Written): Promise<Placed> => {
    const { prepared, entry } = attempt;
    if (isDone(written) && written.at !== null) {
      const { term } = written.at;
      await checkBefore(attempt, term);
      return { ok: true, stored: { entry, open: prepared.options.open, term, chars: prepared.text.length } };
    }
    if (!isConflict(written.status)) throw faultOf('append', written);
    const there = await reader.one(prepared.caseId, prepared.seq);
    if (there !== null) return judge(prepared, there);
    throw new GovernorError('store_unready', `\`${prepared.caseId}\` at seq ${prepared.seq} is taken and cannot be read`);
  };

  return {
    write(attempt, until) {
      const { caseId, seq, text, options } = attempt.prepared;
      const operation: Operation = {
        action: 'create',
        index,
        id: entryName(caseId, seq),
        routing: caseId,
        requireAlias: true,
        document: logDocument(attempt.entry, text, options.open),
      };
      let sent = false;
      return patiently(until, async () => {
        const known = sent ? await lookBack(attempt) : null;
        if (known !== null) return known;
        sent = true;
        return answerOf(attempt, await batches.writeOne(operation));
      });
    },
    async whoseIs(prepared, until) {
      const { caseId, seq } = prepared;
      const there = kept.at(caseId, seq) ?? (await patiently(until, () => reader.one(caseId, seq)));
      return there === null ? CONFLICT : judge(prepared, there);
    },
  };
}
