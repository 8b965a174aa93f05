import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import { redact } from '../../../pipeline/redaction.ts';

/** Every way in which asking Kibana fails; the words complete themselves with what Kibana said. */
const SAYS = {
  kibana_away: 'Kibana cannot be reached; check KIBANA_URL and the network',
  kibana_timed_out: 'the agent gave no answer in time',
  kibana_refused: 'Kibana refused the request',
  kibana_unauthorized: 'Kibana does not accept KIBANA_API_KEY',
  kibana_forbidden: 'KIBANA_API_KEY lacks the right to use Agent Builder, or the licence does not include it',
  kibana_no_agent: 'Kibana has no agent of the id in AGENT_ID that it could run',
  kibana_no_tool: 'the agent names a tool or a skill that Kibana does not have',
  kibana_no_conversation: 'Kibana no longer has the conversation of this case',
  kibana_conflict: 'the conversation of this case is being written by another request',
  kibana_not_found: 'there is no Agent Builder at KIBANA_URL; it may name another space, or a Kibana before 9.2',
  kibana_busy: 'Kibana or its model provider is asked too often',
  kibana_agent_failed: 'the agent failed while it ran',
  kibana_aborted: 'the run of the agent was ended in Kibana',
  kibana_failed: 'Kibana failed',
  kibana_cut: 'the answer broke off before it was complete',
  kibana_too_large: 'the answer is larger than any honest one',
  kibana_unreadable: 'the answer has a shape that no known Kibana gives',
  kibana_unfinished: 'Kibana answered before the agent was done',
  kibana_awaits_person:
    'a tool of the agent asks a person for permission, which is never given here; let it ask nobody, or take it away',
  kibana_silent: 'the agent ended without a word',
} as const;

export type KibanaFaultCode = keyof typeof SAYS;

const SAID_CHARS_MAX = 300;

/** `said` is the other side's text: it is cut, and what looks like a secret is taken out. */
export function kibanaFault(code: KibanaFaultCode, said = '', cause?: unknown): GovernorError {
  const words = redact(said).trim().slice(0, SAID_CHARS_MAX).toWellFormed();
  return new GovernorError(code, words === '' ? SAYS[code] : `${SAYS[code]}: ${words}`, { cause });
}

export const isKibanaFault = (fault: unknown, ...codes: KibanaFaultCode[]): boolean =>
  fault instanceof GovernorError && codes.some((code) => code === fault.code);

const ErrorBody = z.looseObject({ message: z.string() });

/** What a refused request was refused with, as text; a proxy in between answers in shapes of its own. */
export function saidIn(body: string): string {
  try {
    const parsed = ErrorBody.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data.message : '';
  } catch {
    // Not JSON: a page of some proxy, of which the status says enough.
    return '';
  }
}

const BY_STATUS: Readonly<Record<number, KibanaFaultCode>> = {
  400: 'kibana_refused',
  401: 'kibana_unauthorized',
  403: 'kibana_forbidden',
  404: 'kibana_not_found',
  408: 'kibana_timed_out',
  409: 'kibana_conflict',
  413: 'kibana_refused',
  429: 'kibana_busy',
  502: 'kibana_away',
  503: 'kibana_away',
  504: 'kibana_timed_out',
};
const SERVER_FAULT = 500;

/** Kibana says which thing is missing only in its sentence. */
const MISSING: readonly [RegExp, KibanaFaultCode][] = [
  [/^agent\b/i, 'kibana_no_agent'],
  [/^conversation\b/i, 'kibana_no_conversation'],
  [/^(?:tool|skill)\b/i, 'kibana_no_tool'],
];

export function faultOfStatus(status: number, body: string): GovernorError {
  const said = saidIn(body);
  const missing = status === 404 ? MISSING.find(([names]) => names.test(said))?.[1] : undefined;
  const code = missing ?? BY_STATUS[status] ?? (status >= SERVER_FAULT ? 'kibana_failed' : 'kibana_refused');
  return kibanaFault(code, said === '' ? `status ${status}` : said);
}

const BY_CODE: Readonly<Record<string, KibanaFaultCode>> = {
  internalError: 'kibana_failed',
  badRequest: 'kibana_refused',
  forbidden: 'kibana_forbidden',
  toolNotFound: 'kibana_no_tool',
  skillNotFound: 'kibana_no_tool',
  agentNotFound: 'kibana_no_agent',
  agentUnavailable: 'kibana_no_agent',
  conversationNotFound: 'kibana_no_conversation',
  conversationWriteConflict: 'kibana_conflict',
  conversationAlreadyExists: 'kibana_conflict',
  agentExecutionError: 'kibana_agent_failed',
  requestAborted: 'kibana_aborted',
  hookExecutionError: 'kibana_agent_failed',
  workflowAborted: 'kibana_aborted',
  workflowExecutionFailed: 'kibana_agent_failed',
};

/** An error inside a stream, after its headers were sent. A code that is new counts as a failure of Kibana. */
export const faultOfCode = (code: string, said: string): GovernorError =>
  kibanaFault((Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined) ?? 'kibana_failed', said === '' ? code : said);
