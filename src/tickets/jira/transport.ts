import type { Client, SendRequestOptions } from 'jira.js/core';
import { problemOf } from '../../../pipeline/errors.ts';
import type { Clock } from '../../../pipeline/ports.ts';
import type { Connections } from '../../config/connections.ts';
import type { Log } from '../../log.ts';
import { ANSWER_LOST } from '../../outward/json-http.ts';
import { readLimited } from '../../outward/limited-body.ts';
import { faultOf, TicketFault } from './fault.ts';
import { createRateGate, type RateGate } from './rate-gate.ts';

export type JiraSettings = NonNullable<Connections['jira']>;
export type TransportOptions = {
  jira: JiraSettings;
  clock: Clock;
  log: Log;
  /** For one request, from connecting to the last byte. */
  timeoutMs: number;
  /** `throw` is for tests; in production an answer that Jira has changed is told once and used all the same. */
  onSchemaMismatch?: 'warn' | 'throw';
};

const BYTES_MAX = 8_000_000;
const TOO_MANY = 429;
const NO_CONTENT = 204;
/** How often one request is made where Jira answers that it is asked too often, which means that nothing was done. */
const TRIES = 3;
/** Nobody was there to take the request, so it cannot have been carried out. */
const NEVER_SENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * What carries jira.js's requests, in place of its own: that one has no deadline, follows redirects, reads answers of any
 * size and knows no 429. Every failure is a TicketFault; the address and the token are in none of them.
 */
export function createTransport({ jira, clock, log, timeoutMs, onSchemaMismatch = 'warn' }: TransportOptions): Client {
  const authorization = `Basic ${Buffer.from(`${jira.email}:${jira.apiToken}`).toString('base64')}`;
  const base = jira.baseUrl.replace(/\/+$/, '');
  const gate = createRateGate(clock);
  const told = new Set<string>();

  const mismatched = (what: string, problem: string): void => {
    if (onSchemaMismatch === 'throw') throw new TicketFault(ANSWER_LOST, `Jira answered ${what} unlike its schema: ${problem}`);
    if (!told.has(what)) log.warn('an answer of Jira is not as its schema says', { request: what, problem });
    told.add(what);
  };

  return {
    async sendRequest<T>(request: SendRequestOptions<T>): Promise<T> {
      const what = whatOf(request);
      const url = `${base}${request.url}${searchOf(request.searchParams)}`;
      const body = await answered({ what, url, init: initOf(request, authorization), gate, timeoutMs });
      const checked = body === undefined ? undefined : request.schema?.safeParse(body);
      if (checked?.success) return checked.data;
      if (checked !== undefined) mismatched(what, checked.error.issues.map(({ path }) => path.join('.')).join(', '));
      // jira.js promises its own types here; whoever asked parses what they use with a shape of ours.
      return body as T;
    },
  };
}

/** The request in words. Keys in a path are ours and checked; the query may hold what must not be logged. */
const whatOf = ({ method = 'GET', url }: SendRequestOptions): string => `${method} ${url.replace(/^\/rest\/api\/3/, '')}`;

function searchOf(given: Readonly<Record<string, unknown>> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) {
    const several = Array.isArray(value) ? value : [value];
    if (value !== undefined) search.set(name, several.map(String).join(','));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function initOf({ method = 'GET', body }: SendRequestOptions, authorization: string): RequestInit {
  const headers = { accept: 'application/json', authorization };
  if (body === undefined) return { method, headers };
  return { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

type Call = { what: string; url: string; init: RequestInit; gate: RateGate; timeoutMs: number };

async function answered(call: Call): Promise<unknown> {
  for (let tried = 1; ; tried += 1) {
    await call.gate.pass();
    const { status, text, retryAfter } = await fetched(call);
    if (status === TOO_MANY) call.gate.shut(retryAfter);
    else return bodyOf(call.what, status, text);
    if (tried === TRIES) throw new TicketFault('ticket_rate_limited', `Jira is asked too often for ${call.what}`, { status });
  }
}

async function fetched({ what, url, init, timeoutMs }: Call) {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    // A redirected POST would come back as a GET, or reach somebody else.
    const response = await fetch(url, { ...init, redirect: 'error', signal });
    return {
      status: response.status,
      text: await readLimited(response, BYTES_MAX),
      retryAfter: response.headers.get('retry-after'),
    };
  } catch (fault) {
    throw lostOf(what, timeoutMs, fault);
  }
}

function bodyOf(what: string, status: number, text: string): unknown {
  if (status < 200 || status > 299) throw faultOf(what, status, text);
  if (status === NO_CONTENT || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TicketFault(ANSWER_LOST, `Jira did not answer ${what}: the answer is not JSON`, { status, cause });
  }
}

function lostOf(what: string, timeoutMs: number, fault: unknown): TicketFault {
  if (fault instanceof Error && fault.name === 'TimeoutError')
    return new TicketFault(ANSWER_LOST, `Jira did not answer ${what}: not within ${timeoutMs / 1_000} s`, { cause: fault });
  const cause = fault instanceof TypeError && fault.cause !== undefined ? fault.cause : fault;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (NEVER_SENT.has(code)) return new TicketFault('ticket_unreachable', `Jira cannot be reached (${code})`, { cause: fault });
  return new TicketFault(ANSWER_LOST, `Jira did not answer ${what}: ${problemOf(cause)}`, { cause: fault });
}
