import type { Gets } from './gets.ts';
import type { KeptEntries } from './kept-entries.ts';
import { entryName, type Stored, storedEntry } from './log-documents.ts';
import { type Deadline, patiently } from './patience.ts';

/** How many places are looked at behind what is known: most readings find none or one. */
const AHEAD = 4;
const AHEAD_OF_UNKNOWN = 32;
/** Entries may be large, and one answer holds them all. */
const AHEAD_MAX = 128;

export type EntryReader = {
  /** The entry in this place; null where there is none. */
  one(caseId: string, seq: number): Promise<Stored | null>;
  /** The entries in these places, asked in one go. */
  many(caseId: string, seqs: readonly number[]): Promise<(Stored | null)[]>;
  /** From `fromSeq` to the end of the log, which is the first place that holds nothing. */
  read(caseId: string, fromSeq: number, until: Deadline): Promise<readonly Stored[]>;
};

/**
 * Reads entries by their names, in realtime: what was acknowledged is seen, searchable or not. What is already known of
 * a log is not fetched again, only what may have come behind it.
 */
export function createEntryReader({ gets, kept, index }: { gets: Gets; kept: KeptEntries; index: string }): EntryReader {
  const many = async (caseId: string, seqs: readonly number[]): Promise<(Stored | null)[]> => {
    const got = await gets.get(seqs.map((seq) => ({ index, id: entryName(caseId, seq), routing: caseId })));
    return got.map((one, at) => (one === null ? null : storedEntry(caseId, seqs[at] ?? 0, one)));
  };

  /** Page by page, each twice as long as the one before, up to the first place without an entry. */
  const readOn = async (caseId: string, fromSeq: number, firstPage: number, until: Deadline): Promise<Stored[]> => {
    const found: Stored[] = [];
    for (let page = firstPage; ; page = Math.min(AHEAD_MAX, page * 2)) {
      const seqs = Array.from({ length: page }, (_, at) => fromSeq + found.length + at);
      const stored = await patiently(until, () => many(caseId, seqs));
      const gap = stored.indexOf(null);
      found.push(...stored.slice(0, gap === -1 ? stored.length : gap).flatMap((one) => one ?? []));
      if (gap !== -1) return found;
    }
  };

  return {
    many,
    one: async (caseId, seq) => (await many(caseId, [seq]))[0] ?? null,
    async read(caseId, fromSeq, until) {
      const known = kept.from(caseId, fromSeq);
      const next = known === undefined ? fromSeq : Math.max(fromSeq, (kept.end(caseId)?.entry.seq ?? -1) + 1);
      const behind = await readOn(caseId, next, known === undefined ? AHEAD_OF_UNKNOWN : AHEAD, until);
      for (const one of behind) kept.keep(one);
      return known === undefined ? behind : [...known, ...behind];
    },
  };
}
