import { setTimeout as sleep } from 'node:timers/promises';
import type { Changes } from '../changes.ts';
import type { Fault, Faults } from '../faults.ts';
import type { Envelope, Outcome, Transport } from './envelope.ts';

/** Slack's clock for commands, clicks and submissions. */
export const ACK_LIMIT_MS = 3000;

export type Delivery = {
  deliver(envelope: Envelope): Promise<Outcome>;
  ready(): boolean;
  /** Envelopes sent or about to be sent, not yet acknowledged or given up. */
  inFlight(): number;
};

export type DeliveryPorts = { transport: () => Transport; faults: Faults; changes: Changes; ackLimitMs?: number };
type Strike = (envelope: Envelope, transport: Transport, ms: number) => Promise<Outcome>;

/** Sends an envelope by the transport in use, struck by a fault or not, and keeps the clock that a person's patience stands for. */
export function createDelivery({ transport, faults, changes, ackLimitMs = ACK_LIMIT_MS }: DeliveryPorts): Delivery {
  let inFlight = 0;
  const timedOut: Outcome = { ok: false, error: 'operation_timeout', ack_ms: ackLimitMs };

  const strikes: Record<string, Strike> = {
    // The clock runs while the envelope is on its way: what is late for the person still reaches the app.
    delay: async (envelope, by, ms) => {
      const late = sleep(ms, undefined, { ref: false }).then(() => by.send(envelope, Math.max(ackLimitMs - ms, 1)));
      const outcome = await Promise.race([late, sleep(ackLimitMs, timedOut, { ref: false })]);
      return { ...outcome, ack_ms: Math.min(outcome.ack_ms + ms, ackLimitMs) };
    },
    hang: () => sleep(ackLimitMs, timedOut, { ref: false }),
    drop_before: async (_envelope, by) => {
      by.breakConnection();
      return { ok: false, error: 'connection_lost', ack_ms: 0 };
    },
    applied_answer_lost: async (envelope, by) => {
      const { ack_ms } = await by.send(envelope, ackLimitMs);
      by.breakConnection();
      return { ok: false, error: 'connection_lost', ack_ms };
    },
    duplicate: async (envelope, by) => {
      const [first] = await Promise.all([by.send(envelope, ackLimitMs), by.send(envelope, ackLimitMs)]);
      return first;
    },
  };

  const send = (envelope: Envelope, fault: Fault | undefined): Promise<Outcome> => {
    const strike = fault === undefined ? undefined : strikes[fault.kind];
    if (strike !== undefined) return strike(envelope, transport(), fault?.ms ?? ackLimitMs / 3);
    return transport().send(envelope, ackLimitMs);
  };

  return {
    ready: () => transport().ready(),
    inFlight: () => inFlight,
    async deliver(envelope) {
      if (!transport().ready()) return { ok: false, error: 'dispatch_failed', ack_ms: 0 };
      inFlight += 1;
      try {
        const outcome = await send(envelope, faults.takeEnvelope());
        changes.publish('envelope', {
          type: envelope.type,
          retry_attempt: envelope.retry.attempt,
          payload: envelope.payload,
          outcome,
        });
        return outcome;
      } finally {
        inFlight -= 1;
      }
    },
  };
}
