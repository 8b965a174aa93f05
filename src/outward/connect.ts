import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';

const HTTPS_PORT = 443;
const HTTP_PORT = 80;

/**
 * Opens a connection to the host of an http(s) address and closes it again, having asked for nothing: the name resolves,
 * somebody listens and, with https, the certificate is good. Throws the fault of whatever failed, at the latest after
 * `timeoutMs`.
 */
export async function connectOnly(url: string, timeoutMs: number): Promise<void> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isSecure = protocol === 'https:';
  const at = { host, port: Number(port) || (isSecure ? HTTPS_PORT : HTTP_PORT) };
  // An address has no name that a certificate could be asked for by.
  const socket: Socket = isSecure ? connectSecure({ ...at, servername: /[a-z]/i.test(host) ? host : '' }) : connectPlain(at);
  try {
    await opened(socket, isSecure ? 'secureConnect' : 'connect', timeoutMs);
  } finally {
    socket.destroy();
  }
}

const opened = (socket: Socket, event: string, timeoutMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no connection within ${timeoutMs / 1_000} s`)), timeoutMs);
    const end = (fault?: Error): void => {
      clearTimeout(timer);
      if (fault === undefined) resolve();
      else reject(fault);
    };
    socket.once(event, () => end());
    socket.once('error', end);
  });
