import type { GateConfig, GateDecision, GateFindings, Reason as ReasonName, RuleResult } from '../contracts/gate.ts';
import { GateFindings as Findings, Reason } from '../contracts/gate.ts';
import { findFlips } from './flips.ts';

type Holds = (findings: GateFindings, limits: GateConfig) => boolean;
type Rule = {
  /** Stated as what must hold, so that an absent, unknown or non-finite figure never passes. */
  holds: Holds;
  measured: (findings: GateFindings) => unknown;
  threshold: (limits: GateConfig) => unknown;
};

const isCount = (figure: number): boolean => figure >= 0 && figure < Number.POSITIVE_INFINITY;
const isShare = (figure: number): boolean => figure >= 0 && figure <= 1;

const noConflict: Holds = (f) => f.policy_conflicts.length === 0;
const fewContradictions: Holds = (f, limits) => f.contradictions >= 0 && f.contradictions < limits.contradictions_max;
const supported: Holds = (f, limits) =>
  isShare(f.coverage) && isCount(f.supports) && (f.coverage >= limits.coverage_min || f.supports > 0);
const notCritical: Holds = (f) => f.severity === 'low' || f.severity === 'medium' || f.severity === 'high';
const nothingInvented: Holds = (f) => f.fabricated_ids.length === 0;
const actionKnown: Holds = (f) => f.action_known === true && f.parameters_valid === true;
const positionHeld: Holds = (f) => f.position_withdrawn === false;
const nothingStale: Holds = (f) => f.stale_ids.length === 0;
const telemetryKnown: Holds = ({ telemetry }) =>
  telemetry !== null && isShare(telemetry.error_rate) && isCount(telemetry.requests);
const coveredEnough: Holds = (f, { thin_coverage_min: least }) => isShare(f.coverage) && (least === null || f.coverage >= least);
/** Findings that are not whole never come this far. */
const whole: Holds = () => true;

/** A reason that has no rule here does not compile. */
export const RULES: Record<ReasonName, Rule> = {
  policy_conflict: { holds: noConflict, measured: (f) => f.policy_conflicts, threshold: () => 'none' },
  contradictions: {
    holds: fewContradictions,
    measured: (f) => f.contradictions,
    threshold: ({ contradictions_max }) => `< ${contradictions_max}`,
  },
  unsupported: {
    holds: supported,
    measured: ({ coverage, supports }) => ({ coverage, supports }),
    threshold: ({ coverage_min }) => `coverage >= ${coverage_min} or supports > 0`,
  },
  critical_severity: { holds: notCritical, measured: (f) => f.severity, threshold: () => 'not critical' },
  fabricated_authority: { holds: nothingInvented, measured: (f) => f.fabricated_ids, threshold: () => 'none' },
  unknown_action: {
    holds: actionKnown,
    measured: ({ action_known, parameters_valid }) => ({ action_known, parameters_valid }),
    threshold: () => 'in the catalogue, with valid parameters',
  },
  position_withdrawn: { holds: positionHeld, measured: (f) => f.position_withdrawn, threshold: () => false },
  stale_evidence: { holds: nothingStale, measured: (f) => f.stale_ids, threshold: () => 'none' },
  telemetry_unknown: {
    holds: telemetryKnown,
    measured: ({ telemetry }) => telemetry && { requests: telemetry.requests, error_rate: telemetry.error_rate },
    threshold: () => 'known',
  },
  thin_coverage: {
    holds: coveredEnough,
    measured: (f) => f.coverage,
    threshold: ({ thin_coverage_min }) => (thin_coverage_min === null ? 'off' : `>= ${thin_coverage_min}`),
  },
  invalid_findings: { holds: whole, measured: () => 'complete', threshold: () => 'complete' },
};

/**
 * The rules that do not hold, in the table's order. For findings that have been checked: `decide` checks them. Written
 * out rule by rule, because a loop over the table is five times slower; a test holds the two against each other.
 */
export function failing(f: GateFindings, limits: GateConfig): ReasonName[] {
  const reasons: ReasonName[] = [];
  const unless = (held: boolean, reason: ReasonName): void => {
    if (!held) reasons.push(reason);
  };
  unless(noConflict(f, limits), 'policy_conflict');
  unless(fewContradictions(f, limits), 'contradictions');
  unless(supported(f, limits), 'unsupported');
  unless(notCritical(f, limits), 'critical_severity');
  unless(nothingInvented(f, limits), 'fabricated_authority');
  unless(actionKnown(f, limits), 'unknown_action');
  unless(positionHeld(f, limits), 'position_withdrawn');
  unless(nothingStale(f, limits), 'stale_evidence');
  unless(telemetryKnown(f, limits), 'telemetry_unknown');
  unless(coveredEnough(f, limits), 'thin_coverage');
  return reasons;
}

/**
 * Decides, and lists every rule with its exact comparison. Findings that are not whole are not judged at all: they block
 * by that alone, and nothing in them counts as measured.
 */
export function decide(input: unknown, limits: GateConfig): GateDecision {
  const parsed = Findings.safeParse(input);
  if (!parsed.success) return invalidDecision(incidentIdOf(input) ?? '', limits);
  const findings = parsed.data;
  const reasons = failing(findings, limits);
  const rules = Reason.options.map((rule) => resultOf(rule, findings, limits, !reasons.includes(rule)));
  const blocked = reasons.length > 0;
  return {
    incident_id: findings.incident_id,
    decision: blocked ? 'block_and_escalate' : 'execute',
    reasons,
    rules,
    flips: blocked ? findFlips(findings, limits, (changed) => failing(changed, limits)) : [],
  };
}

const resultOf = (rule: ReasonName, findings: GateFindings, limits: GateConfig, passed: boolean): RuleResult => ({
  rule,
  measured: RULES[rule].measured(findings),
  threshold: RULES[rule].threshold(limits),
  passed,
});

export function invalidDecision(incidentId: string, limits: GateConfig): GateDecision {
  const rules = Reason.options.map((rule) => ({ rule, measured: null, threshold: RULES[rule].threshold(limits), passed: false }));
  return { incident_id: incidentId, decision: 'block_and_escalate', reasons: ['invalid_findings'], rules, flips: [] };
}

/** The incident that broken findings are about, where that much can be read. */
export function incidentIdOf(input: unknown): string | null {
  const named = Findings.pick({ incident_id: true }).loose().safeParse(input);
  return named.success ? named.data.incident_id : null;
}
