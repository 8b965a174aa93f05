import type { Settings } from '../config/settings.ts';
import type { KnownSecrets } from '../log/known-secrets.ts';
import type { Log } from '../log.ts';
import type { Outside } from '../planners/planners.ts';
import { systemClock as clock } from './core.ts';
import type { ToolCalls } from './tool-calls.ts';

type Parts = {
  settings: Settings;
  /** Our own server, whose tools a model looks things up with. */
  serverUrl: string;
  hide: KnownSecrets;
  calls: ToolCalls;
  log: Log;
};
export type OutsidePlanners = { planners: Outside; close(): Promise<void> };

/** The planners outside this program that are configured; their code is loaded only then. */
export async function openOutsidePlanners(parts: Parts): Promise<OutsidePlanners> {
  const [agent, model] = await Promise.all([agentBuilderOf(parts), modelOf(parts)]);
  const planners = { ...(agent === null ? {} : { 'agent-builder': agent }), ...(model === null ? {} : { model: model.planner }) };
  return { planners, close: async () => model?.close() };
}

async function agentBuilderOf({ settings, hide, calls, log }: Parts) {
  const { kibana, config } = settings;
  if (!kibana?.apiKey || !kibana.agentId) return null;
  const { createAgentBuilder } = await import('../planners/agent-builder/agent-builder.ts');
  const { stream, tool_ids: toolIds } = config.planner.agent_builder;
  return createAgentBuilder({
    kibana: { url: kibana.url, apiKey: kibana.apiKey, agentId: kibana.agentId },
    clock,
    timeoutMs: config.planner_timeout_s * 1_000,
    log,
    hide: hide.redact,
    stream,
    toolIds,
    onCall: calls.hear,
  });
}

async function modelOf({ settings, serverUrl, hide, log }: Parts) {
  const { model: connection, config, mcpToken: token } = settings;
  if (connection === null) return null;
  const [{ createModelPlanner }, { createMcpTools }] = await Promise.all([
    import('../planners/model/model.ts'),
    import('../planners/model/mcp-tools.ts'),
  ]);
  const { tools, close } = createMcpTools({ url: new URL('/mcp', serverUrl).href, token });
  const planner = createModelPlanner({
    connection,
    limits: config.planner.model,
    tools,
    hide: hide.redact,
    onWarning: (warning) => log.warn('the AI package warns', { says: warning }),
  });
  return { planner, close };
}
