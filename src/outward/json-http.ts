import { z } from 'zod';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Clock } from '../../pipeline/ports.ts';
import { again, type Patience } from './again.ts';
import { fetchWhole, whyUnanswered } from './fetch-whole.ts';

/** What the other side definitely said. A refusal means that nothing was done. */
export type HttpAnswer<T> = { ok: true; value: T } | { ok: false; status: number; refusal: string };

export type JsonHttp = {
  /** Asks by GET; a lost answer is asked for again, a few times. */
  read<T>(path: string, query: Readonly<Record<string, string>>, shape: z.ZodType<T>): Promise<HttpAnswer<T>>;
  /** Sends by POST, exactly once: whether it may be sent again is for the caller to know. */
  send<T>(path: string, body: unknown, shape: z.ZodType<T>): Promise<HttpAnswer<T>>;
};

export type JsonHttpOptions = {
  /** How messages call the other side. */
  name: string;
  baseUrl: string;
  clock: Clock;
  /** For one attempt, from connecting to the last byte. */
  timeoutMs: number;
  /** For all attempts of one reading. */
  readDeadlineMs?: number;
  bytesMax?: number;
  headers?: Readonly<Record<string, string>>;
};

/** The answer is unknown: late, cut off, unreadable, or a fault of the server. What was asked for may have been done. */
export const ANSWER_LOST = 'answer_lost';

const READ_DELAYS_MS = [100, 400];
const REFUSAL_MIN = 400;
const FAULT_MIN = 500;
const TOO_MANY = 429;
/** The server gave up on the request by itself, so how far it got is unknown. */
const REQUEST_TIMEOUT = 408;
const Refusal = z.object({ error: z.string().min(1).max(2_000) });

type Call = { path: string; init: RequestInit };
type Lost = (call: Call, why: string, cause?: unknown) => GovernorError;

/** JSON over HTTP to one service. Throws a GovernorError `answer_lost` where it is unknown what happened. */
export function createJsonHttp(options: JsonHttpOptions): JsonHttp {
  const { clock, timeoutMs, readDeadlineMs = timeoutMs, headers = {} } = options;
  const patience: Patience = { delaysMs: READ_DELAYS_MS, deadlineMs: readDeadlineMs };
  const lost: Lost = ({ path, init }, why, cause) =>
    // The query is left out: it may hold what must not be logged.
    new GovernorError(ANSWER_LOST, `${options.name} did not answer ${init.method} ${path.split('?', 1)[0]}: ${why}`, { cause });
  const exchange = async <T>(call: Call, shape: z.ZodType<T>): Promise<HttpAnswer<T>> =>
    answerOf(await fetched(call, options, lost), shape, (why, cause) => lost(call, why, cause));

  return {
    read(path, query, shape) {
      const search = new URLSearchParams(query).toString();
      const call: Call = { path: search === '' ? path : `${path}?${search}`, init: { method: 'GET', headers: { ...headers } } };
      const attempt = async () => {
        const answer = await exchange(call, shape);
        if (!answer.ok && answer.status === TOO_MANY) throw lost(call, 'it is asked too often');
        return answer;
      };
      return again({ clock, patience, isWorthIt: isLost, attempt });
    },
    send(path, body, shape) {
      const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
      return exchange({ path, init }, shape);
    },
  };
}

const isLost = (fault: unknown): boolean => fault instanceof GovernorError && fault.code === ANSWER_LOST;

type Fetched = { status: number; body: unknown };

async function fetched(call: Call, { baseUrl, timeoutMs, bytesMax }: JsonHttpOptions, lost: Lost): Promise<Fetched> {
  try {
    const limits = { timeoutMs, ...(bytesMax === undefined ? {} : { bytesMax }) };
    const { status, text } = await fetchWhole(`${trimmed(baseUrl)}${call.path}`, { ...call.init, ...limits });
    return { status, body: JSON.parse(text) };
  } catch (fault) {
    throw lost(call, whyUnanswered(fault, timeoutMs), fault);
  }
}

function answerOf<T>(
  { status, body }: Fetched,
  shape: z.ZodType<T>,
  lost: (why: string, cause?: unknown) => GovernorError,
): HttpAnswer<T> {
  if (status >= FAULT_MIN || status === REQUEST_TIMEOUT) throw lost(`status ${status}`);
  if (status >= REFUSAL_MIN) {
    const refusal = Refusal.safeParse(body);
    if (!refusal.success) throw lost(`status ${status} without an \`error\``);
    return { ok: false, status, refusal: refusal.data.error };
  }
  const value = shape.safeParse(body);
  if (!value.success) throw lost(`the answer is not what was agreed: ${z.prettifyError(value.error)}`, value.error);
  return { ok: true, value: value.data };
}

const trimmed = (url: string): string => url.replace(/\/+$/, '');
