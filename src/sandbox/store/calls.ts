import { z } from 'zod';
import type { Database } from './database.ts';

export const Call = z.strictObject({
  at: z.string(),
  method: z.string(),
  /** The arguments without the token; JSON fields are parsed. */
  body: z.record(z.string(), z.unknown()),
  ok: z.boolean(),
  error: z.string().optional(),
  ms: z.number(),
});
export type Call = z.infer<typeof Call>;

export type Calls = { record(call: Call): void; list(): Call[] };

/** A workspace that is driven for days must not grow for ever; the newest calls are the ones anybody asks for. */
const CALLS_MAX = 50_000;
const PRUNE_EVERY = 1000;

export function createCalls(database: Database): Calls {
  let sincePrune = 0;
  return {
    record(call) {
      database.run('INSERT INTO calls (body) VALUES (?)', JSON.stringify(call));
      sincePrune += 1;
      if (sincePrune < PRUNE_EVERY) return;
      sincePrune = 0;
      database.run('DELETE FROM calls WHERE id <= (SELECT MAX(id) FROM calls) - ?', CALLS_MAX);
    },
    list: () =>
      database
        .all('SELECT body FROM calls ORDER BY id')
        .map((row) => Call.parse(JSON.parse(z.object({ body: z.string() }).parse(row).body))),
  };
}
