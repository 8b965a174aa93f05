import type { ReplayTotals } from '../../contracts/replay.ts';
import { type Again, type CaseAgain, isProgramFault } from './replay-case.ts';

export type Totals = ReturnType<typeof createTotals>;

/** Sums over cases that are not kept. */
export function createTotals() {
  const totals: ReplayTotals['totals'] = {
    cases: 0,
    decisions: 0,
    differing_cases: 0,
    differing_decisions: 0,
    execute_to_block: 0,
    block_to_execute: 0,
    need_nobody: { recorded: 0, replayed: 0 },
    same_thresholds: 0,
    program_faults: 0,
    unreadable_cases: 0,
  };
  const count = (again: Again): void => {
    const { recorded, replayed, thresholds, differs } = again;
    const isTurned = recorded.decision !== replayed.decision;
    totals.decisions += 1;
    totals.differing_decisions += Number(differs.length > 0);
    totals.execute_to_block += Number(isTurned && recorded.decision === 'execute');
    totals.block_to_execute += Number(isTurned && replayed.decision === 'execute');
    totals.need_nobody.recorded += Number(recorded.needs === 'none');
    totals.need_nobody.replayed += Number(replayed.needs === 'none');
    totals.same_thresholds += Number(thresholds === 'same');
    totals.program_faults += Number(isProgramFault(again));
  };
  return {
    add({ decisions }: CaseAgain): void {
      totals.cases += 1;
      totals.differing_cases += Number(decisions.some(({ differs }) => differs.length > 0));
      for (const again of decisions) count(again);
    },
    unreadable(): void {
      totals.cases += 1;
      totals.unreadable_cases += 1;
    },
    now: (): ReplayTotals['totals'] => structuredClone(totals),
  };
}
