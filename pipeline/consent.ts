import { Reason } from '../contracts/gate.ts';

/** What lets a decision run: nothing more, an approval, a force override, or nothing at all. */
export type Consent = 'none' | 'approve' | 'override' | 'nothing_passes';

/** A new reason does not compile until it is said here who may pass it. */
const PASSED_BY: Record<Reason, Exclude<Consent, 'none'>> = {
  policy_conflict: 'approve',
  contradictions: 'approve',
  unsupported: 'approve',
  critical_severity: 'override',
  fabricated_authority: 'override',
  unknown_action: 'nothing_passes',
  position_withdrawn: 'nothing_passes',
  stale_evidence: 'nothing_passes',
  telemetry_unknown: 'approve',
  thin_coverage: 'approve',
  invalid_findings: 'nothing_passes',
};

/** The strictest consent that any of the reasons asks for. Nobody passes an absolute policy, nor a reason we do not know. */
export function consentFor(reasons: readonly string[], { absolutePolicy }: { absolutePolicy: boolean }): Consent {
  if (absolutePolicy) return 'nothing_passes';
  const asked = reasons.map((reason) => {
    const known = Reason.safeParse(reason);
    return known.success ? PASSED_BY[known.data] : 'nothing_passes';
  });
  if (asked.includes('nothing_passes')) return 'nothing_passes';
  if (asked.includes('override')) return 'override';
  return asked.length > 0 ? 'approve' : 'none';
}
