import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../pipeline/ports.ts';
import { TicketFault } from './fault.ts';

export type RateGate = {
  /** Passes where requests may go out now or shortly; throws `ticket_rate_limited` where Jira wants a longer pause. */
  pass(): Promise<void>;
  /** Jira has answered 429: nobody asks before its time. `retryAfter` is the header. */
  shut(retryAfter: string | null): void;
};

/** Pauses up to this long are waited out here; the worker comes back after longer ones. */
const PAUSE_HERE_MS = 2_000;
const RETRY_DEFAULT_MS = 5_000;
const RETRY_MIN_MS = 250;
const RETRY_MAX_MS = 3_600_000;
/** Atlassian asks for jitter, so that those who were all refused at once do not all come back at once. */
const JITTER = 0.2;

/** One gate for all requests of the account: a limit that one case has met holds for the others too. */
export function createRateGate(clock: Clock, chance: () => number = Math.random): RateGate {
  let openMs = 0;
  return {
    async pass() {
      const waitMs = openMs - clock.now();
      if (waitMs > PAUSE_HERE_MS)
        throw new TicketFault('ticket_rate_limited', `Jira wants a pause of ${Math.ceil(waitMs / 1_000)} s`, {
          retryAfterMs: waitMs,
        });
      if (waitMs > 0) await sleep(waitMs);
    },
    shut(retryAfter) {
      const wantedMs = Math.min(RETRY_MAX_MS, Math.max(RETRY_MIN_MS, retryAfterMs(retryAfter, clock.now())));
      openMs = Math.max(openMs, clock.now() + wantedMs * (1 + JITTER * chance()));
    },
  };
}

/** The header is a number of seconds or a date; anything else is no advice. */
function retryAfterMs(header: string | null, nowMs: number): number {
  if (header === null || header.trim() === '') return RETRY_DEFAULT_MS;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds * 1_000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? RETRY_DEFAULT_MS : atMs - nowMs;
}
