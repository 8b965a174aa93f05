import { sha256 } from '../../pipeline/hash.ts';
import type { Clock } from '../../pipeline/ports.ts';

export type RateLimit = {
  /** Takes one turn for the holder of this token; 0 where there was one, else after how many seconds to ask again. */
  take(token: string): number;
};

type Options = { perMinute: number; burst: number; clock: Clock };
type Bucket = { left: number; atMs: number };

const MINUTE_MS = 60_000;
/** Far more than there are tokens: only tokens that were let in come here. */
const HOLDERS_MAX = 1_000;

/** A bucket for each token that fills evenly: `burst` turns at once, `perMinute` on average. */
export function createRateLimit({ perMinute, burst, clock }: Options): RateLimit {
  const buckets = new Map<string, Bucket>();
  const perMs = perMinute / MINUTE_MS;

  return {
    take(token) {
      // Tokens themselves are not kept lying about.
      const key = sha256(token);
      const now = clock.now();
      const { left, atMs } = buckets.get(key) ?? { left: burst, atMs: now };
      const filled = Math.min(burst, left + Math.max(0, now - atMs) * perMs);
      const taken = filled >= 1;
      if (buckets.size >= HOLDERS_MAX && !buckets.has(key)) buckets.clear();
      buckets.set(key, { left: taken ? filled - 1 : filled, atMs: now });
      return taken ? 0 : Math.max(1, Math.ceil((1 - filled) / perMs / 1_000));
    },
  };
}
