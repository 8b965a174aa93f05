import type { Clock } from '../../pipeline/ports.ts';
import { signed } from '../executors/webhook/signature.ts';
import { posted } from './posted.ts';
import { sentenceOf } from './sentence.ts';
import type { Teller } from './teller.ts';

type Options = {
  url: string;
  /** Requests are signed with it; null where the target knows no signatures. */
  secret: string | null;
  timeoutMs: number;
  clock: Clock;
};

/**
 * Any system that pages people by HTTP. `Idempotency-Key` names the escalation, so that a target can tell a repeat after a
 * lost answer from another one; the body carries `text` too, which chat systems show as it is.
 */
export function createWebhookTeller({ url, secret, timeoutMs, clock }: Options): Teller {
  return async (notice, { target }) => {
    const body = JSON.stringify({ ...notice, text: sentenceOf(notice) });
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': notice.key,
      ...(secret === null ? {} : signed(secret, body, clock.now())),
    };
    const { status } = await posted({ method: 'POST', url, headers, body, timeoutMs, name: 'the escalation webhook' });
    return { to: target.to, detail: `status ${status}` };
  };
}
