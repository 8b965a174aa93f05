import { z } from 'zod';

/** US dollars per million tokens. */
const Price = z.number().min(0).max(1_000_000);

/** How much the model planner may ask of its model. The model itself (address, name, key) comes from the environment. */
export const ModelPlannerConfig = z.strictObject({
  /** Calls of the model for one question; in the last one it gets no tools and has to answer. */
  steps_max: z.int().min(1).max(50).default(8),
  /** Tool calls that are answered for one question. */
  tool_calls_max: z.int().min(0).max(500).default(40),
  /** For one case over all its questions and attempts; counted by each process for itself. */
  calls_max: z.int().min(1).max(10_000).default(60),
  tokens_max: z.int().min(1).max(1_000_000_000).default(500_000),
  seconds_max: z.number().min(0.1).max(86_400).default(600),
  /** For one call. */
  output_tokens_max: z.int().min(1).max(1_000_000).default(8_000),
  /** Further tries of one call after a 429, a 5xx or a broken connection, each after a pause. */
  retries: z.int().min(0).max(5).default(1),
  /** Whether the server takes a JSON Schema for the answer; some know only that it has to be JSON. */
  structured_output: z.boolean().default(true),
  /** Without prices cards tell tokens and no cost. */
  usd_per_million_tokens: z.strictObject({ input: Price, output: Price }).optional(),
});
export type ModelPlannerConfig = z.infer<typeof ModelPlannerConfig>;
