import type { ToolSet } from 'ai';
import type { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Prompt } from '../prompts/prompts.ts';
import type { LanguageModel } from './guarded-model.ts';

/** One question. `schema` is the shape of the answer; null asks for plain text. */
export type Question = { prompt: Prompt; tools: ToolSet; schema: z.ZodType | null; signal: AbortSignal };
export type Limits = { steps_max: number; output_tokens_max: number; retries: number };
export type AiPackage = typeof import('ai');

/** A free-form record (a plan's parameters) fits no strict mode; the answer is checked by us in any case. */
const LOOSE = { strictJsonSchema: false };
const PROVIDER_OPTIONS = { model: LOOSE, openai: LOOSE, azure: LOOSE };

/**
 * Lets the model look things up with its tools, and gives its last words as they are. In the last step it gets no tools, so
 * that it has to answer. Throws where there are none, or where the answer was cut off.
 */
export async function askModel(ai: AiPackage, model: LanguageModel, question: Question, limits: Limits): Promise<string> {
  const { prompt, tools, schema, signal } = question;
  const last = limits.steps_max - 1;
  const { text, finishReason } = await ai.generateText({
    model,
    instructions: prompt.instructions,
    prompt: prompt.input,
    tools,
    output: schema === null ? ai.Output.text() : asText(ai.Output.object({ schema })),
    stopWhen: ai.isStepCount(limits.steps_max),
    prepareStep: ({ stepNumber }) => (stepNumber >= last ? { toolChoice: 'none' as const } : {}),
    abortSignal: signal,
    maxRetries: limits.retries,
    maxOutputTokens: limits.output_tokens_max,
    providerOptions: PROVIDER_OPTIONS,
  });
  return wholeAnswer(text, finishReason, limits);
}

/** The model is told the schema, and its answer is left for us to read: more strictly, and once. */
const asText = ({ responseFormat }: ReturnType<AiPackage['Output']['object']>): ReturnType<AiPackage['Output']['text']> => ({
  name: 'object',
  responseFormat,
  parseCompleteOutput: async ({ text }) => text,
  parsePartialOutput: async ({ text }) => ({ partial: text }),
  createElementStreamTransform: () => undefined,
});

function wholeAnswer(text: string, finishReason: string, { output_tokens_max, steps_max }: Limits): string {
  if (finishReason === 'length') throw refused(`it was cut off after ${output_tokens_max} tokens: be shorter`);
  if (finishReason === 'tool-calls') throw refused(`it still asked for tools after ${steps_max} steps`);
  if (text.trim() === '') throw refused('it is empty');
  return text;
}

/** The answer is there and cannot be used; `problem` completes the sentence. */
export const refused = (problem: string): GovernorError =>
  new GovernorError('model_answer', `the model's answer was refused: ${problem}`);
