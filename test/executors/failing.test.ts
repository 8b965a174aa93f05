import { z } from 'zod';
import { createSandboxExecutor } from '../../src/executors/sandbox.ts';
import { executorSuite } from '../conformance/executor.suite.ts';
import { json, openStub, type Seen } from '../outward/stub-server.ts';

// The sandbox's ledger never fails an order; this one can.

const Run = z.object({
  key: z.string(),
  action: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  case_id: z.string(),
  not_after: z.string(),
});
type Row = { content: string; outcome: string; detail: string; at: string };

async function openLedger() {
  const stub = await openStub();
  const rows = new Map<string, Row>();
  let outcome = 'done';

  const run = ({ not_after: notAfter, key, ...rest }: z.infer<typeof Run>) => {
    const content = JSON.stringify(rest);
    const earlier = rows.get(key);
    if (earlier !== undefined) return earlier.content === content ? json(200, earlier) : json(409, { error: 'used before' });
    const at = new Date().toISOString();
    if (Date.parse(notAfter) < Date.now()) return json(200, { outcome: 'refused', detail: 'too late', at });
    const row = { content, outcome, detail: `told to be ${outcome}`, at };
    rows.set(key, row);
    return json(200, row);
  };
  const answer = ({ path, body }: Seen) => {
    if (path === '/executor/declaration') return json(200, { refuses_late: true, idempotent_by_key: true });
    if (path === '/executor/run') return run(Run.parse(JSON.parse(body)));
    const row = rows.get(new URL(path, 'http://stub').searchParams.get('key') ?? '');
    return json(200, row === undefined ? { seen: false } : { seen: true, ...row });
  };
  stub.respond((res, seen) => answer(seen)(res, seen));
  return {
    stub,
    rows,
    fail: async () => {
      outcome = 'failed';
    },
  };
}

executorSuite(
  'whose orders may fail',
  async () => {
    const { stub, rows, fail } = await openLedger();
    return {
      executor: await createSandboxExecutor({ baseUrl: stub.url, clock: { now: Date.now } }),
      order: {
        caseId: 'inc-1',
        service: 'checkout-web',
        actionId: 'failover_database',
        target: 'database/primary',
        parameters: {},
      },
      effects: async (key) => (rows.has(key) ? 1 : 0),
      failNext: fail,
      faults: null,
      close: stub.close,
    };
  },
  { hasFaults: false, canFail: true },
);
