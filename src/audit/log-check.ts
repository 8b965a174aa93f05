import { EntryBody } from '../../contracts/entry.ts';
import { CHAIN_START, type ChainEnd, type ChainFault, faultOfLink, type SealedRow } from '../../pipeline/chain.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { AuditFault } from './fault.ts';
import type { LogEnd } from './head.ts';
import type { SignatureCheck } from './signatures.ts';

const DETAILS: Record<ChainFault['fault'], string> = {
  wrong_seq: 'another entry stands in this place: one was removed, moved or added',
  wrong_prev_hash: 'the entry does not follow the one before it',
  wrong_hash: 'the entry does not say what was sealed',
};

type Log = LogEnd & { entries: number; end: ChainEnd; broken: boolean };

export type LogCheck = {
  next(row: SealedRow): void;
  faults(): readonly AuditFault[];
  /** Where each log ends, as it was stored. */
  ends(): ReadonlyMap<string, LogEnd & { entries: number }>;
};

/** Follows the chains of all logs at once, row by row, and shows each linked entry to `signatures`. `known` holds ends that were kept outside. */
export function createLogCheck(known: ReadonlyMap<string, LogEnd>, signatures: SignatureCheck): LogCheck {
  const faults: AuditFault[] = [];
  const logs = new Map<string, Log>();

  const logOf = (row: SealedRow): Log => {
    const there = logs.get(row.case_id);
    if (there !== undefined) return there;
    const log = { case_id: row.case_id, seq: row.seq, hash: row.hash, entries: 0, end: CHAIN_START, broken: false };
    logs.set(row.case_id, log);
    return log;
  };

  /** The first fault of a log is named; what follows it hangs on a broken link and says nothing more. */
  const follow = (row: SealedRow, log: Log): void => {
    const fault = faultOfLink(row.case_id, row, log.end);
    const read = fault === undefined || fault.fault === 'wrong_hash' ? readBody(row.body) : null;
    log.broken = fault !== undefined || read?.ok === false;
    const { case_id } = row;
    if (read?.ok === false) faults.push({ case_id, seq: log.end.nextSeq, fault: 'unreadable', detail: read.problem });
    else if (fault !== undefined) faults.push({ ...fault, detail: DETAILS[fault.fault] });
    else if (read?.ok) signatures.next(row, read.body);
    log.end = { nextSeq: row.seq + 1, hash: row.hash };
  };

  return {
    next(row) {
      const log = logOf(row);
      if (!log.broken) follow(row, log);
      log.entries += 1;
      log.seq = row.seq;
      log.hash = row.hash;
      const then = known.get(row.case_id);
      if (then?.seq === row.seq && then.hash !== row.hash) faults.push(rechained(row));
    },
    faults: () => faults,
    ends: () => logs,
  };
}

const rechained = ({ case_id, seq }: SealedRow): AuditFault => ({
  case_id,
  seq,
  fault: 'rechained',
  detail: 'the head kept outside names another entry here',
});

function readBody(text: string): { ok: true; body: EntryBody } | { ok: false; problem: string } {
  try {
    const parsed = EntryBody.safeParse(JSON.parse(text));
    if (parsed.success) return { ok: true, body: parsed.data };
    return { ok: false, problem: `the entry fits no known shape: ${parsed.error.issues[0]?.message ?? 'unknown'}` };
  } catch (fault) {
    return { ok: false, problem: `the entry is no JSON: ${problemOf(fault)}` };
  }
}
