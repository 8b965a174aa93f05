import type { Receiver, ReceiverEvent } from '@slack/bolt';
import { App, LogLevel } from '@slack/bolt';

/** One call of the Web API or of a response URL, its JSON parts parsed. */
export type WebCall = { method: string; body: Record<string, unknown> };

/** What Slack saw of one delivery: how often it was acked and with what. */
export type Delivery = { acks: unknown[]; faults: Error[] };

const BOT_USER = 'UGOVERNOR';
export const OWN_TEAM = 'T0HOME';

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

function bodyOf(body: unknown): Record<string, unknown> {
  const text = typeof body === 'string' ? body : String(body ?? '');
  if (text.startsWith('{')) return parsed(text) as Record<string, unknown>;
  return Object.fromEntries([...new URLSearchParams(text)].map(([key, value]) => [key, parsed(value)]));
}

/** Slack's own side, recording: every call is answered `ok` unless the test makes its method fail. */
export function recordingSlack() {
  const calls: WebCall[] = [];
  const failing = new Map<string, string>();
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const method = new URL(String(input)).pathname.replace(/^\/api\//, '').replace(/^\//, '');
    calls.push({ method, body: bodyOf(init?.body) });
    const error = failing.get(method);
    return Response.json(
      error === undefined ? { ok: true, ts: '1.000001', channel: 'C1', view: { id: 'V1' } } : { ok: false, error },
    );
  };
  return { calls, failing, fetch, of: (method: string): WebCall[] => calls.filter((call) => call.method === method) };
}
export type RecordingSlack = ReturnType<typeof recordingSlack>;

/** A real Bolt app whose receiver is the test: what is sent goes through Bolt's whole chain. */
export function boltApp(slack: RecordingSlack) {
  const faults: Error[] = [];
  const receiver: Receiver = { init: () => undefined, start: async () => undefined, stop: async () => undefined };
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: 'xoxb-test', botId: 'BGOVERNOR', botUserId: BOT_USER, teamId: OWN_TEAM }),
    clientOptions: { fetch: slack.fetch, retryConfig: { retries: 0 } },
    logLevel: LogLevel.ERROR,
  });
  app.error(async (fault) => {
    faults.push(fault);
  });

  const deliver = async (body: ReceiverEvent['body'], onAck: () => unknown = () => undefined): Promise<Delivery> => {
    const acks: unknown[] = [];
    const before = faults.length;
    await app.processEvent({
      body,
      ack: async (answer?: unknown) => {
        acks.push(answer ?? null);
        await onAck();
      },
    });
    return { acks, faults: faults.slice(before) };
  };
  return { app, deliver };
}
