import { setTimeout as after } from 'node:timers/promises';
import { type CallToolResult, fromJsonSchema, type McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { PIXEL, silence } from './pictures.ts';

// The tools that the conformance suite calls by name. They say nothing of the governor: they show that whatever a server
// may answer comes whole through the door that stands before ours.

const PAUSE_MS = 50;

const text = (words: string) => ({ type: 'text' as const, text: words });
const picture = { type: 'image' as const, data: PIXEL, mimeType: 'image/png' };
const attached = (uri: string, mimeType: string, words: string) => ({
  type: 'resource' as const,
  resource: { uri, mimeType, text: words },
});

const ANSWERS: Record<string, CallToolResult['content']> = {
  test_simple_text: [text('plain words')],
  test_image_content: [picture],
  test_audio_content: [{ type: 'audio', data: silence(), mimeType: 'audio/wav' }],
  test_embedded_resource: [attached('test://attached', 'text/plain', 'words of an attached document')],
  test_multiple_content_types: [text('three kinds'), picture, attached('test://figures', 'application/json', '{"value":123}')],
};

export function addTools(server: McpServer): void {
  for (const [name, content] of Object.entries(ANSWERS))
    server.registerTool(name, { description: 'Always gives the same answer.' }, () => ({ content }));

  server.registerTool('test_error_handling', { description: 'Always fails.' }, () => {
    throw new Error('this tool fails on purpose');
  });
  server.registerTool('test_tool_with_logging', { description: 'Tells three times how far it is.' }, saysItsSteps);
  server.registerTool('test_tool_with_progress', { description: 'Counts to a hundred in three steps.' }, showsProgress);
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Has a schema of the newest dialect.', inputSchema: fromJsonSchema(NEWEST_DIALECT) },
    () => ({ content: [text('the schema was kept')] }),
  );
}

async function saysItsSteps({ mcpReq }: ServerContext): Promise<CallToolResult> {
  for (const words of ['begun', 'under way', 'done']) {
    await mcpReq.log('info', words);
    await after(PAUSE_MS);
  }
  return { content: [text('three log messages were sent')] };
}

async function showsProgress({ mcpReq }: ServerContext): Promise<CallToolResult> {
  const progressToken = mcpReq._meta?.progressToken;
  for (const progress of [0, 50, 100]) {
    if (progressToken !== undefined)
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
    await after(PAUSE_MS);
  }
  return { content: [text('counted to a hundred')] };
}

const NEWEST_DIALECT = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object' as const,
  $defs: { address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } } },
  properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
  additionalProperties: false,
};
