import type { BodyOf } from '../../../contracts/entry.ts';
import type { GateConfig } from '../../../contracts/gate.ts';
import { isDocumented } from '../../../pipeline/auto-execute.ts';
import { canonicalJson } from '../../../pipeline/canonical.ts';
import type { CaseState, RevisionState } from '../../../pipeline/case-state.ts';
import { compress } from '../../../pipeline/compress.ts';
import { digestOf } from '../../../pipeline/digest.ts';
import { gateOutput } from '../../../pipeline/gate-output.ts';
import { hashOf } from '../../../pipeline/hash.ts';
import { scoresFrom } from '../../../pipeline/scores.ts';
import { recordedLimits } from '../recorded-limits.ts';
import { type Finding, fault, note } from './finding.ts';
import type { EntryCheck, Subject } from './subject.ts';

type Stressed = RevisionState & { stressed: NonNullable<RevisionState['stressed']> };

const stressedBefore = (before: CaseState, revision: number): Stressed | null => {
  const found = before.revisions.find((one) => one.revision === revision);
  return found?.stressed ? { ...found, stressed: found.stressed } : null;
};

const same = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

/** The digest is that of the recorded plan, documents, policies, thresholds and decision. */
export const checkDigest: EntryCheck = ({ before, entry: { body, seq, case_id } }) => {
  if (body.kind !== 'gated') return [];
  const revision = stressedBefore(before, body.revision);
  if (revision === null) return [fault('digests', 'not_stressed', 'what was decided was never stressed', { seq })];
  const { stress } = revision.stressed;
  const digest = digestOf({ caseId: case_id, revision: body.revision, incident: before.incident, stress, gate: body.gate });
  return digest === body.digest
    ? []
    : [fault('digests', 'digest_differs', 'the recorded digest is not that of what was recorded with it', { seq })];
};

/** The decision is what the gate of this program makes of the recorded findings, with the recorded thresholds. */
export const checkGate: EntryCheck = ({ before, entry: { body, seq } }, subject) => {
  if (body.kind !== 'gated') return [];
  const revision = stressedBefore(before, body.revision);
  if (revision === null) return [];
  const limits = limitsOf(body, subject);
  if (limits === null)
    return [note('gate', 'thresholds_unknown', 'the thresholds cannot be read back, so the decision is not made again', { seq })];
  return [...decisionFindings(body, revision, limits, subject, seq), ...compressFindings(body, before, revision, subject, seq)];
};

/** Read off the recorded rules; else those of the exporting installation, where they are the same by their hash. */
function limitsOf({ gate }: BodyOf<'gated'>, { thresholds }: Subject): GateConfig | null {
  const recorded = recordedLimits(gate);
  if (recorded !== null || thresholds === null) return recorded;
  return hashOf(thresholds.now) === gate.gate_config_hash ? thresholds.now : null;
}

function decisionFindings(
  body: BodyOf<'gated'>,
  revision: Stressed,
  limits: GateConfig,
  subject: Subject,
  seq: number,
): Finding[] {
  const { stress } = revision.stressed;
  const again = gateOutput({ plan: revision.planned.plan, stress, compress: body.compress, limits });
  const { decision, reasons } = body.gate;
  if (!same([decision, reasons], [again.decision, again.reasons])) {
    const says = `recorded is ${decision} (${reasons.join(', ') || 'no reason'}), and the gate says ${again.decision} (${again.reasons.join(', ') || 'no reason'})`;
    return [fault('gate', 'decision_differs', says, { seq })];
  }
  const found = same(body.gate, again)
    ? []
    : [inDetail(subject, 'gate_output_differs', 'a rule, a flip or a derived figure is not what the gate gives', seq)];
  if (body.auto_execute && !isDocumented(stress))
    found.push(fault('gate', 'undocumented', 'it was let run by itself, and no counted document is about its action', { seq }));
  return found;
}

function compressFindings(
  body: BodyOf<'gated'>,
  { incident }: CaseState,
  { planned, stressed }: Stressed,
  subject: Subject,
  seq: number,
): Finding[] {
  const { stress } = stressed;
  const again = compress({ incident, plan: planned.plan, stress, uCurve: scoresFrom(stress.scores).uCurve });
  return same(again, body.compress)
    ? []
    : [inDetail(subject, 'compress_differs', 'the context was not chosen by these findings', seq)];
}

/** What decides nothing may differ between versions of the program; within one it may not. */
function inDetail({ isOwnVersion }: Subject, what: string, detail: string, seq: number): Finding {
  return isOwnVersion ? fault('gate', what, detail, { seq }) : note('gate', what, `${detail}; another version wrote it`, { seq });
}
