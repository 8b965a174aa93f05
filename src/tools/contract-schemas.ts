import { z } from 'zod';
import { BundleLine } from '../../contracts/bundle.ts';
import { Action, CatalogueFile } from '../../contracts/catalogue.ts';
import { GovernorConfig } from '../../contracts/config.ts';
import { Evidence, LibraryFile, Policy, Runbook } from '../../contracts/documents.ts';
import { Entry } from '../../contracts/entry.ts';
import { EscalationNotice } from '../../contracts/escalation.ts';
import { Stress } from '../../contracts/findings.ts';
import { CompressOutput, GateDecision, GateFindings, GateOutput } from '../../contracts/gate.ts';
import { Incident, IncidentInput } from '../../contracts/incident.ts';
import { AgentRun, ReliabilityMetric, WorkflowEvent } from '../../contracts/output-lines.ts';
import { Plan, StressAnswer } from '../../contracts/plan.ts';
import { ReplayLine } from '../../contracts/replay.ts';
import { RevisionRef } from '../../contracts/revision-ref.ts';
import { RecordedAnswers, Scenario, Simulation } from '../../contracts/scenario.ts';
import { Shown } from '../../contracts/shown.ts';
import { LogLine, Telemetry } from '../../contracts/telemetry.ts';
import { ToolCall } from '../../contracts/tool-call.ts';
import { PoliciesFile } from '../config/policies-file.ts';

/** Every shape that leaves the process or comes into it, by the name of its file. */
export const TRAVELLING: Readonly<Record<string, z.ZodType>> = {
  action: Action,
  'agent-run': AgentRun,
  'bundle-line': BundleLine,
  'catalogue-file': CatalogueFile,
  'compress-output': CompressOutput,
  entry: Entry,
  'escalation-notice': EscalationNotice,
  evidence: Evidence,
  'gate-decision': GateDecision,
  'gate-findings': GateFindings,
  'gate-output': GateOutput,
  'governor-config': GovernorConfig,
  incident: Incident,
  'incident-input': IncidentInput,
  'library-file': LibraryFile,
  'log-line': LogLine,
  plan: Plan,
  'policies-file': PoliciesFile,
  policy: Policy,
  'recorded-answers': RecordedAnswers,
  'reliability-metric': ReliabilityMetric,
  'replay-line': ReplayLine,
  'revision-ref': RevisionRef,
  runbook: Runbook,
  scenario: Scenario,
  shown: Shown,
  simulation: Simulation,
  stress: Stress,
  'stress-answer': StressAnswer,
  telemetry: Telemetry,
  'tool-call': ToolCall,
  'workflow-event': WorkflowEvent,
};

export const SCHEMA_FOLDER = 'contracts/schemas';

/** File names and texts: JSON Schema 2020-12 of what is accepted, so that defaults are optional and objects are closed. */
export function schemaFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, schema] of Object.entries(TRAVELLING)) {
    const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
    const named = { $schema, $id: `${name}.schema.json`, title: titleOf(name), ...rest };
    files.set(`${name}.schema.json`, `${JSON.stringify(named, null, 2)}\n`);
  }
  return files;
}

const titleOf = (name: string): string => name.replaceAll('-', ' ').replace(/^./, (first) => first.toUpperCase());
