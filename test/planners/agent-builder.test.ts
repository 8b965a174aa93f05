import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ToolCall } from '../../contracts/tool-call.ts';
import { parsePlan, parseStress } from '../../pipeline/parse-answer.ts';
import type { Planner, PlanRequest } from '../../pipeline/ports.ts';
import { type AgentBuilderParts, createAgentBuilder } from '../../src/planners/agent-builder/agent-builder.ts';
import { plannerSuite } from '../conformance/planner.suite.ts';
import { type FakeKibana, type FakeOptions, openFakeKibana } from '../fakes/kibana/fake-kibana.ts';
import { ask, readingBrain } from '../fakes/kibana/reading-brain.ts';
import { memorySource, openToolServer, type ToolServer } from '../fakes/kibana/tool-server.ts';
import { VERSIONS } from '../fakes/kibana/versions.ts';
import { anEvidence, anIncident, aPlan, aPlanRequest, aPolicy, aRunbook, NOW } from '../fixtures/builders.ts';
import { silentLog } from '../outward/silent-log.ts';

const documents = [aRunbook(), anEvidence(), aPolicy({ id: 'pol-07', blocked_actions: ['restart_api_pods'] })];
const clock = { now: () => NOW };
const live = (): AbortSignal => new AbortController().signal;
const request = (change: Partial<PlanRequest> = {}): PlanRequest =>
  aPlanRequest({
    actions: [{ id: 'scale_worker_pool', title: 'Scale the worker pool', description: 'More workers.', parameters: {} }],
    ...change,
  });

const plannerOf = (kibana: FakeKibana, change: Partial<AgentBuilderParts> = {}): Planner =>
  createAgentBuilder({ kibana, clock, timeoutMs: 5_000, log: silentLog, hide: (text) => text, ...change });

for (const stream of [true, false]) {
  const way = stream ? 'over a stream' : 'in one answer';
  plannerSuite(`agent-builder ${way}`, {
    async open() {
      const tools = await openToolServer(memorySource(documents), clock.now);
      const kibana = await openFakeKibana({ mcp: tools, brain: readingBrain });
      return {
        planner: plannerOf(kibana, { stream }),
        incident: anIncident(),
        deterministic: false,
        close: async () => {
          await kibana.close();
          await tools.close();
        },
      };
    },
    async openStuck() {
      const kibana = await openFakeKibana();
      kibana.trouble({ kind: stream ? 'stall' : 'hang' });
      return { planner: plannerOf(kibana, { stream }), incident: anIncident(), deterministic: false, close: kibana.close };
    },
  });
}

describe('the agent in Kibana', () => {
  let tools: ToolServer;
  const opened: FakeKibana[] = [];
  const kibanaWith = async (options: FakeOptions = {}): Promise<FakeKibana> => {
    const kibana = await openFakeKibana({ mcp: tools, brain: readingBrain, ...options });
    opened.push(kibana);
    return kibana;
  };
  beforeAll(async () => {
    tools = await openToolServer(memorySource(documents), clock.now);
  });
  afterAll(async () => {
    for (const kibana of opened) await kibana.close();
    await tools.close();
  });

  it.each(VERSIONS.flatMap((version) => [true, false].map((stream) => ({ version, stream }))))(
    'plans and stresses with Kibana $version, as a stream: $stream',
    async ({ version, stream }) => {
      const kibana = await kibanaWith({ version });
      const planner = plannerOf(kibana, { stream, toolIds: ['governor.search_runbooks', 'governor.search_evidence'] });
      const given = await planner.plan(request(), live());
      const parsed = parsePlan(given.text, 'inc-002');
      expect(parsed).toMatchObject({ ok: true, value: { proposed_action: 'scale_worker_pool' } });
      const stressed = await planner.stress(request(), aPlan(), live());
      expect(parseStress(stressed.text, 'inc-002')).toMatchObject({ ok: true });
      expect(kibana.accepted.every((body) => body.agent_id === kibana.agentId)).toBe(true);
      // What a version does not know is asked with once, and never again.
      expect(kibana.seen.filter(({ status }) => status === 400).length).toBeLessThanOrEqual(2);
      expect(kibana.seen.at(-1)?.status).toBe(200);
    },
  );

  it('asks in the space of KIBANA_URL, with its key and the headers that Kibana wants', async () => {
    const kibana = await kibanaWith({ space: 'ops' });
    const planner = plannerOf(kibana, { kibana: { ...kibana, url: `${kibana.url}/` } });
    await planner.plan(request(), live());
    expect(kibana.seen[0]).toMatchObject({
      path: '/s/ops/api/agent_builder/converse/async',
      status: 200,
      headers: { authorization: `ApiKey ${kibana.apiKey}`, 'kbn-xsrf': 'true', 'elastic-api-version': '2023-10-31' },
    });
  });

  it('goes on in one conversation as long as the case lasts, and keeps cases apart', async () => {
    const kibana = await kibanaWith();
    const planner = plannerOf(kibana);
    await planner.plan(request(), live());
    await planner.stress(request(), aPlan(), live());
    await planner.plan(request({ incident: anIncident({ id: 'inc-077' }) }), live());
    const [first, second, other] = kibana.accepted.map((body) => body.conversation_id);
    expect(first).toBeUndefined();
    expect(second).toMatch(/^[0-9a-f-]{36}$/);
    expect(other).toBeUndefined();
  });

  it.each([true, false])('begins anew where Kibana has lost the conversation (as a stream: %s)', async (stream) => {
    const kibana = await kibanaWith();
    const planner = plannerOf(kibana, { stream });
    await planner.plan(request(), live());
    kibana.forget();
    const stressed = await planner.stress(request(), aPlan(), live());
    expect(parseStress(stressed.text, 'inc-002')).toMatchObject({ ok: true });
    expect(kibana.seen.map(({ status }) => status)).toEqual([200, 404, 200]);
  });

  it('begins anew where somebody else writes into the conversation', async () => {
    const kibana = await kibanaWith();
    const planner = plannerOf(kibana);
    await planner.plan(request(), live());
    kibana.trouble({ kind: 'refuse', status: 409, message: 'Conversation was updated by another request' });
    await planner.stress(request(), aPlan(), live());
    expect(kibana.accepted.map((body) => body.conversation_id === undefined)).toEqual([true, false, true]);
  });

  it('is asked to explain beside the conversation of the case, which goes on meanwhile', async () => {
    const kibana = await kibanaWith();
    const planner = plannerOf(kibana);
    await planner.plan(request(), live());
    const { text } = await planner.explain({ incident: anIncident(), plan: aPlan(), refusal: 'needs_override' }, live());
    expect(text).toContain('does not bear the action');
    expect(kibana.accepted.at(-1)?.conversation_id).toBeUndefined();
  });

  it.each([true, false])('tells each tool call, redacted and tied to the case (as a stream: %s)', async (stream) => {
    const kibana = await kibanaWith({
      brain: async (turn) => {
        await ask(turn, 'search_runbooks', { query: 'queue lag, password=hunter2-hunter2', service: 'billing-batch' });
        await turn.use('governor.no_such_tool', {});
        return { message: 'done' };
      },
    });
    const calls: ToolCall[] = [];
    const planner = plannerOf(kibana, {
      stream,
      onCall: (call) => void calls.push(call),
      hide: (text) => text.replace('lag', '[hidden]'),
    });
    await planner.plan(request(), live());
    expect(calls).toMatchObject([
      { tool: 'governor.search_runbooks', case_id: 'inc-002', outcome: 'answered', document_ids: ['rbk-batch-01'] },
      { tool: 'governor.no_such_tool', case_id: 'inc-002', outcome: 'failed', document_ids: [] },
    ]);
    expect(JSON.stringify(calls)).not.toContain('hunter2');
    expect(calls[0]?.arguments).toContain('[hidden]');
  });

  it('answers all the same where nobody can take the trace', async () => {
    const kibana = await kibanaWith();
    const planner = plannerOf(kibana, {
      onCall: () => {
        throw new Error('the disk is full');
      },
    });
    await expect(planner.plan(request(), live())).resolves.toMatchObject({ planner: 'agent-builder' });
  });

  it('says what the model was asked, where Kibana counts it, and nothing where it does not', async () => {
    const counted = await plannerOf(await kibanaWith()).plan(request(), live());
    expect(counted.usage).toEqual({
      model: 'incident-planner',
      calls: 2,
      input_tokens: 1_200,
      output_tokens: 340,
      estimated: false,
      cost_usd: null,
    });
    expect((await plannerOf(await kibanaWith({ usage: false })).plan(request(), live())).usage).toBeNull();
  });

  it('sends no value that this installation holds as a secret, and nothing that looks like one', async () => {
    const kibana = await kibanaWith({ brain: () => ({ message: 'ok' }) });
    const planner = plannerOf(kibana, { hide: (text) => text.replaceAll('swordfish-77', '[redacted]') });
    const summary = 'the queue lags since swordfish-77 was set as api_key=sk-live-4f9a8b7c6d5e4f3a2b1c0d9e';
    await planner.plan(request({ incident: anIncident({ summary }) }), live());
    expect(JSON.stringify(kibana.accepted)).not.toMatch(/swordfish|4f9a8b7c/);
  });
});
