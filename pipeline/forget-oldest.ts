/** Of so many kept, one in this many goes at a time. */
const SHARE = 8;

type Kept = { readonly size: number; keys(): Iterator<unknown> & Iterable<unknown>; delete(key: never): boolean };

/**
 * Bounds what a process remembers: where a map or a set holds more than `max`, an eighth of it is forgotten, oldest
 * first. Never one at a time: finding the first key of a map walks over every key deleted before it, which made each
 * new one dearer than the work it was kept for.
 */
export function forgetOldest(kept: Kept, max: number): void {
  if (kept.size <= max) return;
  let left = Math.ceil(max / SHARE);
  for (const key of kept.keys()) {
    if (left <= 0) return;
    kept.delete(key as never);
    left -= 1;
  }
}
