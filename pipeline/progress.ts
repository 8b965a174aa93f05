import type { Action } from '../contracts/catalogue.ts';
import type { Phase, Shown } from '../contracts/shown.ts';
import type { CaseState, RevisionState } from './case-state.ts';
import { isClosed } from './case-state.ts';
import { mayHaveRun } from './outcome-change.ts';

type Progress = Shown['progress'][number];

const PHASES: readonly Phase[] = ['plan', 'stress', 'gate', 'execute', 'verify', 'learn'];

/** How far a revision has come, phase by phase. */
export function progressOf(state: CaseState, revision: RevisionState | undefined): Progress[] {
  const done = phasesDone(state, revision);
  const stopped = isClosed(state) && state.status !== 'resolved';
  return PHASES.map((phase, index) => {
    if (index < done) return { phase, status: 'complete', detail: '' };
    if (index > done || stopped) return { phase, status: 'pending', detail: '' };
    return {
      phase,
      status: PROGRESS_OF[state.status] ?? 'pending',
      detail: state.attempts > 0 ? `attempt ${state.attempts + 1}` : '',
    };
  });
}

const PROGRESS_OF: Partial<Record<CaseState['status'], Progress['status']>> = {
  detected: 'in_progress',
  analyzing: 'in_progress',
  executing: 'in_progress',
  verifying: 'in_progress',
  learning: 'in_progress',
  failed: 'error',
  not_recovered: 'error',
  outcome_unknown: 'error',
};

/** How many of the phases this revision has behind it. */
function phasesDone(state: CaseState, revision: RevisionState | undefined): number {
  if (revision === undefined) return 0;
  if (revision.stressed === null) return 1;
  if (revision.gated === null) return 2;
  const mine = state.execution?.revision === revision.revision ? state.execution : null;
  if (mine?.outcome !== 'done') return 3;
  if (state.recovery?.result !== 'recovered') return 4;
  return state.status === 'resolved' ? PHASES.length : 5;
}

/** What people can do now, three sentences at most. */
export function nextStepsOf(
  state: CaseState,
  revision: RevisionState | undefined,
  needs: Shown['needs'],
  action: Action | undefined,
): string[] {
  const steps: string[] = [];
  if (state.status === 'outcome_unknown')
    steps.push(`Look at the target yourself, then say whether the action ran${action?.rollback ? ', or roll it back' : ''}.`);
  if (state.status === 'not_recovered') steps.push(afterNoRecovery(state, action));
  if (state.status !== 'pending_approval') return steps;
  if (needs === 'nothing_passes') steps.push('This plan cannot run as it is: choose an action from the catalogue.');
  if (revision?.gated?.gate.reasons.includes('unsupported'))
    steps.push('Add evidence or a runbook for this service, then look again.');
  if (state.waiting?.for === 'recovered_meanwhile')
    steps.push('The service is well again: reject, unless the action is still wanted.');
  return steps.slice(0, 3);
}

function afterNoRecovery(state: CaseState, action: Action | undefined): string {
  if (!mayHaveRun(state.execution)) return 'Mend what kept this order from running and look again, or choose another action.';
  return action?.rollback ? 'Roll back, or choose another action.' : 'Choose another action; this one has no rollback.';
}
