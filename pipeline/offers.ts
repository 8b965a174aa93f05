import type { Action } from '../contracts/catalogue.ts';
import type { Offer, Shown } from '../contracts/shown.ts';
import { WAITING_FOR_PEOPLE } from './attempt.ts';
import type { CaseState, RevisionState } from './case-state.ts';
import { RECHECKS_MAX, recheckRun } from './next.ts';
import { mayHaveRun } from './outcome-change.ts';

/** Only what can lead somewhere is offered; nothing is offered while an action is under way. */
export function offersOf(
  state: CaseState,
  revision: RevisionState | undefined,
  needs: Shown['needs'],
  action: Action | undefined,
): Offer[] {
  if (state.status === 'resolved')
    return state.learned?.decision === null ? ['accept_runbook', 'edit_runbook', 'discard_runbook'] : [];
  const back: Offer[] = action?.rollback ? ['rollback'] : [];
  if (state.status === 'outcome_unknown') return ['it_ran', 'it_did_not_run', ...back];
  // Where this order did not run, undoing it would be a change of its own, and what remains is to try it again.
  if (state.status === 'not_recovered') return [...(mayHaveRun(state.execution) ? back : AGAIN), 'choose_action', 'reject'];
  return WAITING_FOR_PEOPLE.has(state.status) ? offersWhileWaiting(state, revision, needs) : [];
}

const AGAIN: Offer[] = ['look_again'];

function offersWhileWaiting(state: CaseState, revision: RevisionState | undefined, needs: Shown['needs']): Offer[] {
  const open = revision !== undefined && revision.voided === null && !revision.approved;
  const consents: Offer[] = open ? CONSENTS[needs] : [];
  const again: Offer[] = mayLookAgain(state, revision) ? ['look_again'] : [];
  const choice: Offer[] = needs === 'none' ? [] : ['choose_action'];
  return [...consents, 'reject', state.held ? 'release' : 'hold', ...again, ...choice];
}

const CONSENTS: Record<Shown['needs'], Offer[]> = {
  none: [],
  approve: ['approve', 'override'],
  override: ['override'],
  nothing_passes: [],
};

/** Blocks that fresh evidence or figures may turn. */
const TURNED_BY_LOOKING = [
  'unsupported',
  'thin_coverage',
  'telemetry_unknown',
  'stale_evidence',
  'position_withdrawn',
  'fabricated_authority',
] as const;

function mayLookAgain(state: CaseState, revision: RevisionState | undefined): boolean {
  if (revision?.voided) return recheckRun(state) >= RECHECKS_MAX;
  return (
    state.status === 'pending_approval' && TURNED_BY_LOOKING.some((reason) => revision?.gated?.gate.reasons.includes(reason))
  );
}
