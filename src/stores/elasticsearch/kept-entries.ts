import type { Stored } from './log-documents.ts';

const CHARS_MAX = 32_000_000;
/** What an entry costs besides its text. */
const ENTRY_CHARS = 1_000;
/** Of one log; a lock's log grows for ever and only its end is asked for. */
const ENTRIES_MAX = 400;

/**
 * The latest entries of the logs this process works on. Entries never change, so what is kept only has to be asked for
 * what came behind it.
 */
export type KeptEntries = {
  /** The last entry known; others may have appended since. */
  end(caseId: string): Stored | undefined;
  at(caseId: string, seq: number): Stored | undefined;
  /** All that are known from `seq` on; undefined where the first of them are not. */
  from(caseId: string, seq: number): readonly Stored[] | undefined;
  keep(stored: Stored): void;
  forget(caseId: string): void;
};

type Tail = { first: number; entries: Stored[]; chars: number };

export function createKeptEntries(charsMax = CHARS_MAX): KeptEntries {
  const tails = new Map<string, Tail>();
  let chars = 0;

  const forget = (caseId: string): void => {
    chars -= tails.get(caseId)?.chars ?? 0;
    tails.delete(caseId);
  };

  const add = (tail: Tail, stored: Stored): void => {
    tail.entries.push(stored);
    tail.chars += costOf(stored);
    chars += costOf(stored);
    if (tail.entries.length <= ENTRIES_MAX) return;
    const gone = tail.entries.splice(0, ENTRIES_MAX / 2);
    const freed = gone.reduce((sum, one) => sum + costOf(one), 0);
    tail.first += gone.length;
    tail.chars -= freed;
    chars -= freed;
  };

  const forgetOldest = (): void => {
    for (const caseId of tails.keys()) {
      if (chars <= charsMax) return;
      forget(caseId);
    }
  };

  const tailFor = ({ entry }: Stored): Tail => {
    const known = tails.get(entry.case_id);
    const follows = known?.entries.at(-1)?.entry.hash === entry.prev_hash && known.first + known.entries.length === entry.seq;
    if (known !== undefined && follows) {
      // Put in anew it is the youngest again, and the last to be forgotten.
      tails.delete(entry.case_id);
      return known;
    }
    forget(entry.case_id);
    return { first: entry.seq, entries: [], chars: 0 };
  };

  const at = (caseId: string, seq: number): Stored | undefined => {
    const tail = tails.get(caseId);
    return tail?.entries[seq - tail.first];
  };

  return {
    end: (caseId) => tails.get(caseId)?.entries.at(-1),
    at,
    from(caseId, seq) {
      const tail = tails.get(caseId);
      return tail === undefined || seq < tail.first ? undefined : tail.entries.slice(seq - tail.first);
    },
    keep(stored) {
      const { case_id, seq, hash } = stored.entry;
      if (at(case_id, seq)?.entry.hash === hash) return;
      const tail = tailFor(stored);
      tails.set(case_id, tail);
      add(tail, stored);
      forgetOldest();
    },
    forget,
  };
}

const costOf = ({ chars }: Stored): number => chars + ENTRY_CHARS;
