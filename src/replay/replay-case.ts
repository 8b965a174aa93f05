import type { GovernorConfig } from '../../contracts/config.ts';
import type { Stress } from '../../contracts/findings.ts';
import type { GateDecision } from '../../contracts/gate.ts';
import type { Difference, Outcome, ReplayedCase, ReplayedDecision } from '../../contracts/replay.ts';
import { mayRunByItself } from '../../pipeline/auto-execute.ts';
import { canonicalJson } from '../../pipeline/canonical.ts';
import type { CaseState, RevisionState } from '../../pipeline/case-state.ts';
import { consentFor } from '../../pipeline/consent.ts';
import { decide } from '../../pipeline/gate.ts';
import { hashOf } from '../../pipeline/hash.ts';

export type ReplayWith = {
  config: Pick<GovernorConfig, 'gate' | 'auto_execute'>;
  gateHash: string;
  /** Only decisions from here on, in milliseconds. */
  sinceMs: number;
};

export const replayWith = (config: ReplayWith['config'], sinceMs = Number.NEGATIVE_INFINITY): ReplayWith => ({
  config,
  gateHash: hashOf(config.gate),
  sinceMs,
});

/** One decision made again; whether anything came out differently is still open. */
export type Again = Omit<ReplayedDecision, 'program_fault'>;
export type CaseAgain = Omit<ReplayedCase, 'decisions' | 'differing'> & { decisions: Again[] };

/** Every decision of a case made again, from the findings recorded with it, by the gate of this program. */
export function replayCase(state: CaseState, asked: ReplayWith): CaseAgain {
  const { service, severity } = state.incident;
  const decisions = state.revisions.flatMap((revision) => againOf(state, revision, asked) ?? []);
  return { case_id: state.caseId, service, severity, status: state.status, decisions };
}

function againOf(
  { incident }: CaseState,
  { revision, planned, stressed, gated }: RevisionState,
  asked: ReplayWith,
): Again | null {
  if (stressed === null || gated === null || Date.parse(gated.at) < asked.sinceMs) return null;
  const { stress } = stressed;
  const { config, gateHash } = asked;
  const again = decide(stress.findings, config.gate);
  const byItself = mayRunByItself(config, stress, { incident: incident.source, plan: planned.source });
  const recorded = outcomeOf(gated.gate, stress, gated.auto_execute);
  const replayed = outcomeOf(again, stress, byItself);
  const thresholds = gated.gate.gate_config_hash === gateHash ? 'same' : 'other';
  const differs = differencesOf(recorded, replayed);
  if (thresholds === 'same' && !same(gated.gate.rules, again.rules)) differs.push('rules');
  return { revision, at: gated.at, thresholds, differs, recorded, replayed };
}

/** A decision to execute needs a person too, where its source is not listed or nothing is documented about its action. */
function outcomeOf(gate: Pick<GateDecision, 'decision' | 'reasons' | 'flips'>, stress: Stress, byItself: boolean): Outcome {
  const { decision, reasons, flips } = gate;
  const consent = consentFor(reasons, { absolutePolicy: stress.policies.some(({ absolute }) => absolute) });
  const needs = consent === 'none' && !byItself ? 'approve' : consent;
  return { decision, reasons, needs, flips };
}

const same = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

const differencesOf = (recorded: Outcome, replayed: Outcome): Difference[] =>
  (['decision', 'reasons', 'needs', 'flips'] as const).filter((name) => !same(recorded[name], replayed[name]));

/**
 * The same findings and thresholds and another decision is a fault of the program. Who is needed also hangs on the sources
 * that the config lists, which no hash of the decision covers: that alone is none.
 */
export const isProgramFault = ({ thresholds, differs }: Again): boolean =>
  thresholds === 'same' && differs.some((name) => name !== 'needs');
