/** Milliseconds since a reading of `performance.now()`, to the hundredth: fine enough to compare acknowledgements by. */
export function elapsedSince(startMs: number): number {
  return Math.round((performance.now() - startMs) * 100) / 100;
}
