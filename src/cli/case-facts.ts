import type { CaseState, RevisionState } from '../../pipeline/case-state.ts';
import { currentCard, currentRevision } from '../../pipeline/case-state.ts';
import { createCases } from '../../pipeline/cases.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import { systemClock, systemIds } from '../app/core.ts';
import type { Store } from '../stores/store.ts';

/** What `cases` and `show` tell of a case; scripts depend on these names. */
export function caseFacts(state: CaseState) {
  const card = currentCard(state);
  return {
    case_id: state.caseId,
    incident: state.incident,
    state: state.status,
    ...revisionFacts(currentRevision(state)),
    executions: state.executionCount,
    recovery: state.recovery?.result ?? null,
    ticket: state.ticket?.key ?? null,
    channel: card?.channel ?? null,
    ts: card?.ts ?? null,
    shown: Boolean(card?.decisionShown),
    last_act: state.lastAct?.kind ?? null,
  };
}

function revisionFacts(now: RevisionState | undefined) {
  const gate = now?.gated?.gate;
  return {
    revision: now?.revision ?? null,
    digest: now?.gated?.digest ?? null,
    decision: gate?.decision ?? null,
    reasons: gate?.reasons ?? [],
    action: now?.stressed?.stress.action_id ?? null,
    proposed_action: now?.planned.plan.proposed_action ?? null,
  };
}
export type CaseFacts = ReturnType<typeof caseFacts>;

export const casesOf = (store: Store) => createCases({ log: store.caseLog, clock: systemClock, ids: systemIds });

export async function caseNamed(store: Store, caseId: string): Promise<CaseState> {
  const state = await casesOf(store).load(caseId);
  if (state === undefined) throw new GovernorError('unknown_case', `there is no case \`${caseId}\``);
  return state;
}
