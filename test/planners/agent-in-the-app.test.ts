import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ToolCall } from '../../contracts/tool-call.ts';
import { currentCard } from '../../pipeline/case-state.ts';
import { openFakeKibana } from '../fakes/kibana/fake-kibana.ts';
import { readingBrain } from '../fakes/kibana/reading-brain.ts';
import { honest } from '../fakes/model/honest.ts';
import { openModelServer } from '../fakes/model/server.ts';
import { openCase, SELF_RUNNING, seeThrough, stateOf, untilTold } from '../fixtures/acts.ts';
import { openStage } from '../fixtures/app.ts';
import { problemsOf } from '../fixtures/oracle.ts';

const TOKEN = 'mcp-token-of-a-whole-incident';
const LOOKED_UP = ['search_runbooks', 'search_evidence', 'check_policy_conflicts'];

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test('a whole incident whose planner is an agent in Kibana that asks the running app for its evidence', async () => {
  // Kibana is told the app's address before there is one, as people write a connector down.
  const mcp = { url: '', token: TOKEN };
  const kibana = await openFakeKibana({ mcp, brain: readingBrain });
  closing.push(kibana.close);
  const { url, apiKey, agentId } = kibana;
  const stage = await openStage({
    config: { planner: { use: 'agent-builder' } },
    env: { MCP_TOKEN: TOKEN, KIBANA_URL: url, KIBANA_API_KEY: apiKey, AGENT_ID: agentId },
  });
  closing.push(stage.close);
  const [app] = stage.apps();
  mcp.url = new URL('/mcp', app?.lines[0]).href;

  const caseId = await openCase(stage, SELF_RUNNING);
  expect((await seeThrough(stage, caseId)).status, stage.report()).toBe('resolved');
  await untilTold(stage);

  const [revision] = stateOf(stage, caseId).revisions;
  expect(revision?.planned).toMatchObject({ planner: 'agent-builder', fallback_from: null, unretrieved_ids: [] });
  expect(revision?.gated?.gate.decision).toBe('execute');
  expect((await stage.control.effects()).map(({ case_id }) => case_id)).toEqual([caseId]);

  const trace = readFileSync(join(stage.home, 'output', 'tool_trace.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const calls = trace.map((line) => ToolCall.parse(JSON.parse(line))).filter((call) => call.case_id === caseId);
  expect(calls.map(({ tool }) => tool)).toEqual(expect.arrayContaining(LOOKED_UP));
  expect(calls.find(({ tool }) => tool === 'search_runbooks')?.document_ids.length).toBeGreaterThan(0);

  const card = currentCard(stateOf(stage, caseId));
  const told = await stage.until('the tool calls in the thread', async () => {
    const thread = (await stage.control.messages('channel=incidents')).filter(({ thread_ts }) => thread_ts === card?.ts);
    const text = thread.map((message) => message.text).join('\n');
    return LOOKED_UP.every((tool) => text.includes(tool)) ? text : undefined;
  });
  expect(told).toContain('Evidence was asked for by');
  expect(await problemsOf(stage), stage.report()).toEqual([]);
}, 120_000);

test('a whole incident whose planner is a model that asks the running app for its evidence', async () => {
  const model = await openModelServer(honest);
  closing.push(() => model.close());
  const stage = await openStage({
    config: { planner: { use: 'model' } },
    env: {
      MODEL_NAME: 'scripted-1',
      MODEL_BASE_URL: model.url,
      MODEL_API_KEY: 'key-of-the-scripted-model',
      MCP_TOKEN: TOKEN,
    },
  });
  closing.push(stage.close);
  const caseId = await openCase(stage, SELF_RUNNING);
  expect((await seeThrough(stage, caseId)).status, stage.report()).toBe('resolved');
  await untilTold(stage);

  const [revision] = stateOf(stage, caseId).revisions;
  expect(revision?.planned).toMatchObject({ planner: 'model', fallback_from: null, unretrieved_ids: [] });
  expect(revision?.planned.usage?.calls).toBeGreaterThan(0);
  const trace = readFileSync(join(stage.home, 'output', 'tool_trace.jsonl'), 'utf8')
    .trim()
    .split('\n');
  expect(trace.map((line) => ToolCall.parse(JSON.parse(line)).tool)).toEqual(expect.arrayContaining(['search_runbooks']));
  expect(await problemsOf(stage), stage.report()).toEqual([]);
}, 120_000);
