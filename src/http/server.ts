import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { sendJson } from './reply.ts';

/** Returns false to leave the request to the next one in the list. */
export type RequestHandler = (req: IncomingMessage, res: ServerResponse) => Promise<boolean>;
export type UpgradeHandler = (req: IncomingMessage, socket: Duplex, head: Buffer) => boolean;

export type ListenOptions = {
  /** 0 lets the system choose. */
  port: number;
  host: string;
  handlers: readonly RequestHandler[];
  /** Tried in turn; an upgrade that none takes is answered 404. */
  upgrade?: readonly UpgradeHandler[];
};

export type Listening = {
  /** Without a trailing slash, as `http://127.0.0.1:PORT`. */
  url: string;
  port: number;
  /** Stops accepting, lets requests in flight end for `graceMs`, then cuts what is left. */
  close(graceMs?: number): Promise<void>;
};

const NOT_FOUND = 404;
const CLOSE_GRACE_MS = 500;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** One HTTP server for several routers. An address in use, or any other failure to listen, is a plain rejection. */
export async function listen({ port, host, handlers, upgrade = [] }: ListenOptions): Promise<Listening> {
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS }, (req, res) => {
    // A client that goes away mid-answer is no fault of the server; without a listener it would end the whole program.
    res.on('error', () => res.destroy());
    answer(handlers, req, res).catch((fault: unknown) => server.emit('clientError', fault, req.socket));
  });
  server.on('clientError', (_fault, socket) => socket.destroy());
  // Upgraded lines are the server's no more, but it would wait for them to end.
  const lines = new Set<Duplex>();
  server.on('upgrade', (req, socket, head) => {
    lines.add(socket);
    socket.on('close', () => lines.delete(socket));
    takeUpgrade(upgrade, req, socket, head);
  });
  await listening(server, port, host);
  const bound = boundPort(server);
  return {
    url: `http://${urlHost(host)}:${bound}`,
    port: bound,
    close: (graceMs = CLOSE_GRACE_MS) => close(server, lines, graceMs),
  };
}

async function answer(handlers: readonly RequestHandler[], req: IncomingMessage, res: ServerResponse): Promise<void> {
  for (const handler of handlers) {
    if (await handler(req, res)) return;
  }
  sendJson(res, NOT_FOUND, { error: `there is nothing at ${req.method} ${(req.url ?? '/').split('?', 1)[0]}` });
}

function takeUpgrade(upgrade: readonly UpgradeHandler[], req: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on('error', () => socket.destroy());
  if (upgrade.some((take) => take(req, socket, head))) return;
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function boundPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

/** An address that means "all of them" is no address to call. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function close(server: Server, lines: ReadonlySet<Duplex>, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections();
      for (const line of lines) line.destroy();
    }, graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
