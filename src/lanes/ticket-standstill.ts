import { GovernorError } from '../../pipeline/errors.ts';
import { forgetOldest } from '../../pipeline/forget-oldest.ts';
import { retryAfterOf, worthAnother } from '../worker/backoff.ts';

const DEFINITE: ReadonlySet<string> = new Set([
  'ticket_refused',
  'ticket_misconfigured',
  'ticket_mismatch',
  'ticket_unauthorized',
]);
/** Tried again at the worker's own pace, for about a minute. */
const QUICK_TRIES = 8;
const FIRST_MS = 30_000;
const LONGEST_MS = 600_000;
/** Cases remembered; a forgotten one is at worst tried quickly once more, and told of later. */
const KEPT_MAX = 5_000;

/** An outage that is shorter is nobody's concern: what was not told by then follows by itself. */
const AWAY_MS = 60_000;
/** A tracker that says no says it again; but one that is being restarted may say it for a few seconds too. */
const REFUSALS_MIN = 3;
const REFUSED_MS = 10_000;

/** How the tracker has failed one case: since when, in milliseconds, and how often in a row it has said no. */
type Standstill = { sinceMs: number; refusals: number };

export type Standstills = {
  /** Counts one more fault of a try that began at `beganMs`; says whether people should hear of it by now. */
  count(caseId: string, fault: unknown, times: { beganMs: number; nowMs: number }): { isLong: boolean; fault: unknown };
  over(caseId: string): void;
};

/** What is remembered of a tracker that does not do what it is asked, case by case, until it does. */
export function createStandstills(): Standstills {
  const known = new Map<string, Standstill>();
  return {
    count(caseId, fault, { beganMs, nowMs }) {
      const before = known.get(caseId) ?? { sinceMs: beganMs, refusals: 0 };
      const isNo = fault instanceof GovernorError && DEFINITE.has(fault.code) && retryAfterOf(fault) === null;
      const now = { ...before, refusals: before.refusals + (isNo ? 1 : 0) };
      known.set(caseId, now);
      forgetOldest(known, KEPT_MAX);
      return { isLong: isLong(now, nowMs), fault: isNo ? slowed(fault, now.refusals) : fault };
    },
    over: (caseId) => void known.delete(caseId),
  };
}

const isLong = ({ sinceMs, refusals }: Standstill, nowMs: number): boolean =>
  nowMs - sinceMs >= (refusals >= REFUSALS_MIN ? REFUSED_MS : AWAY_MS);

/** What was refused is mostly refused again, until somebody has changed something there; many cases must not ask for it all the time. */
const slowed = (fault: unknown, refusals: number): unknown =>
  refusals <= QUICK_TRIES ? fault : worthAnother(fault, Math.min(LONGEST_MS, FIRST_MS * 2 ** (refusals - QUICK_TRIES - 1)));
