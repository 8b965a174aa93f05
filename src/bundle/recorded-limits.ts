import { GateConfig, type GateOutput } from '../../contracts/gate.ts';
import { hashOf } from '../../pipeline/hash.ts';

/** What `threshold` of three rules says of the config, in the words in which the gate writes it. */
const CONTRADICTIONS = /^< (\d+)$/;
const UNSUPPORTED = /^coverage >= (\S+) or supports > 0$/;
const THIN = /^(?:off|>= (\S+))$/;

/**
 * The thresholds that a recorded decision was made with. Only their hash is recorded as such, but every threshold stands
 * beside its rule: read back from there they are believed if they have that hash. Null where they have not.
 */
export function recordedLimits({ rules, gate_config_hash }: Pick<GateOutput, 'rules' | 'gate_config_hash'>): GateConfig | null {
  const said = (name: string): string => String(rules.find(({ rule }) => rule === name)?.threshold);
  const contradictions = CONTRADICTIONS.exec(said('contradictions'))?.[1];
  const coverage = UNSUPPORTED.exec(said('unsupported'))?.[1];
  const thin = THIN.exec(said('thin_coverage'));
  const limits = GateConfig.safeParse({
    contradictions_max: Number(contradictions),
    coverage_min: Number(coverage),
    thin_coverage_min: thin?.[1] === undefined ? null : Number(thin[1]),
  });
  return limits.success && hashOf(limits.data) === gate_config_hash ? limits.data : null;
}
