import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Connections } from '../../config/connections.ts';
import { boundedFetch } from './bounded-fetch.ts';
import type { LanguageModel } from './guarded-model.ts';

export type ModelConnection = NonNullable<Connections['model']>;
/** Imports a package by its name. */
export type Load = (name: string) => Promise<unknown>;

const COMPATIBLE = 'openai-compatible';

/** What each provider's package is called and which function of it makes the provider. */
const MAKERS: Readonly<Record<string, string>> = {
  [COMPATIBLE]: 'createOpenAICompatible',
  'amazon-bedrock': 'createAmazonBedrock',
  anthropic: 'createAnthropic',
  azure: 'createAzure',
  cohere: 'createCohere',
  deepseek: 'createDeepSeek',
  google: 'createGoogleGenerativeAI',
  groq: 'createGroq',
  mistral: 'createMistral',
  openai: 'createOpenAI',
  xai: 'createXai',
};
export const MODEL_PROVIDERS: readonly string[] = Object.keys(MAKERS);

const isFunction = (value: unknown): value is (...given: unknown[]) => unknown => typeof value === 'function';
const Maker = z.custom<(settings: object) => unknown>(isFunction);
const Provider = z.custom<(name: string) => unknown>(isFunction);
const Model = z.custom<LanguageModel>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'specificationVersion' in value &&
    value.specificationVersion === 'v4' &&
    'doGenerate' in value &&
    isFunction(value.doGenerate),
);

type Wanted = { connection: ModelConnection; structuredOutput: boolean; load?: Load };

/**
 * The model that the environment names. Only the package for OpenAI-compatible servers is part of this installation;
 * another provider's is loaded where somebody has installed it. Throws GovernorError `model_not_configured` in a sentence
 * that says what to do.
 */
export async function loadModel({ connection, structuredOutput, load = byName }: Wanted): Promise<LanguageModel> {
  const { provider, baseUrl, name, apiKey } = connection;
  const maker = Object.hasOwn(MAKERS, provider) ? MAKERS[provider] : undefined;
  if (maker === undefined)
    throw unconfigured(`MODEL_PROVIDER \`${provider}\` is not known; known are ${MODEL_PROVIDERS.join(', ')}`);
  if (provider === COMPATIBLE && baseUrl === null)
    throw unconfigured('MODEL_BASE_URL is missing: an OpenAI-compatible server has no address of its own');
  const exported = await packageOf(provider, load);
  const create = Maker.safeParse(exported[maker]);
  if (!create.success)
    throw unconfigured(`the installed package \`@ai-sdk/${provider}\` has no \`${maker}\`: install another version`);
  const made = Provider.parse(
    create.data({
      name: 'model',
      ...(baseUrl === null ? {} : { baseURL: baseUrl }),
      ...(apiKey === null ? {} : { apiKey }),
      fetch: boundedFetch,
      supportsStructuredOutputs: structuredOutput,
    }),
  );
  const model = Model.safeParse(made(name));
  if (!model.success)
    throw unconfigured(`the installed package \`@ai-sdk/${provider}\` is made for another version of the package \`ai\``);
  return model.data;
}

const byName: Load = (name) => import(name);

const unconfigured = (message: string, cause?: unknown): GovernorError =>
  new GovernorError('model_not_configured', message, { cause });

async function packageOf(provider: string, load: Load): Promise<Record<string, unknown>> {
  const name = `@ai-sdk/${provider}`;
  try {
    return z.looseObject({}).parse({ ...z.custom<object>((value) => typeof value === 'object').parse(await load(name)) });
  } catch (fault) {
    throw unconfigured(
      `MODEL_PROVIDER is \`${provider}\`, and the package \`${name}\` could not be loaded: run \`npm install ${name}\``,
      fault,
    );
  }
}
