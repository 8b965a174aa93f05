import type { GovernorConfig } from '../../contracts/config.ts';
import type { ToolCall } from '../../contracts/tool-call.ts';
import type { Clock, Planner } from '../../pipeline/ports.ts';
import type { Connections } from '../config/connections.ts';
import type { Log } from '../log.ts';
import { lazyPlanner } from './lazy-planner.ts';
import type { Outside } from './planners.ts';

type Parts = {
  kibana: Connections['kibana'];
  config: Pick<GovernorConfig, 'planner' | 'planner_timeout_s'>;
  clock: Clock;
  log: Log;
  /** Takes the values that this installation holds as secrets out of a text. */
  hide: (text: string) => string;
  /** Hears of the tool calls of an agent in Kibana. */
  onCall: (call: ToolCall) => void | Promise<void>;
  /** Makes the planner that asks a model by itself; null where none is configured. */
  model: (() => Promise<Planner>) | null;
};

/** The pipeline gives up first, so that the time that people configured is the one that holds. */
const BEYOND_MS = 1_000;

/** The planners that this installation is connected to. None is loaded, or asked for anything, before it is needed. */
export function outsidePlanners({ kibana, config, clock, log, hide, onCall, model }: Parts): Outside {
  const timeoutMs = config.planner_timeout_s * 1_000 + BEYOND_MS;
  const { stream, tool_ids: toolIds } = config.planner.agent_builder;
  const openAgent = async ({ url, apiKey, agentId }: { url: string; apiKey: string; agentId: string }): Promise<Planner> => {
    const { createAgentBuilder } = await import('./agent-builder/agent-builder.ts');
    return createAgentBuilder({ kibana: { url, apiKey, agentId }, clock, timeoutMs, log, hide, stream, toolIds, onCall });
  };
  const address = kibana?.apiKey && kibana.agentId ? { ...kibana, apiKey: kibana.apiKey, agentId: kibana.agentId } : null;
  return {
    ...(address === null ? {} : { 'agent-builder': lazyPlanner('agent-builder', () => openAgent(address)) }),
    ...(model === null ? {} : { model: lazyPlanner('model', model) }),
  };
}
