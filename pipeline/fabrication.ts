import type { Stress } from '../contracts/findings.ts';
import { documentHash } from './hash.ts';
import type { Known } from './weigh.ts';

/**
 * Cited ids that exist nowhere: invented authority. A log line that telemetry could not be asked for is unknown, which
 * blocks by itself; a document that existed when the plan was shown has vanished, which is another matter.
 */
export function fabricatedIds(cited: Iterable<string>, known: Known, unread: readonly string[], shown: Stress | null): string[] {
  const excused = new Set([...unread, ...(shown?.documents ?? []).map(({ id }) => id)]);
  return [...cited].filter((id) => !known.has(id) && !excused.has(id)).sort();
}

/** Cited documents that say something else than when they were shown, or are gone. One that only spoke against the plan may go. */
export function staleIds(shown: Stress | null, known: Known, unread: readonly string[]): string[] {
  const stale = (shown?.documents ?? []).filter(({ id, cited, role, hash }) => {
    const document = known.get(id);
    if (!cited || unread.includes(id)) return false;
    return document === undefined ? role !== 'contradiction' : documentHash(document) !== hash;
  });
  return stale.map(({ id }) => id).sort();
}
