import { problemOf } from '../../pipeline/errors.ts';
import { readLimited } from './limited-body.ts';

type Asked = Omit<RequestInit, 'redirect' | 'signal'> & {
  /** From connecting to the last byte. */
  timeoutMs: number;
  bytesMax?: number;
};

const BYTES_MAX = 1_000_000;

/** One request, sent once, and the whole of its answer as text. Throws as fetch does, and where the answer is too large. */
export async function fetchWhole(url: string, { timeoutMs, bytesMax = BYTES_MAX, ...init }: Asked) {
  // A redirected order might be done twice, or by somebody else.
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  return { status: response.status, text: await readLimited(response, bytesMax) };
}

/** Why no answer came, or none that is JSON; in words that complete a sentence. */
export function whyUnanswered(fault: unknown, timeoutMs: number): string {
  if (fault instanceof Error && fault.name === 'TimeoutError') return `not within ${timeoutMs / 1_000} s`;
  return fault instanceof SyntaxError ? 'the answer is not JSON' : fetchProblem(fault);
}

/** fetch says only that it failed; why is in its cause. */
export const fetchProblem = (fault: unknown): string =>
  fault instanceof TypeError && fault.cause !== undefined ? problemOf(fault.cause) : problemOf(fault);
