import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runExperiment } from '../../src/scores/experiment.ts';
import { json, openStub, type Respond, raw, reset, type StubServer, silence } from '../outward/stub-server.ts';

let stub: StubServer;
beforeAll(async () => {
  stub = await openStub();
});
afterAll(() => stub.close());
const urls = () => ({ ddft: null, cdct: `${stub.url}/`, eect: stub.url });

describe('asking a service to measure a model', () => {
  test.each([
    ['cdct', { model: 'm', concepts: ['derivative'] }],
    ['eect', { model_name: 'm', concepts: ['derivative'] }],
  ] as const)('%s is asked in its own words, once', async (framework, body) => {
    stub.seen.length = 0;
    stub.respond(json(200, { status: 'started', model: 'm', message: 'queued' }));
    const answer = await runExperiment({ urls: urls() }, { framework, model: 'm', concepts: ['derivative'] });
    expect(answer).toEqual({ ok: true, status: 'started', message: 'queued' });
    expect(stub.seen.map(({ method, path, body: sent }) => ({ method, path, sent: JSON.parse(sent) }))).toEqual([
      { method: 'POST', path: '/run_experiment', sent: body },
    ]);
  });

  test('an unknown model is a refusal in the service’s words', async () => {
    stub.respond(json(400, { detail: 'no model `m`' }));
    expect(await runExperiment({ urls: urls() }, { framework: 'cdct', model: 'm' })).toEqual({
      ok: false,
      refusal: 'unknown_model',
      message: 'no model `m`',
    });
  });

  test('a service that is not configured is a refusal', async () => {
    expect(await runExperiment({ urls: urls() }, { framework: 'ddft', model: 'm' })).toMatchObject({ refusal: 'not_configured' });
  });

  test.each<[string, Respond]>([
    ['500', json(500, {})],
    ['an error with status 200', json(200, { status: 'error', message: 'no key' })],
    ['a page', raw(200, '<html>')],
    ['a broken connection', reset],
    ['silence', silence],
  ])('%s is a fault, because it is not known whether it began', async (_what, respond) => {
    stub.respond(respond);
    await expect(runExperiment({ urls: urls(), timeoutMs: 100 }, { framework: 'eect', model: 'm' })).rejects.toMatchObject({
      code: 'score_service_failed',
    });
  });
});
