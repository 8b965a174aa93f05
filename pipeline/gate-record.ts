import type { GateConfig, Reason } from '../contracts/gate.ts';
import { GateFindings } from '../contracts/gate.ts';
import { failing } from './gate.ts';
import { sha256 } from './hash.ts';

/** A decision with the proof of what it was made from: SHA-256 over thresholds, findings and reasons. */
export type GateRecord = { decision: 'execute' | 'block_and_escalate'; reasons: Reason[]; hash: string };

const RECORD_FORMAT = 1;

/**
 * Decides for the record alone, without rule texts and ways out: what a replay over many cases compares. A checked
 * finding has its keys in its schema's order whatever order they came in, so that its JSON is already canonical.
 */
export function decideRecord(input: unknown, limits: GateConfig, limitsHash: string): GateRecord {
  const parsed = GateFindings.safeParse(input);
  const reasons: Reason[] = parsed.success ? failing(parsed.data, limits) : ['invalid_findings'];
  const hash = sha256(JSON.stringify([RECORD_FORMAT, limitsHash, parsed.success ? parsed.data : null, reasons]));
  return { decision: reasons.length === 0 ? 'execute' : 'block_and_escalate', reasons, hash };
}
