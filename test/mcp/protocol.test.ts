import { describe, expect, test } from 'vitest';
import { PLANNER_TOOLS } from '../../src/mcp/planner-tools.ts';
import { answered, mcpStage, newClient } from './stage.ts';

const TOOLS = [
  'cdct_score',
  'check_policy_conflicts',
  'ddft_score',
  'eect_score',
  'get_case',
  'query_live_logs',
  'reliability_profile',
  'search_evidence',
  'search_runbooks',
  'submit_plan',
];
const WRITES = ['submit_plan'];

describe('both protocol eras are served by one server', () => {
  test('a client of 2025 negotiates its own version and calls a tool', async () => {
    const { client } = await mcpStage();
    expect(client.getServerVersion()).toMatchObject({ name: 'safety-governor', version: '1.2.3' });
    const found = await answered(client, 'search_evidence', { query: 'worker pool backlog', service: 'billing-batch' });
    expect(found.document_ids).toEqual(['ev-103']);
  });

  test('a client of 2026 speaks its own version and gets the same', async () => {
    const { url, client } = await mcpStage();
    const newer = await newClient(url);
    expect(newer.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    const asked = { query: 'worker pool backlog', service: 'billing-batch' };
    expect(await answered(newer, 'search_evidence', asked)).toEqual(await answered(client, 'search_evidence', asked));
    expect((await newer.listTools()).tools).toMatchObject((await client.listTools()).tools);
  });
});

describe('what clients are told of the tools', () => {
  test('there are ten, each with a title, a description, schemas and hints', async () => {
    const { tools } = await (await mcpStage()).client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual(TOOLS);
    for (const tool of tools) {
      expect(tool).toMatchObject({
        title: expect.any(String),
        description: expect.any(String),
        outputSchema: { type: 'object' },
      });
      expect(tool.annotations).toMatchObject({ destructiveHint: false, readOnlyHint: !WRITES.includes(tool.name) });
      expect(tool.inputSchema).toMatchObject({ additionalProperties: false });
      expect(tool.outputSchema?.required).toContain('document_ids');
    }
  });

  test('planners are given all that only read, but for get_case, which follows a plan that was handed in', async () => {
    const { tools } = await (await mcpStage()).client.listTools();
    const reading = tools.filter(({ annotations }) => annotations?.readOnlyHint).map(({ name }) => name);
    expect([...PLANNER_TOOLS, 'get_case'].sort()).toEqual(reading.sort());
  });

  test('no schema refers to another place, none has a pattern that engines read differently, and each place has one type', async () => {
    const { tools } = await (await mcpStage()).client.listTools();
    expect(JSON.stringify(tools)).not.toMatch(/"\$ref"|"\$defs"|"\$schema"|"pattern"|"type":\[/);
  });

  test('every tool but get_case, which names its case anyway, can be tied to an incident', async () => {
    const { tools } = await (await mcpStage()).client.listTools();
    for (const { name, inputSchema } of tools)
      expect(inputSchema.properties).toHaveProperty(name === 'get_case' ? 'case_id' : 'incident_id');
  });

  test('an agent learns from submit_plan which actions there are and what they take', async () => {
    const { tools } = await (await mcpStage()).client.listTools();
    const submit = tools.find(({ name }) => name === 'submit_plan');
    expect(submit?.inputSchema.properties?.proposed_action).toMatchObject({
      description: expect.stringContaining('scale_worker_pool (service, workers); restart_api_pods (service, workers)'),
    });
  });

  test('no tool offers to decide, to steer or to run anything', async () => {
    const { tools } = await (await mcpStage()).client.listTools();
    for (const { name, description, inputSchema } of tools) {
      expect(description).not.toMatch(/\b(approve|override|reject|hold|release|execute|resume|pause|force)/i);
      expect(name).not.toMatch(
        /approv|overrid|reject|hold|releas|execut|run(?!book)|resum|paus|rollback|settl|decid|choose|accept/,
      );
      expect(Object.keys(inputSchema.properties ?? {}).join(' ')).not.toMatch(
        /approv|overrid|reject|hold|releas|execut|force|token|decision/,
      );
    }
  });

  test('a tool that does not exist is an error of the protocol', async () => {
    const { client, lines } = await mcpStage();
    await expect(client.callTool({ name: 'approve', arguments: { case_id: 'inc-1' } })).rejects.toMatchObject({ code: -32602 });
    expect(lines()).toMatchObject([{ tool: 'approve', outcome: 'refused', error_code: 'unknown_tool' }]);
  });
});
