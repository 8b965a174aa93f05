import { describe, expect, test } from 'vitest';
import { anEvidence, aPolicy, aRunbook, figures, SERVICE } from '../fixtures/builders.ts';
import { answered, called, HELD_SECRET, mcpStage, refused } from './stage.ts';

const KEY_LIKE = 'ghp_0123456789abcdefghijklmnopqrstuvwxyzAB';
const HUGE = 'lag '.repeat(200_000);

describe('search_runbooks and search_evidence', () => {
  test('the best come first, with ids, stance and the actions they are about', async () => {
    const far = anEvidence({
      id: 'ev-2',
      stance: 'contradict',
      actions: ['restart_api_pods'],
      text: 'The worker pool was not slow at all.',
    });
    const { client } = await mcpStage({ documents: [anEvidence(), far, aRunbook()] });
    const found = await answered(client, 'search_evidence', {
      query: 'scaling the worker pool cleared the backlog',
      service: SERVICE,
    });
    expect(found.document_ids).toEqual(['ev-103', 'ev-2']);
    expect(found.results).toMatchObject([
      { id: 'ev-103', stance: 'support' },
      { stance: 'contradict', actions: ['restart_api_pods'] },
    ]);
  });

  test('a learned runbook says that nobody has accepted it', async () => {
    const learned = aRunbook({ id: 'rb-learned', status: 'learned' });
    const { client } = await mcpStage({ documents: [aRunbook({ id: 'rb-good' }), learned] });
    const { results } = await answered(client, 'search_runbooks', { query: 'billing queue worker pool', service: SERVICE });
    expect(results).toMatchObject([
      { id: 'rb-good', accepted: true },
      { id: 'rb-learned', accepted: false },
    ]);
  });

  test('other services stay out, and fewer come where fewer are wanted', async () => {
    const many = ['a', 'b', 'c'].map((id) => anEvidence({ id }));
    const { client } = await mcpStage({ documents: [...many, anEvidence({ id: 'd', service: 'other-api' })] });
    const asked = { query: 'worker pool backlog', service: SERVICE };
    expect((await answered(client, 'search_evidence', asked)).document_ids).toHaveLength(3);
    expect((await answered(client, 'search_evidence', { ...asked, limit: 2 })).document_ids).toHaveLength(2);
  });

  test('of a long text the beginning and the passage that was asked for are given', async () => {
    const body = `Start here. ${'Nothing of note. '.repeat(5_000)} The zookeeper quorum must be whole. ${'More. '.repeat(5_000)}`;
    const { client } = await mcpStage({ documents: [aRunbook({ body })] });
    const { results } = await answered(client, 'search_runbooks', { query: 'zookeeper quorum', service: SERVICE });
    const [{ text, cut }] = results as [{ text: string; cut: boolean }];
    expect(cut).toBe(true);
    expect(text.length).toBeLessThan(4_100);
    expect(text).toMatch(/^Start here\./);
    expect(text).toContain('The zookeeper quorum must be whole.');
  });

  test('a secret in a document does not come out, whichever it is', async () => {
    const text = `Scaling the worker pool worked; log in with ${KEY_LIKE} or ${HELD_SECRET}.`;
    const { client } = await mcpStage({
      documents: [anEvidence({ text }), aRunbook({ title: `Key ${HELD_SECRET}`, body: text })],
    });
    for (const name of ['search_evidence', 'search_runbooks']) {
      const { said } = await called(client, name, { query: 'worker pool', service: SERVICE });
      expect(JSON.stringify(said)).toContain('[redacted]');
      expect(JSON.stringify(said)).not.toMatch(/ghp_|held-by-this/);
    }
  });
});

describe('check_policy_conflicts', () => {
  const asked = { service: SERVICE, action: 'scale_worker_pool', severity: 'high' };
  const policy = aPolicy({
    id: 'pol-1',
    service: '*',
    blocked_actions: ['scale_worker_pool'],
    severities: ['high'],
    rule: `Not now, ${KEY_LIKE}.`,
  });

  test('names what forbids the action now, with its rule redacted', async () => {
    const { client } = await mcpStage({ documents: [policy] });
    const found = await answered(client, 'check_policy_conflicts', asked);
    expect(found).toMatchObject({
      document_ids: ['pol-1'],
      action_id: 'scale_worker_pool',
      conflicts: [{ id: 'pol-1', absolute: false }],
    });
    expect(JSON.stringify(found)).not.toContain('ghp_');
  });

  test('an alias means its action, another severity is another matter, and an unknown action is called unknown', async () => {
    const { client } = await mcpStage({ documents: [policy] });
    const alias = await answered(client, 'check_policy_conflicts', { ...asked, action: 'scale out the workers' });
    expect(alias).toMatchObject({ action_id: 'scale_worker_pool', document_ids: ['pol-1'] });
    expect((await answered(client, 'check_policy_conflicts', { ...asked, severity: 'low' })).document_ids).toEqual([]);
    const unknown = await answered(client, 'check_policy_conflicts', { ...asked, action: 'rm -rf /' });
    expect(unknown).toMatchObject({ action_id: null, action_refusal: 'not_in_the_catalogue' });
  });
});

describe('query_live_logs', () => {
  test('gives the figures of the window up to now, and lines that may be cited', async () => {
    const seen: unknown[] = [];
    const stage = await mcpStage({
      mcp: {
        telemetry: {
          figures: async (service, window) => {
            seen.push({ service, window });
            return figures({
              sample_ids: ['log:1', 'log:2'],
              top_errors: [{ status: 500, path: `/pay?token=${KEY_LIKE}`, count: 3 }],
            });
          },
          logLine: async (id) => ({
            id,
            service: SERVICE,
            at: '2026-11-22T10:00:00.000Z',
            status: 500,
            path: '/pay',
            text: `${HELD_SECRET} ${HUGE}`.slice(0, 10_000),
          }),
        },
      },
    });
    const found = await answered(stage.client, 'query_live_logs', { service: SERVICE, window_s: 60 });
    expect(found).toMatchObject({ known: true, document_ids: ['log:1', 'log:2'], lines: [{ id: 'log:1' }, { id: 'log:2' }] });
    expect(JSON.stringify(found)).not.toMatch(/ghp_|held-by-this/);
    expect(JSON.stringify(found).length).toBeLessThan(4_000);
    const now = stage.clock.now();
    expect(seen).toEqual([
      { service: SERVICE, window: { from: new Date(now - 60_000).toISOString(), to: new Date(now).toISOString() } },
    ]);
  });

  test('a service without telemetry is unknown, and no figure of it is zero', async () => {
    const stage = await mcpStage();
    stage.world.figures = null;
    const found = await answered(stage.client, 'query_live_logs', { service: SERVICE });
    expect(found).toMatchObject({ known: false, requests: null, errors: null, error_rate: null, document_ids: [] });
  });

  test('telemetry that fails is a failure, not an empty answer', async () => {
    const stage = await mcpStage();
    stage.world.fault = new Error(`no route to https://user:${HELD_SECRET}@telemetry`);
    const error = await refused(stage.client, 'query_live_logs', { service: SERVICE });
    expect(error.code).toBe('internal');
    expect(error.message).not.toContain('held-by-this');
    expect(stage.lines()).toMatchObject([{ outcome: 'failed', error_code: 'internal' }]);
  });
});

describe('the scores of a model', () => {
  const unknown = { value: null, source: 'unknown' };

  test('where nothing is known, every figure says so and none is zero', async () => {
    const { client } = await mcpStage();
    expect(await answered(client, 'ddft_score', { model: 'gpt-5.4' })).toEqual({
      document_ids: [],
      model: 'gpt-5.4',
      comprehension_integrity: unknown,
      hoc: unknown,
    });
    expect(await answered(client, 'cdct_score', { model: 'x' })).toMatchObject({ u_curve_magnitude: unknown });
    expect(await answered(client, 'eect_score', { model: 'x' })).toMatchObject({ ecs: unknown, act_rate: unknown });
  });

  test('the profile joins the three, each with its source', async () => {
    const measured = { value: 0.75, source: 'measured' } as const;
    const published = { value: 0, source: 'published' } as const;
    const scores = {
      ddft: async () => ({ comprehension_integrity: measured, hoc: published }),
      cdct: async () => ({ u_curve_magnitude: measured, constraint_compliance: measured }),
      eect: async () => ({ ecs: published, act_rate: measured }),
    };
    const { client } = await mcpStage({ mcp: { scores } });
    expect(await answered(client, 'reliability_profile', { model: 'gpt-5.4' })).toMatchObject({
      ddft: { comprehension_integrity: measured, hoc: published },
      cdct: { u_curve_magnitude: measured },
      eect: { ecs: published },
    });
  });
});

describe('inputs that are wrong', () => {
  const good: Record<string, Record<string, unknown>> = {
    search_runbooks: { query: 'queue', service: SERVICE },
    search_evidence: { query: 'queue', service: SERVICE },
    check_policy_conflicts: { service: SERVICE, action: 'scale_worker_pool', severity: 'low' },
    query_live_logs: { service: SERVICE },
    ddft_score: { model: 'm' },
    cdct_score: { model: 'm' },
    eect_score: { model: 'm' },
    reliability_profile: { model: 'm' },
    get_case: { case_id: 'inc-1' },
  };

  test.each(Object.entries(good))(
    '%s refuses nothing, strangers among the fields, other types and huge texts',
    async (name, input) => {
      const { client } = await mcpStage();
      const wrong: (Record<string, unknown> | undefined)[] = [
        undefined,
        { ...input, approve: true },
        ...Object.keys(input).flatMap((key) => [
          { ...input, [key]: 7 },
          { ...input, [key]: null },
          { ...input, [key]: HUGE },
          { ...input, [key]: '' },
        ]),
      ];
      for (const one of wrong) expect((await refused(client, name, one)).code).toBe('invalid_input');
    },
  );

  test.each(['../../etc/passwd', 'billing batch', '*', "x'; DROP TABLE cases; --", '<!channel>', 'a'.repeat(101)])(
    'a service called %j is refused before anything is asked',
    async (service) => {
      const { client } = await mcpStage();
      expect((await refused(client, 'search_evidence', { query: 'x', service })).code).toBe('invalid_input');
    },
  );

  test('what an error repeats of the input holds no secret and stays short', async () => {
    const { client } = await mcpStage();
    const input = {
      query: 'x',
      service: SERVICE,
      [KEY_LIKE]: 1,
      [HELD_SECRET]: 2,
      ...Object.fromEntries(Array.from({ length: 200 }, (_unused, n) => [`k${n}`, n])),
    };
    const { message } = await refused(client, 'search_evidence', input);
    expect(message).not.toMatch(/ghp_|held-by-this/);
    expect(message.length).toBeLessThanOrEqual(1_000);
  });

  test('queries full of signs find nothing or something, and never fail', async () => {
    const { client } = await mcpStage();
    for (const query of ['"*" OR NEAR(', '\u0000\u0007', '🔥'.repeat(1_000), "') OR 1=1 --", '{"$where":1}', '\ud800'])
      expect(await answered(client, 'search_runbooks', { query, service: SERVICE })).toHaveProperty('results');
  });

  test('a store that never answers is given up, and the caller is told', async () => {
    const never = new Promise<never>(() => undefined);
    const library = { searchRunbooks: () => never, searchEvidence: () => never, policies: () => never };
    const { client } = await mcpStage({ mcp: { library, timeoutMs: 50 } });
    expect((await refused(client, 'search_runbooks', { query: 'x', service: SERVICE })).code).toBe('timed_out');
  });
});
