import type { Stress, WeighedDocument } from '../contracts/findings.ts';
import type { GateOutput } from '../contracts/gate.ts';
import type { Incident } from '../contracts/incident.ts';
import { hashOf } from './hash.ts';

/** Changes when the digest covers something else: digests of different formats are never compared. */
export const DIGEST_FORMAT = 1;

export type Digested = {
  caseId: string;
  revision: number;
  incident: Pick<Incident, 'service' | 'severity'>;
  stress: Pick<Stress, 'action_id' | 'action_hash' | 'parameters' | 'claims' | 'documents' | 'policies'>;
  gate: Pick<GateOutput, 'decision' | 'reasons' | 'gate_config_hash'>;
};

/**
 * What an approval is about, as one SHA-256 in hex. Telemetry, confidence, times and who may approve are not in it:
 * they change while people think, and what runs does not change with them.
 */
export function digestOf({ caseId, revision, incident, stress, gate }: Digested): string {
  return hashOf({
    format: DIGEST_FORMAT,
    case_id: caseId,
    revision,
    service: incident.service,
    severity: incident.severity,
    action_id: stress.action_id,
    action_hash: stress.action_hash,
    parameters: stress.parameters,
    claims: stress.claims.map(({ claim, quote, supports, contradictions, fabricated }) => ({
      claim,
      quote,
      supports,
      contradictions,
      fabricated,
    })),
    documents: stress.documents
      .filter(isNamed)
      .sort(byId)
      .map(({ id, hash, role }) => ({ id, hash, role })),
    policies: [...stress.policies].sort(byId).map(({ id, hash }) => ({ id, hash })),
    gate_config_hash: gate.gate_config_hash,
    decision: gate.decision,
    reasons: gate.reasons,
  });
}

const isNamed = ({ cited, role }: WeighedDocument): boolean => cited || role === 'contradiction';

/** By code units, never by a language's rules: those differ from machine to machine. */
function byId(one: { id: string }, other: { id: string }): number {
  if (one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}
