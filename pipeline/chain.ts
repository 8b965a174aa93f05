import type { Entry, EntryBody } from '../contracts/entry.ts';
import { canonicalJson } from './canonical.ts';
import { sha256 } from './hash.ts';

/** The first entry of every log follows this. */
export const GENESIS = '0'.repeat(64);

/** An entry before it has its place in the chain. */
export type Draft = { case_id: string; entry_id: string; at: string; body: EntryBody };

/** Seals a draft behind its predecessor: the hash covers the place, the uuid, the time, the body and the hash before. */
export function seal(draft: Draft, seq: number, prevHash: string): Entry {
  const open = { case_id: draft.case_id, seq, entry_id: draft.entry_id, at: draft.at, prev_hash: prevHash, body: draft.body };
  return { ...open, hash: sha256(canonicalJson(open)) };
}

export type ChainFault = { case_id: string; seq: number; fault: 'wrong_seq' | 'wrong_prev_hash' | 'wrong_hash' };

/** The first place where a case's entries, in stored order, stop being one unbroken chain; undefined where they are. */
export function findChainFault(caseId: string, entries: readonly Entry[]): ChainFault | undefined {
  let prevHash = GENESIS;
  for (const [seq, entry] of entries.entries()) {
    const at = { case_id: caseId, seq };
    if (entry.seq !== seq || entry.case_id !== caseId) return { ...at, fault: 'wrong_seq' };
    if (entry.prev_hash !== prevHash) return { ...at, fault: 'wrong_prev_hash' };
    const { hash, ...open } = entry;
    if (sha256(canonicalJson(open)) !== hash) return { ...at, fault: 'wrong_hash' };
    prevHash = hash;
  }
  return undefined;
}
