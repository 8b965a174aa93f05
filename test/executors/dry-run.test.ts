import { createDryRunExecutor } from '../../src/executors/dry-run.ts';
import { executorSuite } from '../conformance/executor.suite.ts';
import { recordingLog } from '../outward/silent-log.ts';

executorSuite(
  'for dry runs',
  async () => {
    const { log, lines } = recordingLog();
    return {
      executor: createDryRunExecutor({ clock: { now: Date.now }, log }),
      order: {
        caseId: 'inc-1',
        service: 'checkout-web',
        actionId: 'restart_api_pods',
        target: 'workload/api',
        parameters: { service: 'payments-api' },
      },
      // Its only trace is its log.
      effects: async (key) => lines.filter(({ fields }) => fields.key === key).length,
      failNext: null,
      faults: null,
      close: async () => undefined,
    };
  },
  { hasFaults: false, canFail: false },
);
