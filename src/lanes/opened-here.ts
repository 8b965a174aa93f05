import type { CaseLog } from '../../pipeline/ports.ts';

/** Cases kept; about a forgotten one Slack is asked once more than needed. */
const KEPT_MAX = 5_000;

/** Whether this process itself opened a case: nobody else can have posted for it before. */
export function createOpenedHere(log: Pick<CaseLog, 'onAppend'>): (caseId: string) => boolean {
  const opened = new Set<string>();
  log.onAppend(({ case_id, body }) => {
    if (body.kind !== 'incident_opened') return;
    opened.add(case_id);
    const oldest = opened.size > KEPT_MAX ? opened.values().next().value : undefined;
    if (oldest !== undefined) opened.delete(oldest);
  });
  return (caseId) => opened.has(caseId);
}
