import { GovernorError, problemOf } from '../../../pipeline/errors.ts';
import { redact } from '../../../pipeline/redaction.ts';

const REFUSAL_MIN = 400;
const FAULT_MIN = 500;
const TOO_MANY = 429;
const NOT_FOUND = 404;
const NOT_ALLOWED: ReadonlySet<number> = new Set([401, 403]);
/** Of what a server says about its refusal: it is text of others and ends on a card. */
const SAID_CHARS_MAX = 200;

/** Anything that a call of the model threw, as a fault with a code and one sentence. What is ours already stays as it is. */
export function modelFault(fault: unknown): GovernorError {
  if (fault instanceof GovernorError) return fault;
  const status = field(fault, 'statusCode');
  if (typeof status === 'number') return new GovernorError(...ofStatus(status, fault), { cause: fault });
  const last = field(fault, 'lastError');
  if (last !== undefined) return modelFault(last);
  if (isUnreachable(fault))
    return new GovernorError('model_unreachable', `the model's server cannot be reached: ${said(fault)}`, { cause: fault });
  if (field(fault, 'name') === 'TimeoutError')
    return new GovernorError('model_budget', 'the model did not answer in the time that this case has left for it', {
      cause: fault,
    });
  return new GovernorError('model_failed', `the model gave no answer: ${said(fault)}`, { cause: fault });
}

function ofStatus(status: number, fault: unknown): [code: string, message: string] {
  if (status === TOO_MANY) return ['model_busy', 'the model is asked too often (429)'];
  if (status >= FAULT_MIN) return ['model_failed', `the model's server failed (${status})`];
  if (NOT_ALLOWED.has(status)) return ['model_refused', `the model's server refuses the key (${status})`];
  if (status === NOT_FOUND) return ['model_refused', 'the model, or the address of its server, does not exist (404)'];
  if (status >= REFUSAL_MIN) return ['model_refused', `the model's server refuses the question (${status}): ${said(fault)}`];
  // A status that is no failure: the answer itself could not be read.
  return ['model_failed', `the model's server gave an answer that cannot be read: ${said(fault)}`];
}

/** The package says so by a call that failed without a status; why is in its cause. */
const isUnreachable = (fault: unknown): boolean => field(fault, 'name') === 'AI_APICallError';

const said = (fault: unknown): string => redact(problemOf(fault)).slice(0, SAID_CHARS_MAX);

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
