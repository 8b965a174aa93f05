import type { ToolSet } from 'ai';
import { z } from 'zod';
import type { ModelPlannerConfig } from '../../../contracts/model-planner.ts';
import { Plan, StressAnswer } from '../../../contracts/plan.ts';
import type { ParsedAnswer } from '../../../pipeline/parse-answer.ts';
import { parsePlan, parseRunbookText, parseStress } from '../../../pipeline/parse-answer.ts';
import type { Planner, PlannerAnswer } from '../../../pipeline/ports.ts';
import { redact } from '../../../pipeline/redaction.ts';
import { abortable } from '../abortable.ts';
import { explainPrompt, type Prompt, planPrompt, stressPrompt, summaryPrompt } from '../prompts/prompts.ts';
import { type AiPackage, askModel, refused } from './ask-model.ts';
import { modelFault } from './faults.ts';
import { guardModel, type LanguageModel } from './guarded-model.ts';
import { guardTools } from './guarded-tools.ts';
import { createMeter } from './meter.ts';
import { type Load, loadModel, type ModelConnection } from './provider.ts';

const MODEL = 'model';

export type ModelPlannerParts = {
  connection: ModelConnection;
  limits: ModelPlannerConfig;
  /** The tools that the model may look things up with; asked for anew with each plan and each stress test. */
  tools: () => Promise<ToolSet>;
  /** Takes configured secrets, and what looks like one, out of a text before it is sent. */
  hide?: (text: string) => string;
  /** Milliseconds that only go forward. */
  now?: () => number;
  /** Hears what the AI package warns about. */
  onWarning?: (warning: string) => void;
  load?: Load;
};

/** `judge` reads the answer as the pipeline will, so that what cannot be used never leaves here. */
type Wish = {
  caseId: string;
  prompt: Prompt;
  withTools: boolean;
  schema: z.ZodType | null;
  judge: (text: string) => ParsedAnswer<unknown>;
  signal: AbortSignal;
};

const RunbookShape = z.strictObject({ title: z.string(), body: z.string() });
const EXPLANATION_CHARS_MAX = 3_000;

/**
 * The planner that asks a language model, of whichever provider, and lets it look things up with our tools. Its answers
 * are believed by nobody. Faults are GovernorErrors with one of the codes `model_not_configured`, `model_unreachable`,
 * `model_busy`, `model_refused`, `model_failed`, `model_answer`, `model_budget`, `tools_unreachable`.
 */
export function createModelPlanner(parts: ModelPlannerParts): Planner {
  const { connection, limits, hide = redact, now = performance.now.bind(performance) } = parts;
  const meter = createMeter({ model: connection.name, budget: limits });
  let loaded: Promise<{ ai: AiPackage; model: LanguageModel }> | null = null;
  const ready = (): Promise<{ ai: AiPackage; model: LanguageModel }> => {
    loaded ??= loadAll(parts);
    loaded.catch(() => {
      // Somebody may install the package meanwhile.
      loaded = null;
    });
    return loaded;
  };

  const answer = async ({ caseId, prompt, withTools, schema, judge, signal }: Wish): Promise<PlannerAnswer> => {
    const { ai, model } = await ready();
    const guarded = guardTools(withTools ? await parts.tools() : {}, limits.tool_calls_max);
    const one = guardModel(model, caseId, { wrap: ai.wrapLanguageModel, meter, hide, now });
    const text = await askModel(ai, one, { prompt, tools: guarded.tools, schema, signal }, limits);
    const judged = judge(text);
    if (!judged.ok) throw refused(judged.problem);
    return { text, planner: MODEL, fallback_from: null, retrieved_ids: guarded.retrievedIds(), usage: meter.take(caseId) };
  };
  const ask = (wish: Wish): Promise<PlannerAnswer> =>
    abortable(wish.signal, () =>
      answer(wish).catch((fault: unknown) => {
        throw modelFault(fault);
      }),
    );

  return {
    name: MODEL,
    plan: (request, signal) =>
      ask({
        caseId: request.incident.id,
        prompt: planPrompt(request),
        withTools: true,
        schema: Plan,
        judge: (text) => parsePlan(text, request.incident.id),
        signal,
      }),
    stress: (request, plan, signal) =>
      ask({
        caseId: request.incident.id,
        prompt: stressPrompt(request, plan),
        withTools: true,
        schema: StressAnswer,
        judge: (text) => parseStress(text, request.incident.id),
        signal,
      }),
    summarise: (resolution, signal) =>
      ask({
        caseId: resolution.incident.id,
        prompt: summaryPrompt(resolution),
        withTools: false,
        schema: RunbookShape,
        judge: parseRunbookText,
        signal,
      }),
    explain: async (request, signal) => {
      const judge = (text: string): ParsedAnswer<unknown> => ({ ok: true, value: text });
      const prompt = explainPrompt(request);
      const given = await ask({ caseId: request.incident.id, prompt, withTools: false, schema: null, judge, signal });
      return { ...given, text: redact(given.text).slice(0, EXPLANATION_CHARS_MAX) };
    },
  };
}

async function loadAll({
  connection,
  limits,
  load,
  onWarning,
}: ModelPlannerParts): Promise<{ ai: AiPackage; model: LanguageModel }> {
  const ai = await import('ai');
  // By itself the package writes its warnings to the console.
  globalThis.AI_SDK_LOG_WARNINGS = ({ warnings }) => {
    for (const warning of warnings) onWarning?.(JSON.stringify(warning));
  };
  const structuredOutput = limits.structured_output;
  const model = await loadModel({ connection, structuredOutput, ...(load === undefined ? {} : { load }) });
  return { ai, model };
}
