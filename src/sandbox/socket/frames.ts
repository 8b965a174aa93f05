import { z } from 'zod';
import { APP_ID } from '../accounts.ts';
import type { Envelope } from '../delivery/envelope.ts';

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

const HOST = 'applink-sandbox';

/** What the app sends back; anything else it may send is ignored, as Slack does. */
export const AckFrame = z.looseObject({ envelope_id: z.string(), payload: z.unknown().optional() });

export function helloFrame(connections: number, lifeMs: number): string {
  return JSON.stringify({
    type: 'hello',
    num_connections: connections,
    debug_info: { host: HOST, build_number: 1, approximate_connection_time: Math.floor(lifeMs / 1000) },
    connection_info: { app_id: APP_ID },
  });
}

export function disconnectFrame(reason: DisconnectReason): string {
  return JSON.stringify({ type: 'disconnect', reason, debug_info: { host: HOST } });
}

export function envelopeFrame(id: string, { type, payload, acceptsResponsePayload, retry }: Envelope): string {
  const redelivery = type === 'events_api' ? { retry_attempt: retry.attempt, retry_reason: retry.reason } : {};
  return JSON.stringify({ envelope_id: id, type, accepts_response_payload: acceptsResponsePayload, payload, ...redelivery });
}
