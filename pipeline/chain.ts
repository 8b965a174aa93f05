import type { Entry, EntryBody } from '../contracts/entry.ts';
import { canonicalJson } from './canonical.ts';
import { sha256 } from './hash.ts';

/** The first entry of every log follows this. */
export const GENESIS = '0'.repeat(64);

/** An entry before it has its place in the chain. */
export type Draft = { case_id: string; entry_id: string; at: string; body: EntryBody };

/**
 * An entry as a store may keep it: `body` is its canonical JSON. The chain is checked on this text, so that what is
 * proven is what is stored, and nothing has to be parsed for it.
 */
export type SealedRow = {
  case_id: string;
  seq: number;
  entry_id: string;
  at: string;
  prev_hash: string;
  hash: string;
  body: string;
};

/**
 * SHA-256 over the canonical JSON of an entry without its hash, put together from the body's canonical JSON: the same
 * bytes as `canonicalJson` of the whole, without writing the body twice.
 */
export function hashOfRow(row: Omit<SealedRow, 'hash'>): string {
  const open =
    `{"at":${quoted(row.at)},"body":${row.body},"case_id":${quoted(row.case_id)},` +
    `"entry_id":${quoted(row.entry_id)},"prev_hash":${quoted(row.prev_hash)},"seq":${row.seq}}`;
  return sha256(open);
}

const PLAIN = /^[\w:.~/@+-]*$/;
/** What honest ids, times and hashes are made of needs no escaping; only a row that was tampered with takes the longer way. */
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

/** Seals a draft behind its predecessor: the hash covers the place, the uuid, the time, the body and the hash before. */
export function seal(draft: Draft, seq: number, prevHash: string, body = canonicalJson(draft.body)): Entry {
  const { case_id, entry_id, at } = draft;
  const hash = hashOfRow({ case_id, seq, entry_id, at, prev_hash: prevHash, body });
  return { case_id, seq, entry_id, at, prev_hash: prevHash, hash, body: draft.body };
}

/** The row of an entry, as a store that keeps text would hold it. */
export const rowOf = (entry: Entry): SealedRow => ({ ...entry, body: canonicalJson(entry.body) });

export type ChainFault = { case_id: string; seq: number; fault: 'wrong_seq' | 'wrong_prev_hash' | 'wrong_hash' };

/** How far a chain has been followed: the next place, and the hash that the entry there must name. */
export type ChainEnd = { nextSeq: number; hash: string };
export const CHAIN_START: ChainEnd = { nextSeq: 0, hash: GENESIS };

/** What is wrong with a row as the next link of its case's chain; undefined where it is the next link. */
export function faultOfLink(caseId: string, row: SealedRow, end: ChainEnd): ChainFault | undefined {
  const fault = (name: ChainFault['fault']): ChainFault => ({ case_id: caseId, seq: end.nextSeq, fault: name });
  if (row.seq !== end.nextSeq || row.case_id !== caseId) return fault('wrong_seq');
  if (row.prev_hash !== end.hash) return fault('wrong_prev_hash');
  return hashOfRow(row) === row.hash ? undefined : fault('wrong_hash');
}

/** The first place where a case's entries, in stored order, stop being one unbroken chain; undefined where they are. */
export function findChainFault(caseId: string, entries: readonly Entry[]): ChainFault | undefined {
  let end = CHAIN_START;
  for (const entry of entries) {
    const fault = faultOfLink(caseId, rowOf(entry), end);
    if (fault !== undefined) return fault;
    end = { nextSeq: entry.seq + 1, hash: entry.hash };
  }
  return undefined;
}
