import { z } from 'zod';
import type { ModelUsage } from '../../../contracts/usage.ts';
import { kibanaFault } from './faults.ts';

/** One tool call of the agent as Kibana recorded it: the agent cannot write these, only its message. */
export type AgentCall = { callId: string; toolId: string; params: unknown; results: readonly unknown[] };

/** A question of the agent's surroundings to a person, on which the round waits. */
export type AgentPrompt = { id: string; type: string; title: string; questions: number };

export type Round = {
  /** Null only where a version tells it late and the stream ended before. */
  conversationId: string | null;
  status: string;
  message: string;
  calls: readonly AgentCall[];
  prompts: readonly AgentPrompt[];
  tokens: Tokens | null;
};
export type Tokens = Pick<ModelUsage, 'calls' | 'input_tokens' | 'output_tokens'>;

const Count = z.number().min(0).transform(Math.round);
// Versions from 9.2 to 9.6 give more or fewer fields; what is read here is in all of them or has a meaning when absent.
const ToolCallStep = z.looseObject({
  type: z.literal('tool_call'),
  tool_call_id: z.string(),
  tool_id: z.string(),
  params: z.unknown().optional(),
  results: z.array(z.unknown()).default([]),
});
const Prompt = z.looseObject({
  id: z.string(),
  type: z.string().default('confirmation'),
  title: z.string().default(''),
  message: z.string().default(''),
  questions: z.array(z.unknown()).default([]),
});
const Usage = z.looseObject({ llm_calls: Count, input_tokens: Count, output_tokens: Count });
const RawRound = z.looseObject({
  conversation_id: z.string().nullish(),
  status: z.string().default('completed'),
  steps: z.array(z.unknown()).default([]),
  response: z.looseObject({
    message: z.string().nullish(),
    structured_output: z.record(z.string(), z.unknown()).nullish(),
    prompt: z.unknown().optional(),
    prompts: z.unknown().optional(),
  }),
  pending_prompt: z.unknown().optional(),
  pending_prompts: z.unknown().optional(),
  model_usage: z.unknown().optional(),
});

/** A round as the JSON body or as the stream's last event gives it. Throws `kibana_unreadable`. */
export function parseRound(value: unknown): Round {
  const parsed = RawRound.safeParse(value);
  if (!parsed.success) throw kibanaFault('kibana_unreadable', z.prettifyError(parsed.error));
  const { conversation_id, status, steps, response, pending_prompt, pending_prompts, model_usage } = parsed.data;
  const asked = [response.prompt, response.prompts, pending_prompt, pending_prompts].flat();
  return {
    conversationId: conversation_id ?? null,
    status,
    message: response.message?.trim() || (response.structured_output ? JSON.stringify(response.structured_output) : ''),
    calls: steps.flatMap(parseCall),
    prompts: distinct(asked.flatMap(parsePrompt)),
    tokens: tokensOf(model_usage),
  };
}

/** Empty for every other kind of step, and new kinds will appear: what is not known is no tool call. */
export function parseCall(step: unknown): AgentCall[] {
  const parsed = ToolCallStep.safeParse(step);
  if (!parsed.success) return [];
  const { tool_call_id, tool_id, params, results } = parsed.data;
  return [{ callId: tool_call_id, toolId: tool_id, params, results }];
}

export function parsePrompt(prompt: unknown): AgentPrompt[] {
  const parsed = Prompt.safeParse(prompt);
  if (!parsed.success) return [];
  const { id, type, title, message, questions } = parsed.data;
  return [{ id, type, title: title || message, questions: questions.length }];
}

const distinct = (prompts: readonly AgentPrompt[]): AgentPrompt[] => [
  ...new Map(prompts.map((prompt) => [prompt.id, prompt])).values(),
];

function tokensOf(usage: unknown): Tokens | null {
  const parsed = Usage.safeParse(usage);
  if (!parsed.success) return null;
  const { llm_calls, input_tokens, output_tokens } = parsed.data;
  return { calls: llm_calls, input_tokens, output_tokens };
}
