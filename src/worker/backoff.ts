const FIRST_MS = 200;
const LONGEST_MS = 15_000;
const FACTOR = 2;

/** How long to wait after the n-th fault in a row (1 is the first). */
export const backoffMs = (faults: number): number => Math.min(LONGEST_MS, FIRST_MS * FACTOR ** (faults - 1));
