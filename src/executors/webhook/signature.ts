import { createHmac } from 'node:crypto';

const MS = 1_000;

/** What proves that a request is the governor's and not an old one sent again. */
export type SignedHeaders = { 'x-governor-timestamp': string; 'x-governor-signature': string };

/**
 * HMAC-SHA256 over `v1:TIMESTAMP:CONTENT`, in hex. The content is the body of an order as it is sent, and the key of a
 * question; the timestamp is in whole seconds, and a target refuses one that is too old.
 */
export function signed(secret: string, content: string, nowMs: number): SignedHeaders {
  const timestamp = String(Math.floor(nowMs / MS));
  const mac = createHmac('sha256', secret).update(`v1:${timestamp}:${content}`, 'utf8').digest('hex');
  return { 'x-governor-timestamp': timestamp, 'x-governor-signature': `v1=${mac}` };
}
