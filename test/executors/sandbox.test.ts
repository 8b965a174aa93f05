import { afterAll, beforeAll } from 'vitest';
import { createSandboxExecutor } from '../../src/executors/sandbox.ts';
import { executorSuite } from '../conformance/executor.suite.ts';
import { type Hosted, hostSandbox } from '../sandbox/host.ts';

let hosted: Hosted;
beforeAll(async () => {
  hosted = await hostSandbox();
});
afterAll(() => hosted.close());

executorSuite(
  'of the sandbox',
  async () => {
    await hosted.act('reset', {});
    const fault = async (method: string, kind: string, times: number): Promise<void> => {
      await hosted.act('fault', { target: 'executor', method, kind, times });
    };
    return {
      executor: await createSandboxExecutor({ baseUrl: hosted.url, clock: { now: Date.now } }),
      order: {
        caseId: 'inc-1',
        service: 'checkout-web',
        actionId: 'scale_worker_pool',
        target: 'workload/workers',
        parameters: { service: 'billing-batch', replicas: 4 },
      },
      effects: async (key) => (await hosted.list('executions')).filter((execution) => execution.key === key).length,
      failNext: null,
      faults: {
        loseAnswer: () => fault('run', 'applied_answer_lost', 1),
        loseOrder: () => fault('run', 'drop_before', 1),
        refuse: () => fault('run', 'error:not_today', 1),
        goSilent: () => fault('status', 'drop_before', 100),
      },
      close: async () => undefined,
    };
  },
  { hasFaults: true, canFail: false },
);
