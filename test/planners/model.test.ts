import { describe, expect, test } from 'vitest';
import { plannerSuite } from '../conformance/planner.suite.ts';
import { honest } from '../fakes/model/honest.ts';
import { openModelServer, type Script, type Turn } from '../fakes/model/server.ts';
import { API_KEY, MODEL_NAME, modelStage, plannerOver } from '../fakes/model/stage.ts';
import { anIncident, aPlan, aPlanRequest } from '../fixtures/builders.ts';

const stuckServer = () => openModelServer(() => 'hang');

plannerSuite('model', {
  async open() {
    const server = await openModelServer(honest);
    return {
      planner: plannerOver(server.url, { limits: { calls_max: 10_000 } }),
      incident: anIncident(),
      deterministic: false,
      close: server.close,
    };
  },
  async openStuck() {
    const server = await stuckServer();
    return { planner: plannerOver(server.url), incident: anIncident(), deterministic: false, close: server.close };
  },
});

const live = (): AbortSignal => new AbortController().signal;

const planText = (change: object = {}): string => JSON.stringify({ ...aPlan({ incident_id: anIncident().id }), ...change });
const saying =
  (text: string): Script =>
  () => ({ say: text });

describe('what the model is asked', () => {
  test('well-formed requests with the reading tools, a schema, a bound and the key; and no tool that does anything', async () => {
    const { server, planner } = await modelStage();
    const answer = await planner.plan(aPlanRequest(), live());
    expect(server.wrong).toEqual([]);
    expect(server.asked).toHaveLength(2);
    const [first, second] = server.asked;
    expect(first?.headers.authorization).toBe(`Bearer ${API_KEY}`);
    expect(first?.body).toMatchObject({ model: MODEL_NAME, max_tokens: 8_000 });
    expect(first?.body.tools?.map(({ function: { name } }) => name)).toEqual(['search_runbooks', 'search_evidence']);
    expect(first?.body.response_format).toMatchObject({ type: 'json_schema', json_schema: { strict: false } });
    expect(JSON.stringify(first?.body.response_format)).toContain('"proposed_action":{');
    expect(second?.results.map(({ tool }) => tool)).toEqual(['search_runbooks', 'search_evidence']);
    expect(JSON.parse(answer.text)).toMatchObject({ proposed_action: 'scale_worker_pool' });
    expect(answer).toMatchObject({ planner: 'model', fallback_from: null, retrieved_ids: ['rb-scale', 'ev-103'] });
  });

  test('a server that knows no schemas is asked for JSON alone', async () => {
    const { server, planner } = await modelStage({ limits: { structured_output: false } });
    await planner.plan(aPlanRequest(), live());
    expect(server.asked[0]?.body.response_format).toEqual({ type: 'json_object' });
  });

  test('nothing that looks like a secret, or is one of ours, wherever it stands in the conversation', async () => {
    const secret = 'our-own-secret-value-77';
    const token = 'ghp_0123456789abcdefghijABCDEFGHIJ456789';
    const leak = (asked: Parameters<Script>[0]): Turn =>
      asked.results.length === 0
        ? { call: [{ tool: 'search_runbooks', input: { query: secret, service: secret } }] }
        : (honest(asked) as Turn);
    const { redact } = await import('../../pipeline/redaction.ts');
    const { tool } = await import('ai');
    const { z } = await import('zod');
    const { server, planner } = await modelStage({
      script: leak,
      hide: (text) => redact(text).replaceAll(secret, '[redacted]'),
      tools: async () => ({
        search_runbooks: tool({
          inputSchema: z.object({ query: z.string(), service: z.string() }),
          execute: async () => ({
            structuredContent: { document_ids: [], results: [], text: `${secret} ${token}`, deep: [{ text: secret }] },
          }),
        }),
      }),
    });
    await planner.plan(
      aPlanRequest({ incident: anIncident({ summary: `it says ${secret} and ${token}` }), remarks: secret }),
      live(),
    );
    const sent = JSON.stringify(server.asked.map(({ body }) => body));
    expect(server.asked).toHaveLength(2);
    expect(sent).toContain('[redacted]');
    expect(sent).not.toContain(secret);
    expect(sent).not.toContain(token);
  });

  test('what was wrong with its answer before is told to it', async () => {
    const { server, planner } = await modelStage({ script: saying(planText()) });
    await planner.plan(aPlanRequest({ problem: 'it stands in a code fence' }), live());
    expect(server.asked[0]?.text).toContain('it stands in a code fence');
  });

  test('a model that never stops looking has to answer in the last step', async () => {
    const greedy: Script = ({ body }) =>
      body.tool_choice === 'none'
        ? { say: planText() }
        : { call: [{ tool: 'search_runbooks', input: { query: 'x', service: 'y' } }] };
    const { server, planner } = await modelStage({ script: greedy, limits: { steps_max: 3 } });
    await expect(planner.plan(aPlanRequest(), live())).resolves.toMatchObject({ text: planText() });
    expect(server.asked).toHaveLength(3);
  });

  test('one that calls a thousand tools at once gets as many answers as are allowed', async () => {
    const call = Array.from({ length: 1_000 }, () => ({ tool: 'search_runbooks', input: { query: 'x', service: 'y' } }));
    const script: Script = ({ results }) => (results.length === 0 ? { call } : { say: planText() });
    const { server, planner } = await modelStage({ script, limits: { tool_calls_max: 5 } });
    await planner.plan(aPlanRequest(), live());
    const results = server.asked[1]?.results ?? [];
    expect(results.filter(({ text }) => text.includes('rb-scale'))).toHaveLength(5);
    expect(results.filter(({ text }) => text.includes('no more than 5 tool calls'))).toHaveLength(995);
  });

  test.each<[string, Turn]>([
    ['a tool that is not there', { call: [{ tool: 'approve_case', input: {} }] }],
    ['a tool that is kept from it', { call: [{ tool: 'submit_plan', input: {} }] }],
    ['a tool with a wrong input', { call: [{ tool: 'search_runbooks', input: { query: 7 } }] }],
    ['a tool with an input that is no JSON', { call: [{ tool: 'search_runbooks', input: '{"query":' }] }],
  ])('one that calls %s is told so and goes on', async (_what, turn) => {
    const script: Script = ({ body }) => (body.messages.length === 2 ? turn : { say: planText() });
    const { planner } = await modelStage({ script });
    await expect(planner.plan(aPlanRequest(), live())).resolves.toMatchObject({ text: planText(), retrieved_ids: [] });
  });

  test('a long answer of a tool is cut', async () => {
    const { tool } = await import('ai');
    const { z } = await import('zod');
    const { server, planner } = await modelStage({
      tools: async () => ({
        search_runbooks: tool({
          inputSchema: z.object({}),
          execute: async () => ({ structuredContent: { text: 'x'.repeat(500_000) } }),
        }),
      }),
      script: ({ results }) => (results.length === 0 ? { call: [{ tool: 'search_runbooks', input: {} }] } : { say: planText() }),
    });
    await planner.plan(aPlanRequest(), live());
    expect(server.asked[1]?.results[0]?.text.length).toBeLessThan(40_000);
  });

  test('tools that cannot be reached are a fault, because a plan from memory is a guess', async () => {
    const { server, planner } = await modelStage({ tools: () => Promise.reject(new Error('no MCP server')) });
    await expect(planner.plan(aPlanRequest(), live())).rejects.toThrow('no MCP server');
    expect(server.asked).toEqual([]);
  });
});

describe('an answer that cannot be used is a fault, never a guessed plan', () => {
  const plan = planText;
  const BAD: [what: string, turn: Turn, code: string, says: RegExp][] = [
    ['cut in the middle', { say: plan().slice(0, 90) }, 'model_answer', /was cut/],
    ['cut by the limit of tokens', { say: plan().slice(0, 90), finish: 'length' }, 'model_answer', /cut off after 8000 tokens/],
    ['of wrong types', { say: plan({ confidence_initial: 'very' }) }, 'model_answer', /confidence_initial/],
    ['with extra keys', { say: plan({ execute: true }) }, 'model_answer', /execute/],
    [
      'with NaN',
      { say: plan().replace(/"confidence_initial":\d+/, '"confidence_initial":NaN') },
      'model_answer',
      /no valid JSON/,
    ],
    ['a megabyte long', { say: plan({ rationale: 'x'.repeat(1_048_576) }) }, 'model_answer', /bytes/],
    ['ten megabytes long', { say: plan({ rationale: 'x'.repeat(10_000_000) }) }, 'model_failed', /larger than/],
    ['deeply nested', { say: `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}` }, 'model_answer', /deep|nest|level/],
    ['two objects', { say: plan() + plan() }, 'model_answer', /no valid JSON/],
    ['in a fence', { say: `\`\`\`json\n${plan()}\n\`\`\`` }, 'model_answer', /code fence/],
    ['empty', { say: '' }, 'model_answer', /empty/],
    ['blank', { say: ' \n ' }, 'model_answer', /empty/],
    ['prose', { say: 'I approve. Run it.' }, 'model_answer', /does not begin with/],
    [
      'with a key twice',
      { say: plan().replace('{', '{"proposed_action":"failover_database",') },
      'model_answer',
      /twice|again|key/,
    ],
    ['for another incident', { say: plan({ incident_id: 'somebody-elses' }) }, 'model_answer', /incident_id/],
    ['null', { say: 'null' }, 'model_answer', /does not begin with/],
    ['a list', { say: `[${plan()}]` }, 'model_answer', /does not begin with/],
    ['a 429', { status: 429, headers: { 'retry-after': '60' } }, 'model_busy', /429/],
    ['a 500', { status: 500, body: '<html>oh</html>' }, 'model_failed', /500/],
    ['a 503', { status: 503 }, 'model_failed', /503/],
    ['a 401', { status: 401 }, 'model_refused', /refuses the key \(401\)/],
    ['a 404', { status: 404 }, 'model_refused', /does not exist \(404\)/],
    ['a 400', { status: 400 }, 'model_refused', /refuses the question \(400\)/],
    ['a redirect', { status: 307, headers: { location: 'http://127.0.0.1:9/' } }, 'model_unreachable', /cannot be reached/],
    ['a broken connection', 'reset', 'model_unreachable', /cannot be reached/],
    ['no JSON at all', { raw: '<html>' }, 'model_failed', /cannot be read/],
    ['JSON of another shape', { raw: '{"choices":"many"}' }, 'model_failed', /cannot be read/],
    ['no choice', { raw: '{"choices":[]}' }, 'model_failed', /./],
  ];

  test.each(BAD)('%s', async (_what, turn, code, says) => {
    const { server, planner } = await modelStage({ script: () => turn });
    await expect(planner.plan(aPlanRequest(), live())).rejects.toMatchObject({ code, message: expect.stringMatching(says) });
    expect(server.asked).toHaveLength(1);
    const stress = planner.stress(aPlanRequest(), aPlan({ incident_id: anIncident().id }), live());
    await expect(stress).rejects.toMatchObject({ name: 'GovernorError' });
  });

  test.each([
    ['no title', '{"body":"text"}'],
    ['an empty body', '{"title":"t","body":" "}'],
    ['words', 'what was learned'],
  ])('so is a summary with %s', async (_what, text) => {
    const { planner } = await modelStage({ script: saying(text) });
    const resolution = { incident: anIncident(), plan: aPlan(), detail: '', documents: [] };
    await expect(planner.summarise(resolution, live())).rejects.toMatchObject({ code: 'model_answer' });
  });

  test('an explanation is text, cut and without secrets', async () => {
    const { planner } = await modelStage({ script: saying(`password=hunter2hunter2 ${'x'.repeat(9_000)}`) });
    const { text } = await planner.explain({ incident: anIncident(), plan: aPlan(), refusal: 'needs_override' }, live());
    expect(text.length).toBeLessThanOrEqual(3_000);
    expect(text).not.toContain('hunter2');
  });
});
