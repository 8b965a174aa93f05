import type { Changes } from '../changes.ts';
import type { Transport } from './envelope.ts';

export type TransportMode = 'socket' | 'http';
export type TransportChoice = {
  mode(): TransportMode;
  requestUrl(): string | undefined;
  current(): Transport;
  useSocket(): void;
  useHttp(requestUrl: string): void;
};

/** Socket Mode until an app asks for signed HTTP; both carry the same envelopes. */
export function createTransportChoice(
  { socket, http }: { socket: Transport; http: (requestUrl: () => string | undefined) => Transport },
  changes: Changes,
): TransportChoice {
  let mode: TransportMode = 'socket';
  let requestUrl: string | undefined;
  const byHttp = http(() => requestUrl);
  const choose = (next: TransportMode, url: string | undefined): void => {
    mode = next;
    requestUrl = url;
    changes.publish('connection', { mode, request_url: url });
  };
  return {
    mode: () => mode,
    requestUrl: () => requestUrl,
    current: () => (mode === 'socket' ? socket : byHttp),
    useSocket: () => choose('socket', undefined),
    useHttp: (url) => choose('http', url),
  };
}
