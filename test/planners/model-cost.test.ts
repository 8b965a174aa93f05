import { describe, expect, test } from 'vitest';
import type { Script } from '../fakes/model/server.ts';
import { MODEL_NAME, modelStage } from '../fakes/model/stage.ts';
import { anIncident, aPlan, aPlanRequest } from '../fixtures/builders.ts';

const live = (): AbortSignal => new AbortController().signal;
const planText = (change: object = {}): string => JSON.stringify({ ...aPlan({ incident_id: anIncident().id }), ...change });

describe('what a case may cost', () => {
  const usage = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
  const counted: Script = () => ({ say: planText(), usage });

  test('tokens and cost are told with the answer, those of failed attempts too', async () => {
    const { server, planner } = await modelStage({
      script: counted,
      limits: { usd_per_million_tokens: { input: 3, output: 15 } },
    });
    server.script(() => ({ say: 'no plan', usage }));
    await expect(planner.plan(aPlanRequest(), live())).rejects.toThrow();
    server.script(counted);
    const told = { model: MODEL_NAME, calls: 2, input_tokens: 2_000, output_tokens: 200, estimated: false, cost_usd: 0.009 };
    expect((await planner.plan(aPlanRequest(), live())).usage).toEqual(told);
    expect((await planner.plan(aPlanRequest(), live())).usage).toMatchObject({ calls: 1, input_tokens: 1_000 });
  });

  test.each<[string, unknown]>([
    ['says nothing', undefined],
    ['says zero', { prompt_tokens: 0, completion_tokens: 0 }],
    ['says less than zero', { prompt_tokens: -5, completion_tokens: -5 }],
    ['says fractions', { prompt_tokens: 0.5, completion_tokens: 0.5 }],
    ['says a number without end', { prompt_tokens: 1e300, completion_tokens: 1e300 }],
  ])('tokens are estimated where the server %s', async (_what, said) => {
    const { planner } = await modelStage({ script: () => ({ say: planText(), usage: said }) });
    const { usage: told } = await planner.plan(aPlanRequest(), live());
    expect(told).toMatchObject({ calls: 1, estimated: true, cost_usd: null });
    expect(told?.input_tokens).toBeGreaterThan(100);
    expect(told?.output_tokens).toBeGreaterThan(10);
  });

  test.each<[string, object, number]>([
    ['calls', { calls_max: 3 }, 3],
    ['tokens', { tokens_max: 2_000 }, 2],
  ])(
    'after so many %s the model is asked nothing more about that case, and another case goes on',
    async (_what, limits, calls) => {
      const { server, planner } = await modelStage({ script: counted, limits });
      for (let call = 0; call < calls; call += 1) await planner.plan(aPlanRequest(), live());
      await expect(planner.plan(aPlanRequest(), live())).rejects.toMatchObject({ code: 'model_budget' });
      await expect(planner.stress(aPlanRequest(), aPlan(), live())).rejects.toMatchObject({ code: 'model_budget' });
      expect(server.asked).toHaveLength(calls);
      server.script(() => ({ say: planText({ incident_id: 'another-case' }), usage }));
      await planner.plan(aPlanRequest({ incident: anIncident({ id: 'another-case' }) }), live());
    },
  );

  test('after so many seconds a call is given up, and none is made any more', async () => {
    const { server, planner } = await modelStage({ script: () => 'hang', limits: { seconds_max: 0.1 } });
    await expect(planner.plan(aPlanRequest(), live())).rejects.toMatchObject({ code: 'model_budget' });
    await expect(planner.plan(aPlanRequest(), live())).rejects.toMatchObject({ code: 'model_budget' });
    expect(server.asked).toHaveLength(1);
  });

  test('a try made again after a pause is a call like any other', async () => {
    const flaky: Script = () =>
      server.asked.length === 1 ? { status: 503, headers: { 'retry-after-ms': '1' } } : { say: planText() };
    const { server, planner } = await modelStage({ script: (asked) => flaky(asked), limits: { retries: 1 } });
    expect((await planner.plan(aPlanRequest(), live())).usage).toMatchObject({ calls: 2 });
  });
});
