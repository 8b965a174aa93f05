import type { ApproverRule } from '../../contracts/config.ts';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';
import { hashOf } from '../../pipeline/hash.ts';
import type { AuditFault, AuditNote } from './fault.ts';
import { type AuditHead, headOf, type LogEnd } from './head.ts';
import { createLogCheck, type LogCheck } from './log-check.ts';
import { createSignatureCheck } from './signatures.ts';
import type { AuditSource, AuditView } from './source.ts';

export type AuditReport = {
  ok: boolean;
  logs: number;
  entries: number;
  faults: AuditFault[];
  /** What somebody should know who reads this, and what is no fault. */
  notes: AuditNote[];
  /** Decisions of the command line whose signatures are good. */
  signatures: number;
  /** What a good result proves: without a head kept outside, neither the tail of a log nor that no log is missing. */
  proves: 'complete_up_to_head' | 'tail_and_completeness_not_proven';
  head: AuditHead;
};

/**
 * Reads every log from its first entry and names each one that is not an unbroken chain of readable entries; against a
 * head kept outside also what was re-chained, cut or removed. Every decision of the command line must carry a good
 * signature; `rules` say whose keys are listed now. A tampered row is a fault in the report, never a crash.
 */
export function verifyAudit(
  source: AuditSource,
  head?: AuditHead,
  rules: readonly ApproverRule[] | null = null,
): Promise<AuditReport> {
  return source.read(async (view) => {
    const signatures = createSignatureCheck(rules);
    const check = createLogCheck(new Map(head?.logs.map((log) => [log.case_id, log])), signatures);
    const faults = [...(await storeFaults(view, check)), ...(head === undefined ? [] : headFaults(head, check.ends()))];
    const ends = [...check.ends().values()];
    const all = [...check.faults(), ...signatures.faults(), ...faults];
    return {
      ok: all.length === 0,
      logs: ends.length,
      entries: ends.reduce((sum, log) => sum + log.entries, 0),
      faults: all,
      notes: [...signatures.notes()],
      signatures: signatures.good(),
      proves: head === undefined ? 'tail_and_completeness_not_proven' : 'complete_up_to_head',
      head: headOf(ends),
    };
  });
}

/** A file so damaged that it cannot be read to its end is a fault too; what was found before it stays found. */
async function storeFaults(view: AuditView, check: LogCheck): Promise<AuditFault[]> {
  try {
    for await (const chunk of view.rows()) for (const row of chunk) check.next(row);
    const misled = await readersFaults(view, check.ends());
    const own = await view.ownFaults();
    return [...misled, ...own.map((fault): AuditFault => ({ seq: null, ...fault }))];
  } catch (fault) {
    if (fault instanceof GovernorError && fault.code !== 'store_damaged') throw fault;
    return [{ case_id: null, seq: null, fault: 'store_damaged', detail: problemOf(fault) }];
  }
}

type Ends = ReturnType<LogCheck['ends']>;

/** Logs that whoever reads the store finds longer, shorter or not at all. */
async function readersFaults(view: AuditView, ends: Ends): Promise<AuditFault[]> {
  const unseen = new Set(ends.keys());
  const found: AuditFault[] = [];
  for await (const heads of view.heads()) {
    for (const { case_id, seq, entries } of heads) {
      unseen.delete(case_id);
      const stored = ends.get(case_id);
      if (stored?.seq !== seq || stored.entries !== entries) found.push(misleads(case_id));
    }
  }
  return [...found, ...[...unseen].map(misleads)];
}

const misleads = (caseId: string): AuditFault => ({
  case_id: caseId,
  seq: null,
  fault: 'readers_misled',
  detail: 'who reads the log does not find the entries that are stored',
});

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
