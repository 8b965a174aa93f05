import type { ToolCall } from '../../contracts/tool-call.ts';
import type { Log } from '../log.ts';
import type { ToolTrace } from '../outputs/tool-trace.ts';
import { createCallTool } from './call-tool.ts';
import type { Mcp, McpHttpParts } from './http.ts';
import { createMcpHttp } from './http.ts';
import type { Tool } from './tool.ts';
import type { ToolParts } from './tools.ts';
import { createTools } from './tools.ts';

export type ToolingParts = ToolParts & {
  trace: Pick<ToolTrace, 'append'>;
  /** Told about each call that named a case, for the case's thread; it is not waited for. */
  onCall: (call: ToolCall & { case_id: string }) => Promise<void>;
  log: Pick<Log, 'error' | 'warn'>;
  /** How long a tool may take, in milliseconds. */
  timeoutMs?: number;
};

export type McpParts = ToolingParts & McpHttpParts & { version: string };

/** The tools and how they are called, for whichever transport. */
export function createTooling(parts: ToolingParts) {
  const tools: readonly Tool[] = createTools(parts);
  // Whoever is answered is in the trace; Slack, behind the other, may take its time.
  const onCall = async (call: ToolCall): Promise<void> => {
    const { case_id } = call;
    const told = case_id === null ? null : parts.onCall({ ...call, case_id });
    told?.catch((fault: unknown) => parts.log.error('a case could not be told about a tool call', { case: case_id, fault }));
    await parts.trace.append(call);
  };
  return { tools, callTool: createCallTool({ ...parts, tools, onCall }) };
}

/** The governor's tools for agents at `/mcp`. Throws where everybody could call them. */
export function createMcp(parts: McpParts): Mcp {
  const tooling = createTooling(parts);
  return createMcpHttp(parts, async () => {
    const { createServerFactory } = await import('./server.ts');
    return createServerFactory({ ...tooling, version: parts.version, transport: 'http' });
  });
}
