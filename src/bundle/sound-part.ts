import { Entry } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { CHAIN_START, type ChainFault, faultOfLink, type SealedRow } from '../../pipeline/chain.ts';
import { problemOf } from '../../pipeline/errors.ts';
import { advance } from '../../pipeline/fold.ts';

/** Where a case stops being one: the place, what is wrong there, and that in words. */
export type Break = { seq: number; fault: ChainFault['fault'] | 'unreadable' | 'does_not_follow'; detail: string };

/** A case as far as its rows are one unbroken chain of entries that follow from one another. */
export type SoundPart = { entries: Entry[]; state: CaseState | undefined; broken: Break | null };

const DETAILS: Record<ChainFault['fault'], string> = {
  wrong_seq: 'another entry stands in this place: one was removed, moved or added',
  wrong_prev_hash: 'the entry does not follow the one before it',
  wrong_hash: 'the entry does not say what was sealed',
};

export function soundPart(caseId: string, rows: readonly SealedRow[]): SoundPart {
  const entries: Entry[] = [];
  let state: CaseState | undefined;
  let end = CHAIN_START;
  for (const row of rows) {
    const fault = faultOfLink(caseId, row, end);
    if (fault !== undefined) return { entries, state, broken: { ...fault, detail: DETAILS[fault.fault] } };
    const next = follow(state, row);
    if ('broken' in next) return { entries, state, ...next };
    entries.push(next.entry);
    state = next.state;
    end = { nextSeq: row.seq + 1, hash: row.hash };
  }
  return { entries, state, broken: null };
}

/** A chain may hold and say nonsense all the same: whoever can write the store can seal what they like. */
function follow(before: CaseState | undefined, row: SealedRow): { entry: Entry; state: CaseState } | { broken: Break } {
  const { seq } = row;
  const parsed = parseRow(row);
  if (!parsed.ok) return { broken: { seq, fault: 'unreadable', detail: parsed.problem } };
  try {
    return { entry: parsed.entry, state: advance(before, parsed.entry) };
  } catch (fault) {
    return { broken: { seq, fault: 'does_not_follow', detail: problemOf(fault) } };
  }
}

export function parseRow(row: SealedRow): { ok: true; entry: Entry } | { ok: false; problem: string } {
  try {
    const parsed = Entry.safeParse({ ...row, body: JSON.parse(row.body) });
    if (parsed.success) return { ok: true, entry: parsed.data };
    return { ok: false, problem: `the entry fits no known shape: ${parsed.error.issues[0]?.message ?? 'unknown'}` };
  } catch (fault) {
    return { ok: false, problem: `the entry is no JSON: ${problemOf(fault)}` };
  }
}

/** One entry with the case before and behind it. */
export type Told = { entry: Entry; before: CaseState | undefined; state: CaseState };

/** The case told anew, entry by entry; only one state is held at a time. For entries of a sound part. */
export function* told(entries: readonly Entry[]): Generator<Told> {
  let before: CaseState | undefined;
  for (const entry of entries) {
    const state = advance(before, entry);
    yield { entry, before, state };
    before = state;
  }
}
