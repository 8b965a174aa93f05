import { z } from 'zod';
import type { Database, Row } from './database.ts';

const StoredEvent = z.looseObject({ event_id: z.string() });
const PendingRow = z.object({ event_id: z.string(), attempt: z.number(), due_ms: z.number(), body: z.string() });

/** An event that the app has not acknowledged yet. `attempt` is the number of its next delivery, 0 for the first. */
export type Pending = { event: z.infer<typeof StoredEvent>; attempt: number; dueMs: number; reason: string };

export type PendingEvents = {
  list(): Pending[];
  put(pending: Pending): void;
  remove(eventId: string): void;
};

/** Events survive a kill here: each stays until it is acknowledged or given up. */
export function createPendingEvents(database: Database): PendingEvents {
  return {
    list: () => database.all('SELECT * FROM pending_events ORDER BY rowid').map(parsePending),
    put: ({ event, attempt, dueMs }) =>
      database.run(
        `INSERT INTO pending_events (event_id, attempt, due_ms, body) VALUES (?, ?, ?, ?)
         ON CONFLICT (event_id) DO UPDATE SET attempt = excluded.attempt, due_ms = excluded.due_ms, body = excluded.body`,
        event.event_id,
        attempt,
        dueMs,
        JSON.stringify(event),
      ),
    remove: (eventId) => database.run('DELETE FROM pending_events WHERE event_id = ?', eventId),
  };
}

function parsePending(row: Row): Pending {
  const { body, attempt, due_ms: dueMs } = PendingRow.parse(row);
  return { event: StoredEvent.parse(JSON.parse(body)), attempt, dueMs, reason: attempt > 0 ? 'timeout' : '' };
}
