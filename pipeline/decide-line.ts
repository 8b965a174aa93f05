import type { GateConfig, GateDecision } from '../contracts/gate.ts';
import { decide, incidentIdOf, invalidDecision } from './gate.ts';
import { parseStrictJson } from './strict-json.ts';

const LIMITS = { bytesMax: 1024 * 1024, depthMax: 20 };

export type LineDecision = Omit<GateDecision, 'incident_id'> & { incident_id: string | null };

/** Decides findings as somebody wrote them down, one line each. A line that cannot be read blocks, like any findings that are not whole. */
export function decideLine(line: string, limits: GateConfig): LineDecision {
  const json = parseStrictJson(line, LIMITS);
  if (!json.ok) return { ...invalidDecision('', limits), incident_id: null };
  return { ...decide(json.value, limits), incident_id: incidentIdOf(json.value) };
}
