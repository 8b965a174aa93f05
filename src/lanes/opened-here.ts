import { forgetOldest } from '../../pipeline/forget-oldest.ts';
import type { CaseLog } from '../../pipeline/ports.ts';

/** Cases kept; about a forgotten one Slack is asked once more than needed. */
const KEPT_MAX = 5_000;

export type OpenedHere = {
  /** True while nobody else can have posted for this case. */
  isSole(caseId: string): boolean;
  /** The lease had a gap: another process may have been at work in it. */
  shared(caseId: string): void;
};

/** Cases that this process opened and has had to itself ever since. */
export function createOpenedHere(log: Pick<CaseLog, 'onAppend'>): OpenedHere {
  const sole = new Set<string>();
  log.onAppend(({ case_id, body }) => {
    if (body.kind !== 'incident_opened') return;
    sole.add(case_id);
    forgetOldest(sole, KEPT_MAX);
  });
  return { isSole: (caseId) => sole.has(caseId), shared: (caseId) => void sole.delete(caseId) };
}
