import type { BodyOf } from '../contracts/entry.ts';
import type { CaseStatus } from '../contracts/words.ts';
import type { CaseState, ExecutionState } from './case-state.ts';

/** An order that went out to nobody this often in a row is work for people: a target that stays away helps no case. */
export const UNRUN_MAX = 8;

const PAUSE_MS_MIN = 1_000;
const PAUSE_MS_MAX = 60_000;

const STATUS_AFTER: Record<BodyOf<'execution_recorded'>['outcome'], CaseStatus> = {
  done: 'verifying',
  failed: 'not_recovered',
  refused: 'not_recovered',
  unknown: 'outcome_unknown',
  never_ran: 'analyzing',
  not_sent: 'analyzing',
};

const NOTHING_RAN: ReadonlySet<BodyOf<'execution_recorded'>['outcome']> = new Set(['refused', 'never_ran', 'not_sent']);

/** Whether there is anything to undo; what nobody can tell counts as if there were. */
export const mayHaveRun = (execution: Pick<ExecutionState, 'outcome'> | null): boolean =>
  execution !== null && (execution.outcome === null || !NOTHING_RAN.has(execution.outcome));

/**
 * What became of an order. Only a definite `done` goes on to the recovery check; what never ran is looked at anew, a few
 * times in a row; whatever else leaves the effect to people.
 */
export function outcomeChange(
  { revisions }: CaseState,
  started: ExecutionState,
  { outcome, detail, effect_at: effectAt, settled_by: settledBy }: BodyOf<'execution_recorded'>,
  at: string,
): Partial<CaseState> {
  const execution = { ...started, outcome, recordedAt: at, detail, effectAt };
  const next = STATUS_AFTER[outcome];
  const isInVain = next === 'analyzing' && settledBy === null && unrunBefore(revisions) + 1 >= UNRUN_MAX;
  return { execution, attempts: 0, status: isInVain ? 'not_recovered' : next };
}

/** How many revisions right before the newest one never ran. */
function unrunBefore(revisions: CaseState['revisions']): number {
  const lastOther = revisions.findLastIndex(({ planned }) => planned.origin !== 'not_run');
  return revisions.length - 1 - Math.max(0, lastOther);
}

/** How long what never ran is left alone before its next revision, in milliseconds: each has a card that people read. */
export function pauseAfterUnrun({ revisions }: Pick<CaseState, 'revisions'>): number {
  const before = unrunBefore(revisions);
  return before === 0 ? 0 : Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** before);
}
