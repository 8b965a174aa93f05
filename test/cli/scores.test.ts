import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { json, openStub, type StubServer } from '../outward/stub-server.ts';
import { aFolder, governor } from './governor.ts';

let stub: StubServer;
beforeAll(async () => {
  stub = await openStub();
});
afterAll(() => stub.close());

const run = (args: string[], env: Record<string, string> = {}) =>
  governor(['scores', ...args], { env: { GOVERNOR_HOME: aFolder(), ...env } });

describe('what is known of a model', () => {
  test('of a model that nobody knows every figure is unknown, never zero, and that is bad news', async () => {
    const { code, out } = await run(['show', 'nobody-knows-this', '--json']);
    expect(code).toBe(1);
    const { readings } = JSON.parse(out);
    expect(readings.map(({ framework, source }: { framework: string; source: string }) => [framework, source])).toEqual([
      ['ddft', 'unknown'],
      ['cdct', 'unknown'],
      ['eect', 'unknown'],
    ]);
    const figures = readings.flatMap((one: { figures: object }) => Object.values(one.figures));
    expect(figures.length).toBeGreaterThan(3);
    expect(figures).toEqual(figures.map(() => ({ value: null, source: 'unknown' })));
  });

  test('a figure that a service measured is shown with its source', async () => {
    stub.respond(json(200, { CI: 0.82, status: 'ok' }));
    const { code, out } = await run(['show', 'm'], { SCORES_DDFT_URL: stub.url });
    expect(code).toBe(0);
    expect(out).toContain('comprehension_integrity  0.82  measured');
  });
});

describe('having a model measured', () => {
  test('the service is asked once, and its word is shown', async () => {
    stub.seen.length = 0;
    stub.respond(json(200, { status: 'started', message: 'queued' }));
    const { code, out } = await run(['measure', 'cdct', 'm', '--concepts', 'derivative, limit'], { SCORES_CDCT_URL: stub.url });
    expect({ code, out }).toEqual({ code: 0, out: 'cdct of m: started\n  queued\n' });
    expect(stub.seen.map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
      ['/run_experiment', { model: 'm', concepts: ['derivative', 'limit'] }],
    ]);
  });

  test('where no service is configured that is bad news, and a framework nobody knows is wrong usage', async () => {
    expect((await run(['measure', 'eect', 'm'])).code).toBe(1);
    expect((await run(['measure', 'iq', 'm'])).code).toBe(2);
    expect((await run(['show', 'm', 'n'])).code).toBe(2);
  });
});
