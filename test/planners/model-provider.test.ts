import { MockLanguageModelV4 } from 'ai/test';
import { describe, expect, test } from 'vitest';
import { loadModel, MODEL_PROVIDERS, type ModelConnection } from '../../src/planners/model/provider.ts';

const connection = (change: Partial<ModelConnection> = {}): ModelConnection => ({
  provider: 'openai-compatible',
  baseUrl: 'http://127.0.0.1:9/v1',
  name: 'some-model',
  apiKey: 'some-key',
  ...change,
});
const refusal = (change: Partial<ModelConnection>, load?: (name: string) => Promise<unknown>) =>
  loadModel({ connection: connection(change), structuredOutput: true, ...(load === undefined ? {} : { load }) });

describe('the model that the environment names', () => {
  test('is of the package for OpenAI-compatible servers, which is installed', async () => {
    const model = await loadModel({ connection: connection(), structuredOutput: true });
    expect(model).toMatchObject({ specificationVersion: 'v4', modelId: 'some-model' });
  });

  test('needs an address there', async () => {
    await expect(refusal({ baseUrl: null })).rejects.toMatchObject({
      code: 'model_not_configured',
      message: expect.stringContaining('MODEL_BASE_URL is missing'),
    });
  });

  test.each(['', '../../evil', 'openai-compatible/../x', 'constructor', '__proto__', 'OpenAI'])(
    'of the provider `%s` is refused, the known ones named, and nothing is loaded',
    async (provider) => {
      const loaded: string[] = [];
      const load = async (name: string) => void loaded.push(name);
      await expect(refusal({ provider }, load)).rejects.toMatchObject({
        code: 'model_not_configured',
        message: expect.stringContaining('anthropic'),
      });
      expect(loaded).toEqual([]);
    },
  );

  test.each(MODEL_PROVIDERS.filter((name) => name !== 'openai-compatible'))(
    'of %s says which package to install where it is not there',
    async (provider) => {
      const absent = async (name: string) => {
        throw Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' });
      };
      await expect(refusal({ provider }, absent)).rejects.toMatchObject({
        code: 'model_not_configured',
        message: expect.stringContaining(`npm install @ai-sdk/${provider}`),
      });
    },
  );

  test('of another provider is made by its own package, with key, address and a bounded fetch', async () => {
    const given: unknown[] = [];
    const createAnthropic = (settings: object) => {
      given.push(settings);
      return (name: string) => new MockLanguageModelV4({ modelId: name });
    };
    const model = await refusal({ provider: 'anthropic' }, async (name) =>
      name === '@ai-sdk/anthropic' ? { createAnthropic } : {},
    );
    expect(model.modelId).toBe('some-model');
    expect(given).toMatchObject([{ apiKey: 'some-key', baseURL: 'http://127.0.0.1:9/v1', fetch: expect.any(Function) }]);
  });

  test('without a key or an address of its own leaves both to the package', async () => {
    const given: object[] = [];
    const createOpenAI = (settings: object) => {
      given.push(settings);
      return () => new MockLanguageModelV4();
    };
    await refusal({ provider: 'openai', apiKey: null, baseUrl: null }, async () => ({ createOpenAI }));
    expect(Object.keys(given[0] ?? {})).not.toEqual(expect.arrayContaining(['apiKey']));
    expect(Object.keys(given[0] ?? {})).not.toEqual(expect.arrayContaining(['baseURL']));
  });

  test.each<[string, object]>([
    ['has no such function', {}],
    [
      'makes models for another version',
      { createOpenAI: () => () => ({ specificationVersion: 'v1', doGenerate: () => undefined }) },
    ],
    ['makes nothing', { createOpenAI: () => () => undefined }],
  ])('of a package that %s is refused in words', async (_what, exported) => {
    await expect(refusal({ provider: 'openai' }, async () => exported)).rejects.toMatchObject({
      code: 'model_not_configured',
      message: expect.stringContaining('@ai-sdk/openai'),
    });
  });
});
