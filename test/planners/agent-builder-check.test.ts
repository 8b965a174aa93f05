import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { PLANNER_TOOLS } from '../../src/mcp/planner-tools.ts';
import { checkKibana } from '../../src/planners/agent-builder/check.ts';
import { type FakeKibana, type FakeOptions, openFakeKibana } from '../fakes/kibana/fake-kibana.ts';
import { memorySource, openToolServer, type ToolServer } from '../fakes/kibana/tool-server.ts';
import { aRunbook, NOW } from '../fixtures/builders.ts';

let tools: ToolServer;
beforeAll(async () => {
  tools = await openToolServer(memorySource([aRunbook()]), () => NOW);
});
afterAll(() => tools.close());

async function kibanaWith(options: FakeOptions = {}): Promise<FakeKibana> {
  const kibana = await openFakeKibana({ mcp: tools, ...options });
  onTestFinished(() => kibana.close());
  return kibana;
}
const checked = async (kibana: object | null, toolIds: string[] = []) =>
  (await checkKibana({ kibana: kibana as Parameters<typeof checkKibana>[0]['kibana'], toolIds })).map(
    ({ check, ok, found, fix }) => `${ok ? 'ok' : 'FIX'} ${check}: ${found}${fix === null ? '' : ` -> ${fix}`}`,
  );

it('finds nothing to say where no Kibana is configured', async () => {
  expect(await checked(null)).toEqual([]);
});

it('finds key, agent and tools in order where they are', async () => {
  expect(await checked(await kibanaWith({ space: 'ops' }))).toEqual([
    'ok Kibana: the key is taken, and the agent `incident-planner` is there (Incident planner)',
    "ok tools: the agent has all 8 of the governor's",
  ]);
});

it.each<[what: string, change: object, says: RegExp]>([
  ['a missing key', { apiKey: null }, /^FIX Kibana: KIBANA_API_KEY is not given/],
  ['a missing agent id', { agentId: null }, /^FIX Kibana: AGENT_ID is not given/],
  ['a wrong key', { apiKey: 'wrong' }, /^FIX Kibana: Kibana does not accept KIBANA_API_KEY/],
  ['an agent that is not there', { agentId: 'nobody/../x' }, /^FIX Kibana: Kibana has no agent of the id in AGENT_ID/],
  ['another address', { url: 'http://127.0.0.1:9' }, /^FIX Kibana: Kibana cannot be reached/],
])('names %s, with what to do', async (_what, change, says) => {
  const [first, ...rest] = await checked({ ...(await kibanaWith()), ...change });
  expect(first).toMatch(says);
  expect(first).toContain(' -> ');
  expect(rest).toEqual([]);
});

it('names the tools that the agent lacks', async () => {
  const kibana = await kibanaWith({
    agentTools: ['governor.search_runbooks', 'governor.query_live_logs', 'platform.core.search'],
  });
  const said = (await checked(kibana)).at(-1) ?? '';
  expect(said).toMatch(/^FIX tools: the agent lacks search_evidence, check_policy_conflicts, /);
  expect(said).not.toMatch(/search_runbooks|query_live_logs/);
});

it('names tools of the config that Kibana does not have', async () => {
  const said = await checked(await kibanaWith(), [...PLANNER_TOOLS.map((tool) => `governor.${tool}`), 'governor.search_runbook']);
  expect(said.at(-1)).toContain('planner.agent_builder.tool_ids names governor.search_runbook, which Kibana does not have');
});

it('names every tool as missing where Kibana has no connector to us', async () => {
  const said = await checked(await kibanaWith({ mcp: null, agentTools: PLANNER_TOOLS.map((tool) => `governor.${tool}`) }));
  expect(said.at(-1)).toContain(`lacks ${PLANNER_TOOLS.join(', ')}`);
});

it('names tools that would wait for a person', async () => {
  const kibana = await kibanaWith({ asking: ['search_runbooks'] });
  expect((await checked(kibana)).at(-1)).toMatch(/^FIX tools: governor\.search_runbooks would ask a person/);
});
