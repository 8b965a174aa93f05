import { forgetOldest } from '../../pipeline/forget-oldest.ts';
import type { CaseLog, Clock } from '../../pipeline/ports.ts';

/** Cases kept; about a forgotten one Slack is asked once more than needed. */
const KEPT_MAX = 5_000;

/** `breaks` counts the times when another process may have had the case. */
type Held = { openedHere: boolean; untilMs: number; breaks: number };

export type Tenure = {
  /** True while nobody else can have posted for this case: opened by this process, and leased to it ever since. */
  isSole(caseId: string): boolean;
  /** Begins an act; the answer tells at its end whether this process has had the case to itself all the while. */
  begin(caseId: string): () => boolean;
  /** Until when the case is leased to this process; null where it is not. */
  leased(caseId: string, untilMs: number | null): void;
};

type Parts = { log: Pick<CaseLog, 'onAppend'>; clock: Clock };

/**
 * Which cases this process has to itself, and since when without a break. A process that was stopped for a while finds
 * its lease over at the very moment it goes on, and then looks at what others have done meanwhile.
 */
export function createTenure({ log, clock }: Parts): Tenure {
  const cases = new Map<string, Held>();
  const keep = (caseId: string, held: Held): void => {
    cases.delete(caseId);
    cases.set(caseId, held);
    forgetOldest(cases, KEPT_MAX);
  };
  log.onAppend(({ case_id, body }) => {
    if (body.kind === 'incident_opened') keep(case_id, { openedHere: true, untilMs: 0, breaks: 0 });
  });
  const isNow = (caseId: string): boolean => (cases.get(caseId)?.untilMs ?? 0) > clock.now();

  return {
    isSole: (caseId) => isNow(caseId) && cases.get(caseId)?.openedHere === true,
    begin(caseId) {
      const before = isNow(caseId) ? cases.get(caseId)?.breaks : undefined;
      return () => before !== undefined && isNow(caseId) && cases.get(caseId)?.breaks === before;
    },
    leased(caseId, untilMs) {
      const held = cases.get(caseId) ?? { openedHere: false, untilMs: 0, breaks: 0 };
      const lapsed = held.untilMs > 0 && held.untilMs < clock.now();
      const broken = untilMs === null || lapsed;
      keep(caseId, {
        openedHere: held.openedHere && !broken,
        untilMs: untilMs ?? 0,
        breaks: held.breaks + (broken ? 1 : 0),
      });
    },
  };
}
