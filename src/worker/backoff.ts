import { GovernorError, problemOf } from '../../pipeline/errors.ts';

const FIRST_MS = 200;
const LONGEST_MS = 15_000;
const FACTOR = 2;

/** How long to wait after the n-th fault in a row (1 is the first). */
export const backoffMs = (faults: number): number => Math.min(LONGEST_MS, FIRST_MS * FACTOR ** (faults - 1));

/** A port that was told when to come back (429) says so on its fault. */
export function retryAfterOf(fault: unknown): number | null {
  const wait = fault instanceof Error && 'retryAfterMs' in fault ? fault.retryAfterMs : null;
  return typeof wait === 'number' && Number.isFinite(wait) ? wait : null;
}

/** The same fault, which says when it is worth coming back. */
export const worthAnother = (fault: unknown, retryAfterMs: number): GovernorError => {
  const code = fault instanceof GovernorError ? fault.code : 'fault';
  return Object.assign(new GovernorError(code, problemOf(fault), { cause: fault }), { retryAfterMs });
};
