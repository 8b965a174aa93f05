import { randomUUID } from 'node:crypto';
import { ARGUMENTS_CHARS_MAX, type ToolCall, TRACED_IDS_MAX } from '../../contracts/tool-call.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Clock, Planner, PlannerAnswer } from '../../pipeline/ports.ts';
import type { PlannerFor } from '../../pipeline/steps/planner-turn.ts';
import type { ToolTrace } from './tool-trace.ts';

type Parts = { trace: Pick<ToolTrace, 'append'>; clock: Clock; hide: (text: string) => string };

type Call = { tool: string; client: string | null; caseId: string | null; input: object };
/** What came back; `found` where it is counted. */
export type Seen = { documentIds: readonly string[]; chars: number; found?: number };
/** Asks, and leaves a line of tool_trace.jsonl whatever comes of it. */
export type Traced = <T>(call: Call, ask: () => Promise<T>, seen: (answer: T) => Seen) => Promise<T>;

/** Questions of our own, as the tools' server traces the calls of agents. The trace holds up nothing. */
export function createTracing({ trace, clock, hide }: Parts): Traced {
  const write = (
    { tool, client, caseId, input }: Call,
    startedMs: number,
    end: Pick<ToolCall, 'outcome' | 'error_code'> & Seen,
  ) => {
    void trace.append({
      at: new Date(startedMs).toISOString(),
      call_id: randomUUID(),
      tool,
      transport: 'inside',
      client,
      case_id: caseId,
      arguments: hide(JSON.stringify(input)).slice(0, ARGUMENTS_CHARS_MAX).toWellFormed(),
      outcome: end.outcome,
      error_code: end.error_code,
      document_ids: end.documentIds.slice(0, TRACED_IDS_MAX),
      answer_chars: end.chars,
      ...(end.found === undefined ? {} : { found: end.found }),
      ms: Math.max(0, clock.now() - startedMs),
    });
  };
  return async (call, ask, seen) => {
    const startedMs = clock.now();
    try {
      const answer = await ask();
      write(call, startedMs, { outcome: 'answered', error_code: null, ...seen(answer) });
      return answer;
    } catch (fault) {
      const error_code = fault instanceof GovernorError ? fault.code : 'internal';
      write(call, startedMs, { outcome: 'failed', error_code, documentIds: [], chars: 0 });
      throw fault;
    }
  };
}

const answered = ({ text, retrieved_ids }: PlannerAnswer): Seen => ({
  documentIds: retrieved_ids ?? [],
  chars: typeof text === 'string' ? text.length : 0,
});

/** Every question to a planner: which case, which planner, what came back. */
export function tracePlanners(traced: Traced, plannerFor: PlannerFor): PlannerFor {
  const without = (planner: Planner): Planner => {
    const call = (tool: string, { id, service, severity }: { id: string; service: string; severity: string }): Call => ({
      tool: `planner.${tool}`,
      client: planner.name,
      caseId: id,
      input: { service, severity },
    });
    return {
      name: planner.name,
      plan: (request, signal) => traced(call('plan', request.incident), () => planner.plan(request, signal), answered),
      stress: (request, plan, signal) =>
        traced(call('stress', request.incident), () => planner.stress(request, plan, signal), answered),
      summarise: (resolution, signal) =>
        traced(call('summarise', resolution.incident), () => planner.summarise(resolution, signal), answered),
      explain: (request, signal) => traced(call('explain', request.incident), () => planner.explain(request, signal), answered),
    };
  };
  return (...whose) => without(plannerFor(...whose));
}
