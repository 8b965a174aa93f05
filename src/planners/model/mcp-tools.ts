import type { ToolSet } from 'ai';
import { GovernorError, problemOf } from '../../../pipeline/errors.ts';

export type McpTools = {
  /** The tools that the server offers now. Throws GovernorError `tools_unreachable`. */
  tools(): Promise<ToolSet>;
  close(): Promise<void>;
};

type Parts = { url: string; token: string | null; timeoutMs?: number };
const TIMEOUT_MS = 10_000;

/** Tools of an MCP server over Streamable HTTP, by one connection that is made with the first question and again after a failure. */
export function createMcpTools({ url, token, timeoutMs = TIMEOUT_MS }: Parts): McpTools {
  const connect = async () => {
    const { createMCPClient } = await import('@ai-sdk/mcp');
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    return createMCPClient({ transport: { type: 'http', url, headers, redirect: 'error', fetch: within(timeoutMs) } });
  };
  let connected: ReturnType<typeof connect> | null = null;

  const forget = async (): Promise<void> => {
    const client = connected;
    connected = null;
    await client?.then(
      (open) => open.close(),
      // What never came about needs no closing; the fault itself was told by whoever asked.
      () => undefined,
    );
  };

  const tools = async (): Promise<ToolSet> => {
    // A server that was started anew knows nothing of a connection from before: that alone is no reason to fail.
    const wasConnected = connected !== null;
    try {
      connected ??= connect();
      return await (await connected).tools();
    } catch (fault) {
      await forget();
      if (wasConnected) return tools();
      throw new GovernorError('tools_unreachable', `the tools could not be reached: ${problemOf(fault)}`, { cause: fault });
    }
  };
  return { tools, close: forget };
}

/** Each request ends after its time, so that a server that hangs costs one attempt and not the case. */
const within =
  (timeoutMs: number): typeof fetch =>
  (input, init) => {
    const late = AbortSignal.timeout(timeoutMs);
    return fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, late]) : late });
  };
