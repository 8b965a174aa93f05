import type { LibraryDocument } from '../../../contracts/documents.ts';
import { ToolCall } from '../../../contracts/tool-call.ts';
import type { Cases } from '../../../pipeline/cases.ts';
import type { Catalogue } from '../../../pipeline/catalogue.ts';
import type { Library } from '../../../pipeline/ports.ts';
import { aCatalogue } from '../../fixtures/builders.ts';
import { memoryLibrary } from '../../fixtures/memory-library.ts';
import { serveMcp } from '../../mcp/serve.ts';
import type { McpTarget } from './connector.ts';

export type ToolServer = McpTarget & { calls: ToolCall[]; close(): Promise<void> };

const TOKEN = 'mcp-token-of-these-tests-0123456789';

/** What the tools look things up in; of cases they know none where none are given. */
export type ToolSource = { library: Library; catalogue?: Catalogue; cases?: Pick<Cases, 'load'> };

export const memorySource = (documents: readonly LibraryDocument[]): ToolSource => ({
  library: memoryLibrary(documents).library,
});

/** The governor's own MCP server over what a test gives it, for an agent in Kibana. */
export async function openToolServer(source: ToolSource, now: () => number): Promise<ToolServer> {
  const { library, catalogue = aCatalogue(), cases = { load: async () => undefined } } = source;
  const calls: ToolCall[] = [];
  const trace = { append: async (call: object) => void calls.push(ToolCall.parse(call)) };
  const served = await serveMcp({ library, catalogue, cases, clock: { now }, token: TOKEN, trace });
  return { ...served, token: TOKEN, calls };
}
