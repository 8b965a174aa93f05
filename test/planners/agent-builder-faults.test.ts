import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Planner } from '../../pipeline/ports.ts';
import { listen } from '../../src/http/server.ts';
import { type AgentBuilderParts, createAgentBuilder } from '../../src/planners/agent-builder/agent-builder.ts';
import { type FakeKibana, type FakeOptions, openFakeKibana } from '../fakes/kibana/fake-kibana.ts';
import type { Trouble } from '../fakes/kibana/trouble.ts';
import { anIncident, aPlan, NOW } from '../fixtures/builders.ts';
import { waitFor } from '../fixtures/wait.ts';
import { silentLog } from '../outward/silent-log.ts';

const clock = { now: () => NOW };
const request = { incident: anIncident(), actions: [], problem: null, remarks: null };
const live = (): AbortSignal => new AbortController().signal;
const WAYS = [true, false];

const plannerOf = (kibana: Pick<FakeKibana, 'url' | 'apiKey' | 'agentId'>, change: Partial<AgentBuilderParts> = {}): Planner =>
  createAgentBuilder({ kibana, clock, timeoutMs: 5_000, log: silentLog, hide: (text) => text, ...change });

async function kibanaWith(options: FakeOptions = {}): Promise<FakeKibana> {
  const kibana = await openFakeKibana({ brain: () => ({ message: 'fine' }), ...options });
  onTestFinished(() => kibana.close());
  return kibana;
}

describe.each(WAYS)('a Kibana that refuses (as a stream: %s)', (stream) => {
  it.each<[status: number, message: string, code: string, says: RegExp]>([
    [400, '[request body.input]: expected value of type [string]', 'kibana_refused', /expected value of type/],
    [401, '[security_exception]: unable to authenticate', 'kibana_unauthorized', /KIBANA_API_KEY/],
    [403, 'Invalid license level. Agent Builder APIs require an Enterprise license or higher.', 'kibana_forbidden', /licen[cs]e/],
    [403, 'API [POST /api/agent_builder/converse] is unauthorized for user', 'kibana_forbidden', /right to use Agent Builder/],
    [404, 'Agent incident-planner not found', 'kibana_no_agent', /AGENT_ID/],
    [404, 'Conversation 123 not found', 'kibana_no_conversation', /conversation/],
    [404, 'Tool governor.x not found', 'kibana_no_tool', /tool/],
    [404, 'Not Found', 'kibana_not_found', /KIBANA_URL/],
    [408, 'Request Time-out', 'kibana_timed_out', /no answer in time/],
    [409, 'Conversation was updated', 'kibana_conflict', /another request/],
    [413, 'Payload content length greater than maximum', 'kibana_refused', /Payload/],
    [418, 'I am a teapot', 'kibana_refused', /teapot/],
    [429, 'Rate limit of the provider exceeded', 'kibana_busy', /too often/],
    [500, 'Error executing agent: context length exceeded', 'kibana_failed', /context length/],
    [502, 'Bad Gateway', 'kibana_away', /KIBANA_URL/],
    [503, 'Kibana server is not ready yet', 'kibana_away', /not ready/],
    [504, 'Gateway Time-out', 'kibana_timed_out', /no answer in time/],
  ])('%i `%s` is a fault of its own with its sentence', async (status, message, code, says) => {
    const kibana = await kibanaWith();
    kibana.trouble({ kind: 'refuse', status, message }, 3);
    await expect(plannerOf(kibana, { stream }).plan(request, live())).rejects.toMatchObject({
      code,
      message: expect.stringMatching(says),
    });
  });

  it('says the status where a proxy answers with a page, and repeats no secret of what was said', async () => {
    const kibana = await kibanaWith();
    kibana.trouble({ kind: 'refuse', status: 500, message: '', body: '<html>oops</html>' });
    await expect(plannerOf(kibana, { stream }).plan(request, live())).rejects.toThrow('status 500');
    kibana.trouble({ kind: 'refuse', status: 400, message: `bad token=ghp_${'a1B2'.repeat(9)} in header` });
    await expect(plannerOf(kibana, { stream }).plan(request, live())).rejects.not.toThrow(/ghp_a1B2/);
  });

  it('does not follow a redirect with the key in hand', async () => {
    const elsewhere: string[] = [];
    const thief = await listen({
      port: 0,
      host: '127.0.0.1',
      handlers: [
        async (req, res) => {
          elsewhere.push(req.headers.authorization ?? '');
          res.end('{}');
          return true;
        },
      ],
    });
    onTestFinished(() => thief.close(0));
    const kibana = await kibanaWith();
    kibana.trouble({ kind: 'refuse', status: 307, message: '', headers: { location: thief.url } });
    await expect(plannerOf(kibana, { stream }).plan(request, live())).rejects.toMatchObject({ code: 'kibana_away' });
    expect(elsewhere).toEqual([]);
  });

  it('is told apart from a Kibana with another key or another agent', async () => {
    const kibana = await kibanaWith();
    const asked = (change: object) => plannerOf({ ...kibana, ...change }, { stream }).plan(request, live());
    await expect(asked({ apiKey: 'wrong' })).rejects.toMatchObject({ code: 'kibana_unauthorized' });
    await expect(asked({ agentId: 'somebody-else' })).rejects.toMatchObject({ code: 'kibana_no_agent' });
    await expect(asked({ url: `${kibana.url}/s/nowhere` })).rejects.toMatchObject({ code: 'kibana_not_found' });
  });
});

describe('an error within the stream', () => {
  it.each([
    ['internalError', 'kibana_failed'],
    ['badRequest', 'kibana_refused'],
    ['forbidden', 'kibana_forbidden'],
    ['toolNotFound', 'kibana_no_tool'],
    ['skillNotFound', 'kibana_no_tool'],
    ['agentNotFound', 'kibana_no_agent'],
    ['agentUnavailable', 'kibana_no_agent'],
    ['conversationNotFound', 'kibana_no_conversation'],
    ['conversationWriteConflict', 'kibana_conflict'],
    ['conversationAlreadyExists', 'kibana_conflict'],
    ['agentExecutionError', 'kibana_agent_failed'],
    ['requestAborted', 'kibana_aborted'],
    ['hookExecutionError', 'kibana_agent_failed'],
    ['workflowAborted', 'kibana_aborted'],
    ['workflowExecutionFailed', 'kibana_agent_failed'],
    ['somethingNewIn97', 'kibana_failed'],
    ['constructor', 'kibana_failed'],
    ['', 'kibana_failed'],
  ])('of the code `%s` is the fault %s', async (said, code) => {
    const kibana = await kibanaWith();
    kibana.trouble({ kind: 'error_event', code: said, message: 'it went wrong' }, 2);
    const failing = plannerOf(kibana).plan(request, live());
    await expect(failing).rejects.toMatchObject({ code, message: expect.stringContaining('it went wrong') });
  });
});

describe.each(WAYS)('an answer that is none (as a stream: %s)', (stream) => {
  it.each<[what: string, trouble: Trouble, code: RegExp]>([
    ['a line that breaks', { kind: 'cut' }, /kibana_cut/],
    ['an end before the end of the round', { kind: 'ends_early' }, /kibana_cut/],
    ['a connection that is reset', { kind: 'reset' }, /kibana_away/],
    ['nothing at all', { kind: 'raw', body: '' }, /kibana_cut/],
    ['a page of a proxy', { kind: 'raw', body: '<html>login</html>' }, /kibana_cut/],
    ['JSON of another shape', { kind: 'raw', body: '{"steps":"none"}' }, /kibana_(?:cut|unreadable)/],
    [
      'a round of another shape',
      { kind: 'raw', body: 'event: round_complete\ndata: {"data":{"round":{"response":7}}}\n\n' },
      /kibana_(?:cut|unreadable)/,
    ],
    ['a flood', { kind: 'flood' }, /kibana_too_large/],
  ])('%s is a fault, never a plan', async (_what, trouble, code) => {
    const kibana = await kibanaWith();
    kibana.trouble(trouble, 2);
    await expect(plannerOf(kibana, { stream }).plan(request, live())).rejects.toMatchObject({
      code: expect.stringMatching(code),
    });
  });

  it.each<[what: string, trouble: Trouble]>([
    ['silence', { kind: 'hang' }],
    ['half an answer and then silence', { kind: 'stall' }],
  ])('%s ends at the time limit', async (_what, trouble) => {
    const kibana = await kibanaWith();
    kibana.trouble(trouble);
    await expect(plannerOf(kibana, { stream, timeoutMs: 60 }).plan(request, live())).rejects.toMatchObject({
      code: 'kibana_timed_out',
      message: expect.stringContaining('0.06 s'),
    });
  });

  it('an agent that ends without a word has made no plan', async () => {
    const kibana = await kibanaWith({ brain: () => ({ message: '  ' }) });
    await expect(plannerOf(kibana, { stream }).plan(request, live())).rejects.toMatchObject({ code: 'kibana_silent' });
  });

  it('what the agent structured counts where it wrote nothing', async () => {
    const kibana = await kibanaWith({ brain: () => ({ structured: { proposed_action: 'scale_worker_pool' } }) });
    expect((await plannerOf(kibana, { stream }).plan(request, live())).text).toBe('{"proposed_action":"scale_worker_pool"}');
  });

  it('the next question is asked in a new conversation after any fault', async () => {
    const kibana = await kibanaWith();
    const planner = plannerOf(kibana, { stream });
    await planner.plan(request, live());
    kibana.trouble({ kind: 'cut' });
    await expect(planner.stress(request, aPlan(), live())).rejects.toThrow();
    await planner.stress(request, aPlan(), live());
    expect(kibana.accepted.map((body) => body.conversation_id === undefined)).toEqual([true, false, true]);
  });
});

it('a Kibana that is not there is a fault that says where to look', async () => {
  const kibana = await openFakeKibana();
  await kibana.close();
  await expect(plannerOf(kibana).plan(request, live())).rejects.toMatchObject({
    code: 'kibana_away',
    message: expect.stringMatching(/KIBANA_URL.*ECONNREFUSED/),
  });
});

it('a stream is read whatever it calls itself, cut anywhere, with padding in front', async () => {
  const kibana = await kibanaWith({ brain: () => ({ message: 'zusätzliche Worker ✅ 漢字' }) });
  kibana.trouble({ kind: 'octets' });
  expect((await plannerOf(kibana).plan(request, live())).text).toBe('zusätzliche Worker ✅ 漢字');
});

describe('a question that is given up', () => {
  const stuck = (): FakeOptions => ({
    brain: async ({ signal }) => {
      await sleep(30_000, undefined, { signal }).catch(() => undefined);
      return { message: 'too late' };
    },
  });

  it.each((['9.3', '9.4', '9.5', '9.6'] as const).flatMap((version) => WAYS.map((stream) => ({ version, stream }))))(
    'ends the run in Kibana $version too (as a stream: $stream)',
    async ({ version, stream }) => {
      const kibana = await kibanaWith({ ...stuck(), version });
      const asking = new AbortController();
      const answer = plannerOf(kibana, { stream }).plan(request, asking.signal);
      answer.catch(() => undefined);
      await waitFor('the run to begin', () => kibana.running() === 1);
      asking.abort(new Error('nobody waits any more'));
      await expect(answer).rejects.toThrow('nobody waits any more');
      await waitFor('the run to end', () => kibana.running() === 0, { limitMs: 5_000 });
      expect(kibana.ended.length).toBe(version >= '9.5' ? 1 : 0);
    },
  );

  it('before it was asked is never asked', async () => {
    const kibana = await kibanaWith();
    await expect(plannerOf(kibana).plan(request, AbortSignal.abort(new Error('no')))).rejects.toThrow('no');
    expect(kibana.seen).toEqual([]);
  });
});
