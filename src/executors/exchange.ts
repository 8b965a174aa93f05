import { GovernorError } from '../../pipeline/errors.ts';
import { fetchWhole, whyUnanswered } from '../outward/fetch-whole.ts';
import { ANSWER_LOST } from '../outward/json-http.ts';

export type Request = {
  method: 'GET' | 'POST';
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  timeoutMs: number;
  /** How messages call the other side. */
  name: string;
};
/** `unreached`: nobody took the connection, so nothing of the request was sent. */
export type Exchanged = { kind: 'answered'; status: number; body: unknown } | { kind: 'unreached'; problem: string };

/** Faults that come before a first byte could be sent; after any other the request may have arrived. */
const UNREACHED: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * A line that is kept open may be closed by the other side at the very moment in which the next request goes over it, and
 * then nobody knows whether an order arrived. A new line each time costs little, and fails before anything is sent.
 */
const ON_A_LINE_OF_ITS_OWN = { connection: 'close' };

const CONNECTING: ReadonlySet<string> = new Set(['connect', 'getaddrinfo']);

/**
 * One request and its answer, sent once. Throws `answer_lost` where it is unknown whether the request was taken: late,
 * cut off, too large, or redirected. The body is null where it is no JSON.
 */
export async function exchange({ method, url, headers, body, timeoutMs, name }: Request): Promise<Exchanged> {
  try {
    const asked = { method, headers: { ...headers, ...ON_A_LINE_OF_ITS_OWN }, timeoutMs };
    const { status, text } = await fetchWhole(url, { ...asked, ...(body === undefined ? {} : { body }) });
    return { kind: 'answered', status, body: parsed(text) };
  } catch (fault) {
    if (isUnreached(fault)) return { kind: 'unreached', problem: `${name} cannot be reached` };
    throw lost(name, whyUnanswered(fault, timeoutMs), fault);
  }
}

export const lost = (name: string, why: string, cause?: unknown): GovernorError =>
  new GovernorError(ANSWER_LOST, `${name} gave no definite answer: ${why}`, { cause });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Many systems answer with a plain text or nothing; the status has to be enough then.
    return null;
  }
}

function isUnreached(fault: unknown): boolean {
  const cause = fault instanceof TypeError ? fault.cause : undefined;
  // A name with several addresses is tried at each of them, and each attempt has its own fault.
  const faults: unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  return faults.length > 0 && faults.every(isBeforeSending);
}

/** The same words of a line that was open before say nothing of what went over it. */
const isBeforeSending = (fault: unknown): boolean =>
  fault instanceof Error &&
  'code' in fault &&
  UNREACHED.has(String(fault.code)) &&
  'syscall' in fault &&
  CONNECTING.has(String(fault.syscall));
