import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { Library } from '../../pipeline/ports.ts';
import type { PlannerFor } from '../../pipeline/steps/planner-turn.ts';
import type { Settings } from '../config/settings.ts';
import type { KnownSecrets } from '../log/known-secrets.ts';
import type { Log } from '../log.ts';
import { openToolTrace, type ToolTrace } from '../outputs/tool-trace.ts';
import { createTracing, type Traced, tracePlanners } from '../outputs/traced-inside.ts';
import { traceLibrary } from '../outputs/traced-searches.ts';
import { createPlanners } from '../planners/planners.ts';
import type { Answer } from '../planners/recorded.ts';
import { systemClock as clock } from './core.ts';
import { openOutsidePlanners } from './outside-planners.ts';
import { createToolCalls, type ToolCalls } from './tool-calls.ts';

type Parts = {
  settings: Settings;
  library: Library;
  catalogue: Catalogue;
  /** What the recorded planner repeats. */
  answers: readonly Answer[];
  /** Our own server, whose tools a model looks things up with. */
  serverUrl: string;
  hide: KnownSecrets;
  log: Log;
};

/** Who makes plans here, and the trace of what they and the governor itself asked and looked up. */
export type Planning = {
  plannerFor: PlannerFor;
  trace: ToolTrace;
  traced: Traced;
  calls: ToolCalls;
  close(): Promise<void>;
};

/** Every planner of this installation; each question to one and each search of one leaves a line in the trace. */
export async function openPlanning({ settings, library, catalogue, answers, serverUrl, hide, log }: Parts): Promise<Planning> {
  const trace = openToolTrace({ folder: settings.paths.output, log });
  const calls = createToolCalls(trace);
  const outside = await openOutsidePlanners({ settings, serverUrl, hide, calls, log });
  const traced = createTracing({ trace, clock, hide: hide.redact });
  const plannerFor = createPlanners({
    config: settings.config,
    library,
    searchedBy: (client, caseId) => traceLibrary(traced, library, { client, caseId }),
    catalogue,
    clock,
    answers,
    outside: outside.planners,
  });
  return {
    plannerFor: tracePlanners(traced, plannerFor),
    trace,
    traced,
    calls,
    async close() {
      await outside.close();
      await trace.close();
    },
  };
}
