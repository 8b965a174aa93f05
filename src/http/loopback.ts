import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './refusal.ts';

const FORBIDDEN = 403;
/** How this machine is called in a Host header by whoever is on it. */
export const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
const LOOPBACK_ADDRESS = /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/;

/**
 * Refuses what did not come from this machine, or came from it through a foreign web page: a name that merely resolves
 * to loopback (DNS rebinding) shows in Host, and a foreign page shows in Origin and Sec-Fetch-Site.
 */
export function loopbackOnly(req: IncomingMessage): void {
  const address = req.socket.remoteAddress;
  if (address === undefined || !LOOPBACK_ADDRESS.test(address)) refuse('only requests from this machine are accepted');
  const host = req.headers.host ?? '';
  if (!LOOPBACK_NAMES.has(hostNameOf(host))) refuse(`the Host header \`${host}\` does not name this machine`);
  if (!sameOrigin(req.headers.origin, host)) refuse(`requests from the origin \`${req.headers.origin}\` are not accepted`);
  if (req.headers['sec-fetch-site'] === 'cross-site' && req.headers['sec-fetch-mode'] !== 'navigate')
    refuse('cross-site requests are not accepted');
}

/** An absent Origin is a program or a plain navigation; `null` and every other origin than the server's own are foreign. */
function sameOrigin(origin: string | undefined, host: string): boolean {
  return origin === undefined || origin === `http://${host}`;
}

/** The name in a Host header, without its port; empty where it is none. */
export const hostNameOf = (host: string): string => (URL.parse(`http://${host}`)?.hostname ?? '').toLowerCase();

function refuse(message: string): never {
  throw new HttpRefusal(FORBIDDEN, message);
}
