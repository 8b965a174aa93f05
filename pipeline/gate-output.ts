import type { Stress } from '../contracts/findings.ts';
import type { CompressOutput, GateConfig, GateOutput } from '../contracts/gate.ts';
import type { Plan } from '../contracts/plan.ts';
import { derive } from './derived.ts';
import { decide } from './gate.ts';
import { hashOf } from './hash.ts';

/** The whole result of the gate for one revision: the decision, the derived figures, and the thresholds it was made with. */
export function gateOutput({
  plan,
  stress,
  compress,
  limits,
}: {
  plan: Plan;
  stress: Stress;
  compress: CompressOutput;
  limits: GateConfig;
}): GateOutput {
  const decision = decide(stress.findings, limits);
  return {
    ...decision,
    ...derive({ plan, stress, decision, outputContractValid: compress.output_contract_valid }),
    gate_config_hash: hashOf(limits),
  };
}
