import type { Outcome } from '../delivery/envelope.ts';

/** What the control API tells of one command, click or submission. */
export type Acknowledged = { ok: boolean; ack_ms: number; error?: string; message?: string };

/** An acknowledgement as the person sees it: late or none is one error, no connection another. */
export function acknowledged(outcome: Outcome, subject: string): Acknowledged {
  if (outcome.ok) return { ok: true, ack_ms: outcome.ack_ms };
  const error = outcome.error === 'operation_timeout' ? outcome.error : 'dispatch_failed';
  const message =
    error === 'operation_timeout'
      ? `${subject} failed because the app did not respond`
      : `${subject} failed with the error "${error}"`;
  return { ok: false, ack_ms: outcome.ack_ms, error, message };
}
