import type { CaseState } from '../../pipeline/case-state.ts';
import { currentRevision } from '../../pipeline/case-state.ts';

/** One line on where the case stands, for a ticket's comment. */
export function stageLine(state: CaseState): string {
  const now = currentRevision(state);
  const action = now?.stressed?.stress.action_id ?? now?.planned.plan.proposed_action ?? 'no action yet';
  const reasons = now?.gated?.gate.reasons ?? [];
  const why = reasons.length > 0 ? ` (${reasons.join(', ')})` : '';
  const act = state.lastAct === null ? '' : ` Last act: ${state.lastAct.kind} by ${state.lastAct.by}.`;
  const recovery = state.recovery === null ? '' : ` Recovery check: ${state.recovery.result}: ${state.recovery.detail}.`;
  return `State ${state.status}, revision ${now?.revision ?? 1}, action ${action}${why}.${act}${recovery}`;
}
