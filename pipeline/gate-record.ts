import type { GateConfig, Reason } from '../contracts/gate.ts';
import { GateFindings } from '../contracts/gate.ts';
import { failing } from './gate.ts';
import { sha256 } from './hash.ts';

/** A decision with the proof of what it was made from: SHA-256 in hex over thresholds, findings and reasons. */
export type GateRecord = { decision: 'execute' | 'block_and_escalate'; reasons: Reason[]; hash: string };

const RECORD_FORMAT = 1;

/**
 * Decides for the record alone, without rule texts and ways out: what a replay over many cases compares. The findings
 * are hashed as their values in a fixed order, so that it does not matter in which order their keys came.
 */
export function decideRecord(input: unknown, limits: GateConfig, limitsHash: string): GateRecord {
  const parsed = GateFindings.safeParse(input);
  const reasons: Reason[] = parsed.success ? failing(parsed.data, limits) : ['invalid_findings'];
  const values = parsed.success ? valuesOf(parsed.data) : null;
  const hash = sha256(JSON.stringify([RECORD_FORMAT, limitsHash, reasons, values]));
  return { decision: reasons.length === 0 ? 'execute' : 'block_and_escalate', reasons, hash };
}

const valuesOf = (f: GateFindings): unknown[] => [
  f.incident_id,
  f.severity,
  f.action_known,
  f.parameters_valid,
  f.claims,
  f.supports,
  f.coverage,
  f.contradictions,
  f.policy_conflicts,
  f.fabricated_ids,
  f.stale_ids,
  f.telemetry === null ? null : telemetryValues(f.telemetry),
  f.position_withdrawn,
];

const telemetryValues = (t: NonNullable<GateFindings['telemetry']>): unknown[] => [
  t.window_s,
  t.requests,
  t.errors,
  t.error_rate,
  t.baseline,
  t.top_errors.map(({ status, path, count }) => [status, path, count]),
  t.sample_ids,
];
