import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { sha256 } from '../../pipeline/hash.ts';
import { hostNameOf, LOOPBACK_NAMES } from '../http/loopback.ts';
import { sendJson } from '../http/reply.ts';
import type { RateLimit } from './rate-limit.ts';

/** Why a request goes no further: an HTTP status, the words, and headers that clients act on. */
export type Stop = { status: 401 | 403 | 405 | 415 | 429; message: string; headers?: Record<string, string> };

type Options = {
  /** Null lets everybody in who reaches the port; only for a port that nobody but this machine reaches. */
  token: string | null;
  /** What the server listens on. */
  host: string;
  /** Names that callers may give in Host, beside this machine's own. */
  hosts: readonly string[];
  rate: RateLimit;
};

export const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);

const NO_TOKEN = 'no token';

/**
 * What stands before every request: where it came through (a name that merely resolves to this machine, or a foreign
 * page), whether it may ask, how it asks, and how often. Null lets it pass.
 */
export function createGuard({ token, host, hosts, rate }: Options): (req: IncomingMessage) => Stop | null {
  const wanted = token === null ? null : digest(token);
  const names = new Set([...LOOPBACK_NAMES, ...hosts.map((name) => name.toLowerCase())]);
  // Whoever reaches an open port by an address has not been led here by a name; its own name is no stranger's either.
  const open = !isLoopback(host);
  if (open) names.add(hostname().toLowerCase()).add(host.toLowerCase());

  const isNamed = (given: string): boolean => {
    const name = hostNameOf(given);
    return names.has(name) || (open && isIP(name.replace(/^\[|\]$/g, '')) !== 0);
  };

  const checks: ((req: IncomingMessage) => Stop | null)[] = [
    ({ headers }) => (isNamed(headers.host ?? '') ? null : FOREIGN_HOST),
    ({ headers }) => (isOwnOrigin(headers.origin, headers.host ?? '') ? null : FOREIGN_ORIGIN),
    ({ headers }) => (wanted === null || isToken(bearerOf(headers.authorization), wanted) ? null : NOT_ALLOWED),
    ({ method }) => (method === 'POST' ? null : NOT_A_POST),
    ({ headers }) => (isJson(headers['content-type']) ? null : NOT_JSON),
    ({ headers }) => tooOften(rate.take(bearerOf(headers.authorization) ?? NO_TOKEN)),
  ];

  return (req) => {
    for (const check of checks) {
      const stop = check(req);
      if (stop !== null) return stop;
    }
    return null;
  };
}

const FOREIGN_HOST: Stop = { status: 403, message: 'the Host header names no host that is served here' };
const FOREIGN_ORIGIN: Stop = { status: 403, message: 'requests from other origins are not accepted' };
const NOT_A_POST: Stop = { status: 405, message: 'only POST is accepted here', headers: { allow: 'POST' } };
const NOT_JSON: Stop = { status: 415, message: 'the body must be application/json' };
const NOT_ALLOWED: Stop = {
  status: 401,
  message: 'a valid bearer token is needed',
  headers: { 'www-authenticate': 'Bearer realm="safety-governor", error="invalid_token"' },
};

const tooOften = (waitS: number): Stop | null =>
  waitS === 0 ? null : { status: 429, message: 'too many requests', headers: { 'retry-after': String(waitS) } };

const digest = (text: string): Buffer => Buffer.from(sha256(text), 'hex');

/** Compared by hashes of one length, so that neither the time nor the length of a wrong token tells anything. */
const isToken = (given: string | null, wanted: Buffer): boolean => given !== null && timingSafeEqual(digest(given), wanted);

const bearerOf = (header: string | undefined): string | null => /^Bearer +([^\s,]+) *$/i.exec(header ?? '')?.[1] ?? null;

const isJson = (type: string | undefined): boolean => /^application\/json *(?:;|$)/i.test(type ?? '');

/** An absent Origin is a program. A proxy before this server may speak TLS where this server does not. */
const isOwnOrigin = (origin: string | undefined, host: string): boolean =>
  origin === undefined || origin === `http://${host}` || origin === `https://${host}`;

/** JSON-RPC, because whoever asks here reads that. What is left of the body stays unread, so the connection ends with it. */
export function refuse(res: ServerResponse, { status, message, headers = {} }: Stop): void {
  const body = { jsonrpc: '2.0', error: { code: REFUSED, message }, id: null };
  sendJson(res, status, body, { connection: 'close', ...headers });
}

const REFUSED = -32_000;
