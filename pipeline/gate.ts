import type { GateConfig, GateDecision, GateFindings, Reason as ReasonName, RuleResult } from '../contracts/gate.ts';
import { GateFindings as Findings, Reason } from '../contracts/gate.ts';
import { findFlips } from './flips.ts';

/** Stated as what must hold, so that an absent, unknown or non-finite figure never passes. */
type Rule = {
  holds: (findings: GateFindings, limits: GateConfig) => boolean;
  measured: (findings: GateFindings) => unknown;
  threshold: (limits: GateConfig) => unknown;
};

const isCount = (figure: number): boolean => figure >= 0 && figure < Number.POSITIVE_INFINITY;
const isShare = (figure: number): boolean => figure >= 0 && figure <= 1;

/** A reason that has no rule here does not compile. */
export const RULES: Record<ReasonName, Rule> = {
  policy_conflict: {
    holds: ({ policy_conflicts }) => policy_conflicts.length === 0,
    measured: ({ policy_conflicts }) => policy_conflicts,
    threshold: () => 'none',
  },
  contradictions: {
    holds: ({ contradictions }, { contradictions_max }) => contradictions >= 0 && contradictions < contradictions_max,
    measured: ({ contradictions }) => contradictions,
    threshold: ({ contradictions_max }) => `< ${contradictions_max}`,
  },
  unsupported: {
    holds: ({ coverage, supports }, { coverage_min }) =>
      isShare(coverage) && isCount(supports) && (coverage >= coverage_min || supports > 0),
    measured: ({ coverage, supports }) => ({ coverage, supports }),
    threshold: ({ coverage_min }) => `coverage >= ${coverage_min} or supports > 0`,
  },
  critical_severity: {
    holds: ({ severity }) => severity === 'low' || severity === 'medium' || severity === 'high',
    measured: ({ severity }) => severity,
    threshold: () => 'not critical',
  },
  fabricated_authority: {
    holds: ({ fabricated_ids }) => fabricated_ids.length === 0,
    measured: ({ fabricated_ids }) => fabricated_ids,
    threshold: () => 'none',
  },
  unknown_action: {
    holds: ({ action_known, parameters_valid }) => action_known === true && parameters_valid === true,
    measured: ({ action_known, parameters_valid }) => ({ action_known, parameters_valid }),
    threshold: () => 'in the catalogue, with valid parameters',
  },
  position_withdrawn: {
    holds: ({ position_withdrawn }) => position_withdrawn === false,
    measured: ({ position_withdrawn }) => position_withdrawn,
    threshold: () => false,
  },
  stale_evidence: {
    holds: ({ stale_ids }) => stale_ids.length === 0,
    measured: ({ stale_ids }) => stale_ids,
    threshold: () => 'none',
  },
  telemetry_unknown: {
    holds: ({ telemetry }) => telemetry !== null && isShare(telemetry.error_rate) && isCount(telemetry.requests),
    measured: ({ telemetry }) => telemetry && { requests: telemetry.requests, error_rate: telemetry.error_rate },
    threshold: () => 'known',
  },
  thin_coverage: {
    holds: ({ coverage }, { thin_coverage_min }) =>
      isShare(coverage) && (thin_coverage_min === null || coverage >= thin_coverage_min),
    measured: ({ coverage }) => coverage,
    threshold: ({ thin_coverage_min }) => (thin_coverage_min === null ? 'off' : `>= ${thin_coverage_min}`),
  },
  invalid_findings: { holds: () => true, measured: () => 'complete', threshold: () => 'complete' },
};

const TABLE = Reason.options.map((rule) => ({ rule, holds: RULES[rule].holds }));

/** The rules that do not hold, in the table's order. For findings that have been checked: `decide` checks them. */
export function failing(findings: GateFindings, limits: GateConfig): ReasonName[] {
  const reasons: ReasonName[] = [];
  for (const { rule, holds } of TABLE) if (!holds(findings, limits)) reasons.push(rule);
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
