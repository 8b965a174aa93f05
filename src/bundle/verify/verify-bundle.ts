import type { Seal } from '../../../contracts/bundle.ts';
import type { AuditHead } from '../../audit/head.ts';
import { soundPart, told } from '../sound-part.ts';
import { checkApproval, checkShown, checkSignatures } from './check-approvals.ts';
import { checkChain, checkHead } from './check-chain.ts';
import { checkContext } from './check-context.ts';
import { checkDigest, checkGate } from './check-decisions.ts';
import { checkOrder, checkStarted } from './check-effects.ts';
import { checkOutputs } from './check-outputs.ts';
import { checkPresent } from './check-present.ts';
import { CHECKS, type CheckName, type Finding } from './finding.ts';
import { proofOf } from './proof.ts';
import { type ReadBundle, readBundle } from './read-bundle.ts';
import type { Check, EntryCheck, Subject } from './subject.ts';

export type BundleReport = {
  ok: boolean;
  /** Null where the file does not even begin as a bundle. */
  case_id: string | null;
  version: string | null;
  entries: number;
  sha256: Seal['sha256'] | null;
  exported_at: string | null;
  /** `in_part`: nothing is wrong, and not everything could be looked at. `not_done`: it could not be looked at at all. */
  checks: { check: CheckName; result: 'holds' | 'in_part' | 'fault' | 'not_done' }[];
  faults: Omit<Finding, 'kind'>[];
  notes: Omit<Finding, 'kind'>[];
  /** In sentences, what a good result is worth. */
  proves: string[];
  does_not_prove: string[];
};

const WHOLE: readonly Check[] = [checkChain, checkHead, checkSignatures, checkContext, checkPresent, checkOutputs];
const BY_ENTRY: readonly EntryCheck[] = [checkGate, checkDigest, checkShown, checkApproval, checkStarted, checkOrder];

type Asked = { head: AuditHead | null; version: string };

/** Checks a bundle by itself, offline: no store is opened and no config is read. What was tampered with is a fault in the report. */
export async function verifyBundle(chunks: AsyncIterable<Buffer>, { head, version }: Asked): Promise<BundleReport> {
  const read = await readBundle(chunks);
  const subject = subjectOf(read, head, version);
  const findings = [...read.findings, ...(subject === null ? [] : findingsOf(subject))];
  const faults = findings.filter(({ kind }) => kind === 'fault');
  const notes = findings.filter(({ kind }) => kind === 'note');
  const { header, rows, seal } = read;
  return {
    ok: faults.length === 0,
    case_id: header?.case_id ?? null,
    version: header?.program.version ?? null,
    entries: rows.length,
    sha256: seal?.sha256 ?? null,
    exported_at: seal?.not_hashed.exported_at ?? null,
    checks: CHECKS.map((check) => ({ check, result: resultOf(check, findings, subject) })),
    faults: faults.map(withoutKind),
    notes: notes.map(withoutKind),
    ...proofOf(subject, findings),
  };
}

const withoutKind = ({ kind: _kind, ...rest }: Finding): Omit<Finding, 'kind'> => rest;

function subjectOf(
  { header, findings: _findings, ...read }: ReadBundle,
  head: AuditHead | null,
  version: string,
): Subject | null {
  if (header === null) return null;
  return { ...read, ...soundPart(header.case_id, read.rows), header, head, isOwnVersion: header.program.version === version };
}

function findingsOf(subject: Subject): Finding[] {
  const findings = WHOLE.flatMap((check) => check(subject));
  for (const { before, ...rest } of told(subject.entries))
    if (before !== undefined) findings.push(...BY_ENTRY.flatMap((check) => check({ ...rest, before }, subject)));
  return findings;
}

function resultOf(
  check: CheckName,
  findings: readonly Finding[],
  subject: Subject | null,
): BundleReport['checks'][number]['result'] {
  const own = findings.filter((finding) => finding.check === check);
  if (own.some(({ kind }) => kind === 'fault')) return 'fault';
  if (check !== 'file' && subject === null) return 'not_done';
  if (check === 'head' && (subject?.head === null || own.length > 0)) return 'not_done';
  return own.length > 0 ? 'in_part' : 'holds';
}
