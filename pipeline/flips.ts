import type { Flip, GateConfig, GateFindings, Reason } from '../contracts/gate.ts';

type Change = Flip['changes'][number] & { field: keyof GateFindings };
type Judge = (findings: GateFindings) => readonly Reason[];

/** Figures as they are while nothing happens: where telemetry is unknown, any figures would do. */
const QUIET: NonNullable<GateFindings['telemetry']> = {
  window_s: 60,
  requests: 0,
  errors: 0,
  error_rate: 0,
  baseline: 0,
  top_errors: [],
  sample_ids: [],
};

/**
 * The smallest sets of changes that turn a block into an execution, smallest first, found by asking the gate itself.
 * Each set flips when it is applied field by field, and no part of it does.
 */
export function findFlips(findings: GateFindings, limits: GateConfig, judge: Judge): Flip[] {
  const reasons = new Set(judge(findings));
  const changes = distinct(candidates(findings, limits).filter((change) => reasons.has(change.rule)));
  const flipsWith = (set: readonly Change[]): boolean => judge(applied(findings, set)).length === 0;
  // A change without which even all others do not help is in every set; only what is left has to be tried out.
  const needed = changes.filter((change) => !flipsWith(changes.filter((other) => other !== change)));
  const flips: Change[][] = [];
  for (const choice of bySize(changes.filter((change) => !needed.includes(change)))) {
    const set = changes.filter((change) => needed.includes(change) || choice.includes(change));
    const contained = flips.some((flip) => flip.every((change) => set.includes(change)));
    if (!contained && flipsWith(set)) flips.push(set);
  }
  return flips.map((set) => ({ changes: set }));
}

/** What `changes` make of the findings, for whoever wants to see it decided. */
export function applied(findings: GateFindings, changes: readonly { field: string; to: unknown }[]): GateFindings {
  return Object.assign({}, findings, Object.fromEntries(changes.map(({ field, to }) => [field, to])));
}

/** Every single change that could help, with the rule it is for. */
function candidates(findings: GateFindings, limits: GateConfig): Change[] {
  const { coverage_min, thin_coverage_min, contradictions_max } = limits;
  const change = <F extends keyof GateFindings>(rule: Reason, field: F, to: GateFindings[F]): Change => ({
    rule,
    field,
    from: findings[field],
    to,
  });
  const all = [
    change('policy_conflict', 'policy_conflicts', []),
    change('contradictions', 'contradictions', contradictions_max - 1),
    change('unsupported', 'supports', 1),
    // The larger value last: where both are made, it is the one that holds.
    ...[
      change('unsupported', 'coverage', coverage_min),
      change('thin_coverage', 'coverage', thin_coverage_min ?? coverage_min),
    ].sort((one, other) => Number(one.to) - Number(other.to)),
    change('critical_severity', 'severity', 'high'),
    change('fabricated_authority', 'fabricated_ids', []),
    change('unknown_action', 'action_known', true),
    change('unknown_action', 'parameters_valid', true),
    change('position_withdrawn', 'position_withdrawn', false),
    change('stale_evidence', 'stale_ids', []),
    change('telemetry_unknown', 'telemetry', findings.telemetry ?? QUIET),
  ];
  return all.filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to));
}

/** Two rules may ask for the same value of one field. */
const distinct = (changes: readonly Change[]): Change[] =>
  changes.filter((one, at) => changes.findIndex(({ field, to }) => field === one.field && to === one.to) === at);

/** All sets of changes, small ones first, none of which changes one field twice. */
function bySize(changes: readonly Change[]): Change[][] {
  let sets: Change[][] = [[]];
  for (const change of changes)
    sets = sets.concat(sets.filter((set) => set.every(({ field }) => field !== change.field)).map((set) => [...set, change]));
  return sets.sort((one, other) => one.length - other.length);
}
