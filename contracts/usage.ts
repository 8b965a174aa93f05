import { z } from 'zod';

/** What a model was asked for a case since its last answer about it, failed attempts included. */
export const ModelUsage = z.strictObject({
  /** The model as it is configured, not as it calls itself. */
  model: z.string().min(1).max(300),
  calls: z.int().min(0),
  input_tokens: z.int().min(0),
  output_tokens: z.int().min(0),
  /** True where a provider did not say how many tokens it used, so that they were drawn from the length of the texts. */
  estimated: z.boolean(),
  /** Null where no prices are configured. */
  cost_usd: z.number().min(0).nullable(),
});
export type ModelUsage = z.infer<typeof ModelUsage>;
