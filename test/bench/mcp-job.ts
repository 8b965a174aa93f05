import { z } from 'zod';

/**
 * A server under test. `bare`: made of the protocol's packages alone, as their guide shows it, schemas and all for each
 * request. `lean`: the same with its schemas made once. `ours`: ours whole.
 */
export const McpServerArgs = z.object({ side: z.enum(['bare', 'lean', 'ours']), folder: z.string() });
export type McpServerArgs = z.infer<typeof McpServerArgs>;
export const McpReady = z.object({ port: z.int() });

/** `legacy` speaks the protocol of 2025, which is Kibana's; `modern` that of 2026. */
export const McpJob = z.object({
  port: z.int(),
  token: z.string(),
  era: z.enum(['legacy', 'modern']),
  tool: z.string(),
  input: z.record(z.string(), z.json()),
  total: z.int().min(1),
  /** Outstanding at a time, each on a connection of its own that stays open. */
  wide: z.int().min(1),
});
export type McpJob = z.infer<typeof McpJob>;
