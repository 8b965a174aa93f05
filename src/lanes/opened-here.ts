import { forgetOldest } from '../../pipeline/forget-oldest.ts';
import type { CaseLog, Clock } from '../../pipeline/ports.ts';

/** Cases kept; about a forgotten one Slack is asked once more than needed. */
const KEPT_MAX = 5_000;

export type OpenedHere = {
  /** True while nobody else can have posted for this case. */
  isSole(caseId: string): boolean;
  /** Until when the case is leased to this process without a break; null after one. */
  leased(caseId: string, untilMs: number | null): void;
};

type Parts = { log: Pick<CaseLog, 'onAppend'>; clock: Clock };

/**
 * Cases that this process opened and has had to itself ever since. A process that was stopped for a while finds its
 * lease over at the very moment it wants to post, and then looks first.
 */
export function createOpenedHere({ log, clock }: Parts): OpenedHere {
  const untilMs = new Map<string, number>();
  log.onAppend(({ case_id, body }) => {
    if (body.kind !== 'incident_opened') return;
    untilMs.set(case_id, 0);
    forgetOldest(untilMs, KEPT_MAX);
  });
  return {
    isSole: (caseId) => (untilMs.get(caseId) ?? 0) > clock.now(),
    leased(caseId, until) {
      if (until === null) untilMs.delete(caseId);
      else if (untilMs.has(caseId)) untilMs.set(caseId, until);
    },
  };
}
