import type { Pending, PendingEvents } from '../store/pending-events.ts';
import type { EventCallback } from '../workspace/events.ts';
import type { Delivery } from './delivery.ts';
import type { Envelope, Outcome } from './envelope.ts';

/** Slack's retries of an event that was not acknowledged: at once, after a minute, after five. */
const RETRY_DELAYS_MS: readonly number[] = [0, 60_000, 300_000];

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
  stored: PendingEvents;
  delivery: Delivery;
  now: () => number;
  retryDelaysMs?: readonly number[];
  onFault: (fault: unknown) => void;
};

/** Delivers events until each is acknowledged or has failed four times; those for whom nobody is there wait. */
export function createEventQueue({
  stored,
  delivery,
  now,
  retryDelaysMs = RETRY_DELAYS_MS,
  onFault,
}: EventQueuePorts): EventQueue {
  const pending = new Map(stored.list().map((waiting): [string, Pending] => [waiting.event.event_id, waiting]));
  const sending = new Set<string>();
  let delays = retryDelaysMs;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const keep = (waiting: Pending): void => {
    pending.set(waiting.event.event_id, waiting);
    stored.put(waiting);
  };
  const finish = ({ event }: Pending): void => {
    pending.delete(event.event_id);
    stored.remove(event.event_id);
  };
  const conclude = (waiting: Pending, outcome: Outcome): void => {
    const next = afterAttempt(waiting, outcome, delays, now());
    if (next === undefined) finish(waiting);
    else if (next !== waiting) keep(next);
    if (!outcome.ok) pump();
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
      keep({ event, attempt: 0, dueMs: now(), reason: '' });
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

/** What becomes of an event after a delivery: undefined when it is over, else when and as which attempt it goes again. */
export function afterAttempt(
  waiting: Pending,
  outcome: Outcome,
  delaysMs: readonly number[],
  nowMs: number,
): Pending | undefined {
  if (outcome.ok || outcome.error === 'no_retry') return undefined;
  // Nobody there is not a failed attempt: the event waits for a connection.
  if (outcome.error === 'dispatch_failed') return waiting;
  const delayMs = delaysMs[waiting.attempt];
  if (delayMs === undefined) return undefined;
  const reason = outcome.error === 'http_error' ? 'http_error' : 'timeout';
  return { ...waiting, attempt: waiting.attempt + 1, dueMs: nowMs + delayMs, reason };
}

function toEnvelope({ event, attempt, reason }: Pending): Envelope {
  return { type: 'events_api', payload: event, acceptsResponsePayload: false, retry: { attempt, reason } };
}
