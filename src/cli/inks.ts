import type { CaseStatus } from '../../contracts/words.ts';
import type { Part } from './print.ts';
import { bad, good, strong } from './print.ts';

const ENDED_WELL: ReadonlySet<CaseStatus> = new Set(['resolved']);
const ENDED_BADLY: ReadonlySet<CaseStatus> = new Set(['failed', 'not_recovered', 'outcome_unknown']);
/** Where somebody is waited for. */
const WAITS: ReadonlySet<CaseStatus> = new Set(['pending_approval', 'held']);

/** Colour goes to what a reader looks for in a list; everything else stays plain. */
export function statusPart(status: CaseStatus): Part {
  if (ENDED_WELL.has(status)) return good(status);
  if (ENDED_BADLY.has(status)) return bad(status);
  return WAITS.has(status) ? strong(status) : status;
}

export const decisionPart = (decision: string): Part => (decision === 'execute' ? good(decision) : bad(decision));
