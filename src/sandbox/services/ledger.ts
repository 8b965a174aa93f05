import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Changes } from '../changes.ts';
import type { Database } from '../store/database.ts';

export const RunRequest = z.strictObject({
  key: z.string().min(1).max(500),
  action: z.string().min(1).max(200),
  parameters: z.record(z.string(), z.unknown()),
  case_id: z.string().min(1).max(200),
  /** What the order is about, where the parameters name no service. */
  service: z.string().max(200).optional(),
  /** Refused once this time has passed. */
  not_after: z.iso.datetime({ offset: true }),
});
export type RunRequest = z.infer<typeof RunRequest>;

export const Execution = z.strictObject({
  at: z.string(),
  key: z.string(),
  action: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  case_id: z.string(),
  service: z.string().optional(),
  outcome: z.enum(['done', 'failed']),
  detail: z.string(),
});
export type Execution = z.infer<typeof Execution>;

export type RunOutcome =
  | { kind: 'ran' | 'repeated'; execution: Execution }
  | { kind: 'late' }
  /** The key was used before for something else. */
  | { kind: 'conflict' };

export type Ledger = {
  /** `effect` is told when it happens, so that the ledger and the world speak of one moment. */
  run(request: RunRequest, effect: (atMs: number) => string): RunOutcome;
  find(key: string): Execution | undefined;
  list(): Execution[];
};

const BodyRow = z.object({ body: z.string() });

/** What was executed, one row a key: the oracle that tests compare the app's own story with. */
export function createLedger({ database, changes, now }: { database: Database; changes: Changes; now: () => number }): Ledger {
  const parsed = (row: unknown): Execution => Execution.parse(JSON.parse(BodyRow.parse(row).body));
  const find = (key: string): Execution | undefined => {
    const row = database.first('SELECT body FROM executions WHERE key = ?', key);
    return row === undefined ? undefined : parsed(row);
  };
  return {
    find,
    list: () => database.all('SELECT body FROM executions ORDER BY id').map(parsed),
    run({ not_after: notAfter, ...request }, effect) {
      const earlier = find(request.key);
      // A repeat is answered from the ledger even when it is late: the effect has long happened.
      if (earlier !== undefined)
        return sameContent(earlier, request) ? { kind: 'repeated', execution: earlier } : { kind: 'conflict' };
      const atMs = now();
      if (atMs > Date.parse(notAfter)) return { kind: 'late' };
      return database.atomically(() => {
        const execution: Execution = { at: new Date(atMs).toISOString(), ...request, outcome: 'done', detail: effect(atMs) };
        database.run('INSERT INTO executions (key, body) VALUES (?, ?)', execution.key, JSON.stringify(execution));
        changes.publish('execution', { execution });
        return { kind: 'ran', execution };
      });
    },
  };
}

/** Everything of an order but its time limit, which a repeat may have moved. */
function sameContent(earlier: Execution, request: Omit<RunRequest, 'not_after'>): boolean {
  const content = ({ action, parameters, case_id, service }: Omit<RunRequest, 'not_after' | 'key'>) => ({
    action,
    parameters,
    case_id,
    service,
  });
  return isDeepStrictEqual(content(earlier), content(request));
}
