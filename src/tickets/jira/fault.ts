import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import { ANSWER_LOST } from '../../outward/json-http.ts';

/**
 * Why Jira did not do what it was asked.
 * `ticket_refused`: a definite no; nothing was done. `ticket_unauthorized`: the account is not let in; nothing was done.
 * `ticket_rate_limited`, `ticket_unreachable`: nothing was done, and it may work later. `ticket_unsettled`: an opening
 * whose answer was lost may have been made; it is looked for again after `retryAfterMs`. `ticket_misconfigured`: the
 * project wants what the config does not give. `ticket_mismatch`: the ticket is not this case's. `answer_lost`: what was
 * asked for may have been done.
 */
export type TicketFaultCode =
  | 'ticket_refused'
  | 'ticket_unauthorized'
  | 'ticket_rate_limited'
  | 'ticket_unreachable'
  | 'ticket_unsettled'
  | 'ticket_misconfigured'
  | 'ticket_mismatch'
  | typeof ANSWER_LOST;

type Details = { status?: number | null; retryAfterMs?: number | null; cause?: unknown };

/** A GovernorError that keeps Jira's status, and when it is worth asking again. */
export class TicketFault extends GovernorError {
  /** Null where Jira did not answer at all. */
  readonly status: number | null;
  /** Milliseconds; null where nothing is known of it. */
  readonly retryAfterMs: number | null;

  constructor(code: TicketFaultCode, message: string, { status = null, retryAfterMs = null, cause }: Details = {}) {
    super(code, message, { cause });
    this.name = 'TicketFault';
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

export const isFault = (fault: unknown, code: TicketFaultCode): fault is TicketFault =>
  fault instanceof TicketFault && fault.code === code;

export const isMissing = (fault: unknown): boolean => isFault(fault, 'ticket_refused') && fault.status === MISSING;

const NOT_DONE: ReadonlySet<string> = new Set<TicketFaultCode>([
  'ticket_refused',
  'ticket_unauthorized',
  'ticket_rate_limited',
  'ticket_unreachable',
]);

/** Whether it is certain that what was asked for was not done. */
export const wasNotDone = (fault: unknown): boolean => fault instanceof TicketFault && NOT_DONE.has(fault.code);

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const MISSING = 404;
const REQUEST_TIMEOUT = 408;
const FAULT_MIN = 500;
const REASON_CHARS_MAX = 500;

const ErrorBody = z.object({
  errorMessages: z.array(z.string()).default([]),
  errors: z.record(z.string(), z.string()).default({}),
});

/** What an answer that is no success means. `what` is the request in words. */
export function faultOf(what: string, status: number, body: string): TicketFault {
  if (status >= FAULT_MIN || status === REQUEST_TIMEOUT)
    return new TicketFault(ANSWER_LOST, `Jira did not answer ${what}: status ${status}`, { status });
  const reason = reasonOf(body);
  if (status === UNAUTHORIZED) {
    const advice = 'check JIRA_EMAIL and JIRA_API_TOKEN';
    return new TicketFault('ticket_unauthorized', `Jira does not let the account in for ${what}: ${advice}`, { status });
  }
  const meaning = MEANINGS[status] ?? `status ${status}`;
  return new TicketFault('ticket_refused', `Jira refused ${what}: ${meaning}${reason === '' ? '' : `: ${reason}`}`, { status });
}

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'it is not what the project takes',
  [FORBIDDEN]: 'the account lacks a permission',
  [MISSING]: 'it is not there, or the account may not see it',
  409: 'something else was changing it',
};

/** Jira's own words, in one line; empty where it gave none, or a page of a proxy. */
function reasonOf(body: string): string {
  const parsed = ErrorBody.safeParse(jsonOf(body));
  if (!parsed.success) return '';
  const { errorMessages, errors } = parsed.data;
  const fields = Object.entries(errors).map(([field, message]) => `\`${field}\`: ${message}`);
  return [...errorMessages, ...fields].join('; ').replace(/\s+/g, ' ').slice(0, REASON_CHARS_MAX);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever stands before Jira may answer with a page; its status has been told already.
    return null;
  }
}
