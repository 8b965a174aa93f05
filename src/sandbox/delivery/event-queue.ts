import { z } from 'zod';
import type { Database } from '../store/database.ts';
import type { EventCallback } from '../workspace/events.ts';
import type { Delivery } from './delivery.ts';
import type { Envelope, Outcome } from './envelope.ts';

/** Slack's retries of an event that was not acknowledged: at once, after a minute, after five. */
export const RETRY_DELAYS_MS: readonly number[] = [0, 60_000, 300_000];

const PendingRow = z.object({ event_id: z.string(), attempt: z.number(), due_ms: z.number(), body: z.string() });
type Pending = { event: EventCallback; attempt: number; dueMs: number; reason: string };

export type EventQueue = {
  enqueue(event: EventCallback): void;
  /** Sends what is due; called when a connection appears. */
  pump(): void;
  setRetryDelays(delaysMs: readonly number[]): void;
  /** Events not yet acknowledged nor given up, those waiting for a connection included. */
  waiting(): number;
  clear(): void;
  close(): void;
};

export type EventQueuePorts = {
  database: Database;
  delivery: Delivery;
  now: () => number;
  retryDelaysMs?: readonly number[];
  onFault: (fault: unknown) => void;
};

/** Events survive a lost connection and a kill: each stays stored until it is acknowledged or has failed four times. */
export function createEventQueue({
  database,
  delivery,
  now,
  retryDelaysMs = RETRY_DELAYS_MS,
  onFault,
}: EventQueuePorts): EventQueue {
  const pending = new Map<string, Pending>(readPending(database).map((waiting) => [waiting.event.event_id, waiting]));
  const sending = new Set<string>();
  let delays = retryDelaysMs;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const finish = (id: string): void => {
    pending.delete(id);
    database.run('DELETE FROM pending_events WHERE event_id = ?', id);
  };

  const postpone = (waiting: Pending, reason: string): void => {
    const delay = delays[waiting.attempt];
    if (delay === undefined) {
      finish(waiting.event.event_id);
      return;
    }
    Object.assign(waiting, { attempt: waiting.attempt + 1, dueMs: now() + delay, reason });
    database.run(
      'UPDATE pending_events SET attempt = ?, due_ms = ? WHERE event_id = ?',
      waiting.attempt,
      waiting.dueMs,
      waiting.event.event_id,
    );
  };

  /** Nobody there is not a failed attempt: the event waits for a connection. */
  const conclude = (waiting: Pending, outcome: Outcome): void => {
    if (outcome.ok || outcome.error === 'no_retry') {
      finish(waiting.event.event_id);
      return;
    }
    if (outcome.error !== 'dispatch_failed') postpone(waiting, outcome.error === 'http_error' ? 'http_error' : 'timeout');
    pump();
  };

  const send = async (waiting: Pending): Promise<void> => {
    const id = waiting.event.event_id;
    sending.add(id);
    const outcome = await delivery.deliver(toEnvelope(waiting));
    sending.delete(id);
    // What comes back after the end is left stored: the next start sends it again.
    if (!closed && pending.has(id)) conclude(waiting, outcome);
  };

  const pump = (): void => {
    clearTimeout(timer);
    if (closed || !delivery.ready()) return;
    const idle = [...pending.values()].filter(({ event }) => !sending.has(event.event_id));
    for (const waiting of idle.filter(({ dueMs }) => dueMs <= now())) send(waiting).catch(onFault);
    const nextMs = Math.min(...idle.filter(({ dueMs }) => dueMs > now()).map(({ dueMs }) => dueMs));
    if (Number.isFinite(nextMs)) timer = setTimeout(pump, nextMs - now()).unref();
  };

  return {
    pump,
    enqueue(event) {
      pending.set(event.event_id, { event, attempt: 0, dueMs: now(), reason: '' });
      database.run(
        'INSERT OR REPLACE INTO pending_events (event_id, attempt, due_ms, body) VALUES (?, 0, ?, ?)',
        event.event_id,
        now(),
        JSON.stringify(event),
      );
      pump();
    },
    setRetryDelays(delaysMs) {
      delays = delaysMs;
    },
    waiting: () => pending.size,
    clear: () => pending.clear(),
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

function toEnvelope({ event, attempt, reason }: Pending): Envelope {
  return { type: 'events_api', payload: event, acceptsResponsePayload: false, retry: { attempt, reason } };
}

const StoredEvent = z.looseObject({ event_id: z.string() });

function readPending(database: Database): Pending[] {
  return database.all('SELECT * FROM pending_events ORDER BY rowid').map((row) => {
    const { body, attempt, due_ms: dueMs } = PendingRow.parse(row);
    return { event: StoredEvent.parse(JSON.parse(body)), attempt, dueMs, reason: attempt > 0 ? 'timeout' : '' };
  });
}
