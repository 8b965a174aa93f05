import { afterEach, describe, expect, test } from 'vitest';
import { guardTools } from '../../src/planners/model/guarded-tools.ts';
import { createMcpTools, type McpTools } from '../../src/planners/model/mcp-tools.ts';
import { openArena } from '../attacks/arena.ts';
import { worldOf } from '../attacks/recording-ports.ts';
import { copyOf, taleAt } from '../attacks/tales.ts';
import { MCP_TOKEN, mcpOf } from '../fakes/model/mcp-of.ts';
import { json, openStub, raw, silence } from '../outward/stub-server.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
const opened = (tools: McpTools): McpTools => {
  closing.push(() => tools.close());
  return tools;
};

async function ourServer() {
  const { documents } = copyOf(taleAt(0), 0);
  const arena = await openArena({ documents });
  closing.push(() => arena.close());
  const mcp = await mcpOf(arena, worldOf([], {}));
  closing.push(() => mcp.close());
  return mcp;
}

describe('tools of our own MCP server', () => {
  test('are the eight that read; the two that hand in and follow a plan are kept from the model', async () => {
    const { url } = await ourServer();
    const all = await opened(createMcpTools({ url, token: MCP_TOKEN })).tools();
    expect(Object.keys(all)).toEqual(expect.arrayContaining(['submit_plan', 'get_case']));
    expect(Object.keys(guardTools(all, 10).tools).sort()).toEqual([
      'cdct_score',
      'check_policy_conflicts',
      'ddft_score',
      'eect_score',
      'query_live_logs',
      'reliability_profile',
      'search_evidence',
      'search_runbooks',
    ]);
  });

  test('without the token there are none', async () => {
    const { url } = await ourServer();
    await expect(opened(createMcpTools({ url, token: 'wrong' })).tools()).rejects.toMatchObject({ code: 'tools_unreachable' });
  });
});

describe('a server of tools that fails', () => {
  test.each([
    ['is not there', 'http://127.0.0.1:9/mcp'],
    ['has no such address', 'http://127.0.0.1:9'],
  ])('%s: a fault that says so', async (_what, url) => {
    await expect(opened(createMcpTools({ url, token: null })).tools()).rejects.toMatchObject({ code: 'tools_unreachable' });
  });

  test('hangs, answers nonsense, then works: each time it is tried anew', async () => {
    const stub = await openStub();
    closing.push(() => stub.close());
    const tools = opened(createMcpTools({ url: stub.url, token: null, timeoutMs: 100 }));
    stub.respond(silence);
    await expect(tools.tools()).rejects.toMatchObject({ code: 'tools_unreachable' });
    stub.respond(raw(200, '<html>'));
    await expect(tools.tools()).rejects.toMatchObject({ code: 'tools_unreachable' });
    stub.respond(json(500, {}));
    await expect(tools.tools()).rejects.toMatchObject({ code: 'tools_unreachable' });
    const { url } = await ourServer();
    await expect(opened(createMcpTools({ url, token: MCP_TOKEN })).tools()).resolves.toHaveProperty('search_runbooks');
  });
});
