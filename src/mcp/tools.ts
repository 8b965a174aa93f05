import type { GovernorConfig } from '../../contracts/config.ts';
import type { Cases } from '../../pipeline/cases.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { Redact } from '../../pipeline/intake/incident-text.ts';
import type { Clock, Library, Telemetry } from '../../pipeline/ports.ts';
import type { Submissions } from '../../pipeline/submissions.ts';
import type { ScoreSource } from './scores.ts';
import type { Tool } from './tool.ts';
import { getCaseTool } from './tools/get-case.ts';
import { logsTool } from './tools/logs.ts';
import { policyTool } from './tools/policies.ts';
import { scoreTools } from './tools/scores.ts';
import { searchTools } from './tools/search.ts';
import { submitPlanTool } from './tools/submit-plan.ts';

export type ToolParts = {
  /** Its documents must come redacted. */
  library: Pick<Library, 'searchRunbooks' | 'searchEvidence' | 'policies'>;
  telemetry: Pick<Telemetry, 'figures' | 'logLine'>;
  catalogue: Catalogue;
  cases: Pick<Cases, 'load'>;
  submissions: Submissions;
  scores: ScoreSource;
  clock: Clock;
  config: Pick<GovernorConfig, 'telemetry_window_s'>;
  redact: Redact;
};

/**
 * All that agents may do here: read, and hand in a plan.
 * Invariant: none of them approves, holds, releases, settles or runs anything; people do, and not through this door.
 */
export function createTools(parts: ToolParts): Tool[] {
  return [
    ...searchTools(parts),
    policyTool(parts),
    logsTool({ ...parts, windowS: parts.config.telemetry_window_s }),
    ...scoreTools(parts),
    submitPlanTool(parts),
    getCaseTool(parts),
  ];
}
