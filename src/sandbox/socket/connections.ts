import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { requestUrl } from '../../http/router.ts';
import type { Changes } from '../changes.ts';
import type { Envelope, Outcome, Transport } from '../delivery/envelope.ts';
import { type Connection, openConnection } from './connection.ts';
import { type DisconnectReason, disconnectFrame } from './frames.ts';
import { createConnectionTickets } from './tickets.ts';

const PATH = '/link/';
const CONNECTIONS_MAX = 10;
const FRAME_BYTES_MAX = 4_000_000;
const CONNECTION_LIFE_MS = 4 * 3_600_000;
const DEBUG_LIFE_MS = 360_000;
const REFRESH_WARNING_MS = 10_000;

export type Connections = Transport & {
  /** The path and query of a WebSocket address that opens one connection, once. */
  issueTicket(): string;
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  count(): number;
  /** Cuts every connection; with a reason, Slack's disconnect frame goes first. */
  disconnectAll(reason?: DisconnectReason): void;
  /** No connection is accepted for the next `attempts` tries or until `ms` have passed. */
  refuseNew(attempts: number, ms: number): void;
  close(): void;
};

export type ConnectionPorts = { now: () => number; changes: Changes; onReady: () => void };

/** The app's Socket Mode connections; each envelope goes to exactly one of them, in turn. */
export function createConnections({ now, changes, onReady }: ConnectionPorts): Connections {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: FRAME_BYTES_MAX });
  const live: Connection[] = [];
  const tickets = createConnectionTickets(now);
  let turn = 0;

  const tell = (): void => changes.publish('connection', { mode: 'socket', connections: live.length });
  const forget = (connection: Connection): void => {
    const index = live.indexOf(connection);
    if (index >= 0) live.splice(index, 1);
    tell();
  };
  const welcome = (connection: Connection, lifeMs: number): void => {
    if (live.length >= CONNECTIONS_MAX) {
      connection.end(disconnectFrame('too_many_websockets'));
      return;
    }
    live.push(connection);
    connection.hello(live.length, lifeMs);
    tell();
    onReady();
  };
  const next = (): Connection | undefined => {
    turn += 1;
    return live[turn % live.length];
  };

  return {
    ready: () => live.length > 0,
    count: () => live.length,
    issueTicket: () => `${PATH}?ticket=${tickets.issue()}`,
    upgrade(req, socket, head) {
      const url = requestUrl(req);
      if (url.pathname !== PATH) return false;
      if (!tickets.accept(url.searchParams.get('ticket') ?? '')) {
        socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return true;
      }
      const lifeMs = url.searchParams.get('debug_reconnects') === 'true' ? DEBUG_LIFE_MS : CONNECTION_LIFE_MS;
      server.handleUpgrade(req, socket, head, (webSocket) => {
        const connection = openConnection(webSocket, forget);
        connection.endsAfter(lifeMs, REFRESH_WARNING_MS);
        welcome(connection, lifeMs);
      });
      return true;
    },
    async send(envelope: Envelope, limitMs: number): Promise<Outcome> {
      const connection = next();
      return connection === undefined ? { ok: false, error: 'dispatch_failed', ack_ms: 0 } : connection.send(envelope, limitMs);
    },
    breakConnection: () => next()?.cut(),
    disconnectAll(reason) {
      for (const connection of [...live]) {
        if (reason === undefined) connection.cut();
        else connection.end(disconnectFrame(reason));
      }
    },
    refuseNew: tickets.refuse,
    close() {
      for (const connection of [...live]) connection.leave();
      server.close();
    },
  };
}
