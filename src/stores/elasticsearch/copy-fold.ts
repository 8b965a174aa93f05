import type { BodyOf, Entry } from '../../../contracts/entry.ts';
import type { CaseState } from '../../../pipeline/case-state.ts';
import { advance } from '../../../pipeline/fold.ts';
import type { Stored } from './log-documents.ts';

/** One execution as the entries of its case tell it; `seq` is the last entry that did. */
export type ExecutionCopy = {
  seq: number;
  startedAt: string;
  started: BodyOf<'execution_started'>;
  recorded: { at: string; body: BodyOf<'execution_recorded'> } | null;
  verified: { at: string; body: BodyOf<'verified'> } | null;
};

/** What the copies of one case are drawn from. `state` is null where its entries add up to no case. */
export type CaseCopy = {
  caseId: string;
  seq: number;
  hash: string;
  open: boolean;
  at: string;
  state: CaseState | null;
  executions: readonly ExecutionCopy[];
};

/** One entry further. A copy only shows: entries that cannot be folded leave it without a state, and are no fault here. */
export function advanceCopy(copy: CaseCopy | undefined, { entry, open }: Pick<Stored, 'entry' | 'open'>): CaseCopy {
  return {
    caseId: entry.case_id,
    seq: entry.seq,
    hash: entry.hash,
    open,
    at: entry.at,
    state: nextState(copy, entry),
    executions: nextExecutions(copy?.executions ?? [], entry),
  };
}

function nextState(copy: CaseCopy | undefined, entry: Entry): CaseState | null {
  if (copy?.state === null) return null;
  try {
    return advance(copy?.state, entry);
  } catch {
    // Whoever works on the case meets the same fault and tells people; the copy says that it has no state.
    return null;
  }
}

function nextExecutions(known: readonly ExecutionCopy[], { seq, at, body }: Entry): readonly ExecutionCopy[] {
  if (body.kind === 'execution_started') {
    const others = known.filter((one) => one.started.key !== body.key);
    return [...others, { seq, startedAt: at, started: body, recorded: null, verified: null }];
  }
  if (body.kind === 'execution_recorded')
    return known.map((one) => (one.started.key === body.key ? { ...one, seq, recorded: { at, body } } : one));
  if (body.kind === 'verified')
    return known.map((one) => (one.started.revision === body.revision ? { ...one, seq, verified: { at, body } } : one));
  return known;
}
