import type { CaseState } from '../../pipeline/case-state.ts';
import { currentNumber } from '../../pipeline/case-state.ts';
import { RECOVERY, STATUS } from '../../views/words.ts';

/** One line on where the case stands, for those who do not look into its thread. */
export function stageLine(state: CaseState): string {
  const { status, lastAct, recovery, problem } = state;
  const act = lastAct === null ? '' : ` Last act: ${lastAct.kind} by ${lastAct.by}.`;
  const checked =
    recovery === null ? '' : ` ${RECOVERY[recovery.result]}${recovery.detail === '' ? '' : ` (${recovery.detail})`}`;
  const stopped = status !== 'failed' || problem === null ? '' : ` ${problem}.`;
  return `${STATUS[status]}, revision ${currentNumber(state)}.${stopped}${act}${checked}`;
}
