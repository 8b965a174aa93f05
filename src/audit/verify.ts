import { EntryBody } from '../../contracts/entry.ts';
import { CHAIN_START, type ChainEnd, type ChainFault, faultOfLink, type SealedRow } from '../../pipeline/chain.ts';
import { problemOf } from '../../pipeline/errors.ts';
import { hashOf } from '../../pipeline/hash.ts';
import { type AuditHead, endOf, headOf, type LogEnd } from './head.ts';
import type { AuditSource, StoreFault } from './source.ts';

export type AuditFault = {
  /** Null where the fault is not one log's. */
  case_id: string | null;
  /** The place in the log, where the fault has one. */
  seq: number | null;
  fault: ChainFault['fault'] | StoreFault['fault'] | 'cut' | 'rechained' | 'removed' | 'head_file_altered';
  detail: string;
};

export type AuditReport = {
  ok: boolean;
  logs: number;
  entries: number;
  faults: AuditFault[];
  /** What a good result proves: without a head kept outside, neither the tail of a log nor that no log is missing. */
  proves: 'complete_up_to_head' | 'tail_and_completeness_not_proven';
  head: AuditHead;
};

const DETAILS: Record<ChainFault['fault'], string> = {
  wrong_seq: 'another entry stands in this place: one was removed, moved or added',
  wrong_prev_hash: 'the entry does not follow the one before it',
  wrong_hash: 'the entry does not say what was sealed',
};

/**
 * Reads every log from its first entry and names each one that is not an unbroken chain of readable entries; against a
 * head kept outside also what was re-chained, cut or removed. A tampered row is a fault in the report, never a crash.
 */
export function verifyAudit(source: AuditSource, head?: AuditHead): Promise<AuditReport> {
  return source.read(async (view) => {
    const known = new Map(head?.logs.map((log) => [log.case_id, log]));
    const check = createCheck(known);
    for await (const chunk of view.rows()) for (const row of chunk) check.next(row);
    const { faults, ends, entries } = check.end();
    const own = await view.ownFaults();
    const all = [
      ...faults,
      ...own.map((fault): AuditFault => ({ seq: null, ...fault })),
      ...(head === undefined ? [] : headFaults(head, ends)),
    ];
    return {
      ok: all.length === 0,
      logs: ends.size,
      entries,
      faults: all,
      proves: head === undefined ? 'tail_and_completeness_not_proven' : 'complete_up_to_head',
      head: headOf([...ends.values()]),
    };
  });
}

function createCheck(known: ReadonlyMap<string, LogEnd>) {
  const faults: AuditFault[] = [];
  const ends = new Map<string, LogEnd>();
  let caseId: string | undefined;
  let end: ChainEnd = CHAIN_START;
  let broken = false;
  let entries = 0;

  /** The first fault of a log is named; what follows it hangs on a broken link and says nothing more. */
  const follow = (row: SealedRow): void => {
    if (broken) return;
    const fault = faultOfLink(row.case_id, row, end);
    const problem = fault === undefined || fault.fault === 'wrong_hash' ? problemOfBody(row.body) : undefined;
    broken = fault !== undefined || problem !== undefined;
    if (problem !== undefined) faults.push({ case_id: row.case_id, seq: end.nextSeq, fault: 'unreadable', detail: problem });
    else if (fault !== undefined) faults.push({ ...fault, detail: DETAILS[fault.fault] });
    end = { nextSeq: row.seq + 1, hash: row.hash };
  };

  return {
    next(row: SealedRow): void {
      if (row.case_id !== caseId) {
        caseId = row.case_id;
        end = CHAIN_START;
        broken = false;
      }
      entries += 1;
      follow(row);
      ends.set(row.case_id, endOf(row));
      const then = known.get(row.case_id);
      if (then?.seq === row.seq && then.hash !== row.hash)
        faults.push({
          case_id: row.case_id,
          seq: row.seq,
          fault: 'rechained',
          detail: 'the head kept outside names another entry here',
        });
    },
    end: () => ({ faults, ends, entries }),
  };
}

function problemOfBody(body: string): string | undefined {
  try {
    const parsed = EntryBody.safeParse(JSON.parse(body));
    return parsed.success ? undefined : `the entry fits no known shape: ${parsed.error.issues[0]?.message ?? 'unknown'}`;
  } catch (fault) {
    return `the entry is no JSON: ${problemOf(fault)}`;
  }
}

/** What the head kept outside still knows and the store does not. */
function headFaults(head: AuditHead, ends: ReadonlyMap<string, LogEnd>): AuditFault[] {
  const faults: AuditFault[] = [];
  if (hashOf(head.logs) !== head.hash)
    faults.push({ case_id: null, seq: null, fault: 'head_file_altered', detail: 'the head file is not as it was written' });
  for (const { case_id, seq } of head.logs) {
    const now = ends.get(case_id);
    if (now === undefined) faults.push({ case_id, seq: null, fault: 'removed', detail: 'the log is gone' });
    else if (now.seq < seq) faults.push({ case_id, seq: now.seq + 1, fault: 'cut', detail: `the entries up to ${seq} are gone` });
  }
  return faults;
}
