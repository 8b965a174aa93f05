import { GovernorConfig } from '../../../contracts/config.ts';
import type { LibraryDocument } from '../../../contracts/documents.ts';
import { ToolCall } from '../../../contracts/tool-call.ts';
import type { Cases } from '../../../pipeline/cases.ts';
import type { Catalogue } from '../../../pipeline/catalogue.ts';
import type { Library } from '../../../pipeline/ports.ts';
import { redact } from '../../../pipeline/redaction.ts';
import { listen } from '../../../src/http/server.ts';
import { createMcp } from '../../../src/mcp/mcp.ts';
import { NO_SCORES } from '../../../src/mcp/scores.ts';
import { aCatalogue, figures } from '../../fixtures/builders.ts';
import { memoryLibrary } from '../../fixtures/memory-library.ts';
import { silentLog } from '../../outward/silent-log.ts';
import type { McpTarget } from './connector.ts';

export type ToolServer = McpTarget & { calls: ToolCall[]; close(): Promise<void> };

const TOKEN = 'mcp-token-of-these-tests-0123456789';

/** What the tools look things up in; of cases they know none where none are given. */
export type ToolSource = { library: Library; catalogue?: Catalogue; cases?: Pick<Cases, 'load'> };

export const memorySource = (documents: readonly LibraryDocument[]): ToolSource => ({
  library: memoryLibrary(documents).library,
});

/** The governor's own MCP server on a port of its own. */
export async function openToolServer(source: ToolSource, now: () => number): Promise<ToolServer> {
  const { library, catalogue = aCatalogue(), cases = { load: async () => undefined } } = source;
  const calls: ToolCall[] = [];
  const config = GovernorConfig.parse({});
  const mcp = createMcp({
    library,
    telemetry: { figures: async () => figures(), logLine: async () => null },
    catalogue,
    cases,
    submissions: { submit: () => Promise.reject(new Error('these tests submit nothing')) },
    scores: NO_SCORES,
    clock: { now },
    config,
    redact,
    token: TOKEN,
    host: '127.0.0.1',
    limits: config.mcp,
    version: '1.0.0',
    trace: { append: async (call) => void calls.push(ToolCall.parse(call)) },
    onCall: async () => undefined,
    log: silentLog,
  });
  const server = await listen({ port: 0, host: '127.0.0.1', handlers: [mcp.handle] });
  return {
    url: `${server.url}/mcp`,
    token: TOKEN,
    calls,
    async close() {
      await mcp.close();
      await server.close(0);
    },
  };
}
