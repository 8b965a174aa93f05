import { forgetOldest } from './forget-oldest.ts';

const TEXTS_MAX = 4_000;
/** Longer texts come once: keeping them would take room and save nothing. */
const CHARS_MAX = 1_000;

/**
 * A pure function of a text that remembers what it made of the latest short ones. Claims, titles and excerpts come again
 * with every case of a service, and reading them is a good part of a case's work.
 */
export function remembered<T extends object | string>(make: (text: string) => T): (text: string) => T {
  const kept = new Map<string, T>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    if (text.length <= CHARS_MAX) {
      kept.set(text, made);
      forgetOldest(kept, TEXTS_MAX);
    }
    return made;
  };
}
