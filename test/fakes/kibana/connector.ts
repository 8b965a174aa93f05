import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export type McpTarget = { url: string; token: string | null };

/** What Kibana knows of a tool of an MCP server. */
export type McpTool = { name: string; description: string };

export type Connector = {
  tools(): Promise<McpTool[]>;
  /** The result as the server gave it, an error among them; throws where the server cannot be reached. */
  call(name: string, params: Record<string, unknown>): Promise<unknown>;
  close(): Promise<void>;
};

/**
 * Kibana's connector to an MCP server: a client of the 2025 protocol, connected when it is first needed, one for all
 * conversations, and nothing of the user or the conversation passed on.
 */
export function createConnector(target: McpTarget): Connector {
  let connecting: Promise<Client> | null = null;
  const connect = async (): Promise<Client> => {
    const { url, token } = target;
    const client = new Client({ name: 'kibana-mcp-connector-governor', version: '1.0.0' });
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    // The package's own types disagree under exactOptionalPropertyTypes.
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }) as unknown;
    await client.connect(transport as Parameters<Client['connect']>[0]);
    return client;
  };
  const connected = (): Promise<Client> => {
    connecting ??= connect().catch((fault: unknown) => {
      connecting = null;
      throw fault;
    });
    return connecting;
  };
  return {
    async tools() {
      const { tools } = await (await connected()).listTools();
      return tools.map(({ name, description = '' }) => ({ name, description }));
    },
    call: async (name, params) => (await connected()).callTool({ name, arguments: params }),
    close: async () => {
      if (connecting !== null) await (await connecting).close();
    },
  };
}
