import type { RawData, WebSocket } from 'ws';
import { elapsedSince } from '../delivery/elapsed.ts';
import type { Envelope, Outcome } from '../delivery/envelope.ts';
import { newUuid } from '../ids.ts';
import { AckFrame, disconnectFrame, envelopeFrame, helloFrame } from './frames.ts';

/** Often enough that a client's watchdog, which arms with the first server ping, never fires on a live line. */
const PING_EVERY_MS = 10_000;
const END_GRACE_MS = 250;
const GOING_AWAY = 1001;

export type Connection = {
  hello(connections: number, lifeMs: number): void;
  send(envelope: Envelope, limitMs: number): Promise<Outcome>;
  /** Warns, then asks for a refresh, then closes, as a connection does after some hours. */
  endsAfter(lifeMs: number, warningMs: number): void;
  /** Sends a last frame and closes in order. */
  end(lastFrame: string): void;
  /** Closes in order, as a server that goes away does. */
  leave(): void;
  /** Drops the line without a word. */
  cut(): void;
};

type Waiting = { resolve: (outcome: Outcome) => void; sentMs: number; clock: NodeJS.Timeout };

/** One WebSocket of the app: sends envelopes, matches acknowledgements to them, and fails what is open when the line drops. */
export function openConnection(webSocket: WebSocket, onClosed: (connection: Connection) => void): Connection {
  const waiting = new Map<string, Waiting>();
  const timers: NodeJS.Timeout[] = [];

  const settle = (id: string, toOutcome: (ackMs: number) => Outcome): void => {
    const open = waiting.get(id);
    if (open === undefined) return;
    waiting.delete(id);
    clearTimeout(open.clock);
    open.resolve(toOutcome(elapsedSince(open.sentMs)));
  };

  const connection: Connection = {
    hello: (connections, lifeMs) => webSocket.send(helloFrame(connections, lifeMs)),
    send(envelope, limitMs) {
      const id = newUuid();
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      const clock = setTimeout(() => settle(id, (ackMs) => ({ ok: false, error: 'operation_timeout', ack_ms: ackMs })), limitMs);
      waiting.set(id, { resolve, sentMs: performance.now(), clock });
      webSocket.send(envelopeFrame(id, envelope));
      return promise;
    },
    endsAfter(lifeMs, warningMs) {
      timers.push(setTimeout(() => webSocket.send(disconnectFrame('warning')), lifeMs - warningMs).unref());
      timers.push(setTimeout(() => connection.end(disconnectFrame('refresh_requested')), lifeMs).unref());
    },
    end(lastFrame) {
      webSocket.send(lastFrame);
      connection.leave();
    },
    leave() {
      webSocket.close(GOING_AWAY);
      timers.push(setTimeout(() => webSocket.terminate(), END_GRACE_MS).unref());
    },
    cut: () => webSocket.terminate(),
  };

  const ping = setInterval(() => webSocket.ping(), PING_EVERY_MS).unref();
  webSocket.on('message', (bytes: RawData) => {
    const ack = readAck(String(bytes));
    if (ack !== undefined) settle(ack.envelope_id, (ackMs) => ({ ok: true, payload: ack.payload, ack_ms: ackMs }));
  });
  // A broken line reports an error first; what it means for open envelopes is decided in `close`, which always follows.
  webSocket.on('error', () => webSocket.terminate());
  webSocket.on('close', () => {
    clearInterval(ping);
    for (const timer of timers) clearTimeout(timer);
    onClosed(connection);
    for (const id of [...waiting.keys()]) settle(id, (ackMs) => ({ ok: false, error: 'connection_lost', ack_ms: ackMs }));
  });
  return connection;
}

function readAck(text: string): { envelope_id: string; payload?: unknown } | undefined {
  try {
    return AckFrame.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON: a frame that acknowledges nothing.
    return undefined;
  }
}
