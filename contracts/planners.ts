import { z } from 'zod';

/** Who may be asked for a plan. */
export const PlannerName = z.enum(['playbook', 'recorded', 'agent-builder', 'model']);
export type PlannerName = z.infer<typeof PlannerName>;

export const FALLBACKS_MAX = 4;

export const AgentBuilderConfig = z.strictObject({
  /** Whether the agent's answer is read as a stream; without it nothing is heard before the end, and that after 300 s at most. */
  stream: z.boolean().default(true),
  /** Ids, as Kibana has them, of the only tools that the agent may use for a plan; empty leaves it all that it has. Needs 9.4. */
  tool_ids: z.array(z.string().min(1).max(200)).max(50).default([]),
});
export type AgentBuilderConfig = z.infer<typeof AgentBuilderConfig>;
