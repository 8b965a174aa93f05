import { tool } from 'ai';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { ModelPlannerConfig } from '../../../contracts/model-planner.ts';
import { createModelPlanner, type ModelPlannerParts } from '../../../src/planners/model/model.ts';
import { honest } from './honest.ts';
import { openModelServer, type Script } from './server.ts';

export const MODEL_NAME = 'scripted-1';
export const API_KEY = 'key-of-the-scripted-model';

/** One runbook and one piece of evidence, as our tools answer. */
const found = (results: object[], document_ids: string[]) => ({ content: [], structuredContent: { document_ids, results } });

export const inertTools = async () => ({
  search_runbooks: tool({
    description: 'Finds runbooks.',
    inputSchema: z.object({ query: z.string(), service: z.string() }),
    execute: async () => found([{ id: 'rb-scale', recommended_action: 'scale_worker_pool' }], ['rb-scale']),
  }),
  search_evidence: tool({
    description: 'Finds evidence.',
    inputSchema: z.object({ query: z.string(), service: z.string() }),
    execute: async () => found([{ id: 'ev-103' }], ['ev-103']),
  }),
  submit_plan: tool({
    description: 'Hands in a plan.',
    inputSchema: z.object({}),
    execute: async (): Promise<object> => {
      throw new Error('the model planner was offered a tool that does something');
    },
  }),
});

export type StageOptions = Partial<Omit<ModelPlannerParts, 'limits'>> & { limits?: object; script?: Script };

/** The model planner and its scripted model; closed when the test ends. */
export async function modelStage({ limits = {}, script = honest, ...parts }: StageOptions = {}) {
  const server = await openModelServer(script);
  onTestFinished(() => server.close());
  return { server, planner: plannerOver(server.url, { limits, ...parts }) };
}

export const plannerOver = (baseUrl: string, { limits = {}, ...parts }: Omit<StageOptions, 'script'> = {}) =>
  createModelPlanner({
    connection: { provider: 'openai-compatible', baseUrl, name: MODEL_NAME, apiKey: API_KEY },
    limits: ModelPlannerConfig.parse({ retries: 0, ...limits }),
    tools: inertTools,
    ...parts,
  });
