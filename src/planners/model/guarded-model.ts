import type { LanguageModelMiddleware, wrapLanguageModel } from 'ai';
import type { CallUsage, Meter } from './meter.ts';

export type LanguageModel = ReturnType<typeof wrapLanguageModel>;
type Wrap = typeof wrapLanguageModel;
type CallOptions = Parameters<LanguageModel['doGenerate']>[0];
type Generated = Awaited<ReturnType<LanguageModel['doGenerate']>>;
type Parts = { wrap: Wrap; meter: Meter; hide: (text: string) => string; now: () => number };

/**
 * The one door to the model for one case: every call, a retried one too, is counted against the case's budget before it
 * is made, and no text goes out with a secret in it, wherever in the conversation it stands.
 */
export function guardModel(model: LanguageModel, caseId: string, { wrap, meter, hide, now }: Parts): LanguageModel {
  const middleware: LanguageModelMiddleware = {
    specificationVersion: 'v4',
    async transformParams({ params }) {
      const left = AbortSignal.timeout(Math.max(0, Math.ceil(meter.begin(caseId).leftMs)));
      const abortSignal = params.abortSignal === undefined ? left : AbortSignal.any([params.abortSignal, left]);
      return { ...params, prompt: params.prompt.map((message) => hidden(message, hide)), abortSignal };
    },
    async wrapGenerate({ doGenerate, params }) {
      const startedMs = now();
      try {
        const generated = await doGenerate();
        meter.end(caseId, now() - startedMs, usageOf(generated, params));
        return generated;
      } catch (fault) {
        meter.end(caseId, now() - startedMs, null);
        throw fault;
      }
    },
  };
  return wrap({ model, middleware });
}

type Message = CallOptions['prompt'][number];

/** Keys of a message under which texts stand; ids, names and what a provider signed stay as they are. */
const TEXT_KEYS: ReadonlySet<string> = new Set(['text', 'input', 'value', 'reason']);

/** A copy of the same shape: only texts are replaced, each by a text. */
function hidden(message: Message, hide: (text: string) => string): Message {
  if (message.role === 'system') return { ...message, content: hide(message.content) };
  const copy = structuredClone(message);
  for (const part of copy.content) hideIn(part, hide);
  return copy;
}

function hideIn(node: object, hide: (text: string) => string): void {
  for (const [key, value] of Object.entries(node)) {
    if (TEXT_KEYS.has(key)) Reflect.set(node, key, hideAll(value, hide));
    else if (key === 'output' && typeof value === 'object' && value !== null) hideIn(value, hide);
  }
}

function hideAll(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === 'string') return hide(value);
  if (Array.isArray(value)) return value.map((item) => hideAll(item, hide));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hideAll(item, hide)]));
}

/** About as many characters as make a token in most languages and models; for servers that do not say. */
const CHARS_PER_TOKEN = 4;
const TOKENS_MAX = 1_000_000_000;

/** What the provider says it used; where it says nothing, or no number, what the lengths of the texts suggest. Never zero. */
function usageOf({ usage, content }: Generated, { prompt }: CallOptions): CallUsage {
  const [input, output] = [tokens(usage.inputTokens.total), tokens(usage.outputTokens.total)];
  return {
    inputTokens: input ?? estimate(prompt),
    outputTokens: output ?? estimate(content),
    estimated: input === null || output === null,
  };
}

const tokens = (said: unknown): number | null =>
  typeof said === 'number' && Number.isSafeInteger(said) && said > 0 && said <= TOKENS_MAX ? said : null;

const estimate = (texts: unknown): number => Math.ceil(JSON.stringify(texts).length / CHARS_PER_TOKEN);
