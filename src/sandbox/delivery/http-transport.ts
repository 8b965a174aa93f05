import { createHmac } from 'node:crypto';
import { elapsedSince } from './elapsed.ts';
import type { Envelope, Outcome, Transport } from './envelope.ts';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

export type HttpTransportPorts = { now: () => number; signingSecret: string; requestUrl: () => string | undefined };

/** The same envelopes as signed HTTP requests: events as JSON, commands and interactions as forms. */
export function createHttpTransport({ now, signingSecret, requestUrl }: HttpTransportPorts): Transport {
  return {
    ready: () => requestUrl() !== undefined,
    breakConnection: () => undefined,
    async send(envelope, limitMs) {
      const url = requestUrl();
      if (url === undefined) return { ok: false, error: 'dispatch_failed', ack_ms: 0 };
      const { type, body } = encode(envelope);
      return post(url, body, { ...signed(body, type, signingSecret, now()), ...retryHeaders(envelope) }, limitMs);
    },
  };
}

/** Slack's check that an address belongs to the app: it must give the challenge back. */
export async function verifyUrl(url: string, signingSecret: string, now: number, limitMs: number): Promise<boolean> {
  const challenge = createHmac('sha256', signingSecret).update(String(now)).digest('hex');
  const body = JSON.stringify({ type: 'url_verification', token: 'sandbox', challenge });
  const outcome = await post(url, body, signed(body, JSON_TYPE, signingSecret, now), limitMs);
  return outcome.ok && JSON.stringify(outcome.payload ?? '').includes(challenge);
}

function encode({ type, payload }: Envelope): { type: string; body: string } {
  if (type === 'events_api') return { type: JSON_TYPE, body: JSON.stringify(payload) };
  if (type === 'interactive') return { type: FORM, body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString() };
  const fields = Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)]);
  return { type: FORM, body: new URLSearchParams(fields).toString() };
}

function signed(body: string, type: string, secret: string, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    'content-type': type,
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  };
}

const HTTP_REASONS: Record<string, string> = { timeout: 'http_timeout', http_error: 'http_error' };

function retryHeaders({ retry }: Envelope): Record<string, string> {
  if (retry.attempt === 0) return {};
  return { 'x-slack-retry-num': String(retry.attempt), 'x-slack-retry-reason': HTTP_REASONS[retry.reason] ?? 'unknown_error' };
}

async function post(url: string, body: string, headers: Record<string, string>, limitMs: number): Promise<Outcome> {
  const startMs = performance.now();
  const elapsed = (): number => elapsedSince(startMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(limitMs),
    });
    const text = await response.text();
    if (response.ok) return { ok: true, payload: parseAck(text), ack_ms: elapsed() };
    return { ok: false, error: response.headers.get('x-slack-no-retry') === '1' ? 'no_retry' : 'http_error', ack_ms: elapsed() };
  } catch (fault) {
    const timedOut = fault instanceof DOMException && fault.name === 'TimeoutError';
    return { ok: false, error: timedOut ? 'operation_timeout' : 'connection_lost', ack_ms: elapsed() };
  }
}

/** An acknowledgement is JSON, plain text (shown to the person), or empty. */
function parseAck(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
