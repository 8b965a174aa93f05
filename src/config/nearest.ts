/** Edits between two words: letters added, dropped, changed, or two neighbours swapped, each counted once. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const plain = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + same);
      row.push(swapped ? Math.min(plain, at(beforeLast, j - 2) + 1) : plain);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;

/** A word is taken for a slip of another where at most this share of its letters differs. */
const SLIP_SHARE_MAX = 0.45;
const WORD_CHARS_MAX = 100;

const BEGINNING_CHARS_MIN = 4;

/** A word that only lacks the end of another, such as its unit, is as near as a slip of one letter. */
const distanceTo = (known: string, word: string): number =>
  word.length >= BEGINNING_CHARS_MIN && known.startsWith(word) ? 1 : editDistance(word, known);

/** The known word that `word` was most likely meant to be; undefined where none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > WORD_CHARS_MAX) return undefined;
  const plain = word.toLowerCase();
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = distanceTo(candidate.toLowerCase(), plain);
    if (best === undefined || distance < best.distance) best = { word: candidate, distance };
  }
  if (best === undefined) return undefined;
  return best.distance <= Math.max(2, Math.floor(word.length * SLIP_SHARE_MAX)) ? best.word : undefined;
}
