import type { Chat, Clock } from '../../pipeline/ports.ts';

export type ConnectionState = ReturnType<Chat['connection']>;

/** Whether Slack's events can reach this process. */
export type Connection = {
  state(): ConnectionState;
  /** Calls back when the connection comes or goes; returns the way to stop. */
  onChange(listener: (state: ConnectionState) => void): () => void;
};

/** The part of Socket Mode's client that is needed: it tells its lifecycle by these events. */
export type SocketClient = { on(event: SocketEvent, listener: () => void): unknown };
type SocketEvent = 'connected' | 'close' | 'disconnecting' | 'disconnected';

/** With automatic reconnecting a lost line shows as `close` alone: `disconnected` comes only when the client gives up or is stopped. */
const GONE: readonly SocketEvent[] = ['close', 'disconnecting', 'disconnected'];

/** Follows a Socket Mode client from before its start. `connected` is Slack's hello; each one is a new epoch. */
export function createSocketConnection({ client, clock }: { client: SocketClient; clock: Clock }): Connection {
  const listeners = new Set<(state: ConnectionState) => void>();
  let state: ConnectionState = { connected: false, sinceMs: clock.now(), epoch: 0 };
  const become = (next: ConnectionState): void => {
    state = next;
    for (const listener of listeners) listener(state);
  };

  // A second hello without a loss in between is a new line too: what was sent to the old one may be lost.
  client.on('connected', () => become({ connected: true, sinceMs: clock.now(), epoch: state.epoch + 1 }));
  for (const event of GONE) {
    client.on(event, () => {
      if (state.connected) become({ ...state, connected: false, sinceMs: clock.now() });
    });
  }
  return {
    state: () => state,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Signed HTTP has no line that could be lost: Slack itself delivers again what a server did not take. */
export function createHttpConnection({ clock }: { clock: Clock }): Connection {
  const state: ConnectionState = { connected: true, sinceMs: clock.now(), epoch: 1 };
  return { state: () => state, onChange: () => () => undefined };
}
