import { canonicalJson } from '../canonical.ts';
import type { CaseState, LearnedState } from '../case-state.ts';
import type { Cases, Changed, Wish } from '../cases.ts';
import { GovernorError } from '../errors.ts';
import { learnedRunbook } from '../learned-runbook.ts';
import type { Library } from '../ports.ts';
import type { RunStep } from './step.ts';
import { moved } from './step.ts';

type Parts = { cases: Cases; library: Pick<Library, 'put'> };
/** Gives the case once the library holds its runbook as the log has it. */
export type Keep = (state: CaseState) => Promise<CaseState>;

const ROUNDS_MAX = 20;

/**
 * Brings a learned runbook in the library into step with the log. Looked at again after each write: whoever wrote an older
 * decision over a newer one, because it was stopped in between, sets it right itself.
 */
export function createKeep({ cases, library }: Parts): Keep {
  const putOnce = async (state: CaseState, learned: LearnedState): Promise<Changed<'same' | 'other'>> => {
    await library.put([learnedRunbook(state, learned)]);
    const looked = await cases.change(state.caseId, (now) => keptWish(now, learned));
    if (looked === undefined) throw new GovernorError('no_case', `case ${state.caseId} is not in the log`);
    return looked;
  };

  return async (from) => {
    let looked: Changed<'same' | 'other'> = { state: from, answer: 'other' };
    for (let round = 0; round < ROUNDS_MAX && looked.answer === 'other'; round += 1) {
      const { learned } = looked.state;
      if (learned === null) return looked.state;
      looked = await putOnce(looked.state, learned);
    }
    if (looked.answer === 'same') return looked.state;
    throw new GovernorError('case_contended', `what is decided about the runbook of case ${from.caseId} keeps changing`);
  };
}

export const createKeepStep =
  (keep: Keep): RunStep =>
  async (state) =>
    moved(await keep(state));

const said = (learned: LearnedState): string => canonicalJson({ ...learned, kept: true });

function keptWish(now: CaseState, put: LearnedState): Wish<'same' | 'other'> {
  const { learned } = now;
  if (learned === null || said(learned) !== said(put)) return { append: null, answer: 'other' };
  if (learned.kept) return { append: null, answer: 'same' };
  const revision = Math.max(1, now.revisions.length);
  return { append: { kind: 'learning_kept', revision, runbook_id: learned.runbookId }, answer: 'same' };
}
