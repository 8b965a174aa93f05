import type { CaseState } from '../case-state.ts';
import { currentNumber, currentRevision } from '../case-state.ts';
import type { Cases } from '../cases.ts';
import { GovernorError } from '../errors.ts';
import type { RunStep } from './step.ts';
import { moved } from './step.ts';

/** The approvals' time is over. Expiry refuses; it never executes. */
export const createExpireStep =
  ({ cases }: { cases: Cases }): RunStep =>
  async (state) =>
    moved(await cases.record(state, { kind: 'expired', revision: currentNumber(state) }));

/** Tells the people again that something waits for them; `post` puts it into the thread and returns its ts. */
export const createRemindStep =
  ({ cases, post }: { cases: Cases; post: (state: CaseState) => Promise<string> }): RunStep =>
  async (state) =>
    moved(await cases.record(state, { kind: 'reminded', revision: currentNumber(state), ts: await post(state) }));

/** The same plan as a new revision, after a re-check voided it or its execution never took place. */
export const createReviseStep =
  ({ cases }: { cases: Cases }): RunStep =>
  async (state) => {
    const now = currentRevision(state);
    if (now === undefined) throw new GovernorError('no_plan', `case ${state.caseId} has nothing to revise`);
    const { plan, planner, fallback_from, chosen_by, source, unretrieved_ids } = now.planned;
    const origin = now.voided === null ? ('not_run' as const) : ('recheck' as const);
    const differences = now.voided ?? [
      `the execution did not take place: ${state.execution?.detail ?? 'no reason known'}`.slice(0, 2_000),
    ];
    return moved(
      await cases.record(state, {
        kind: 'planned',
        revision: now.revision + 1,
        origin,
        plan,
        planner,
        fallback_from,
        chosen_by,
        ...(source === undefined ? {} : { source }),
        ...(unretrieved_ids === undefined ? {} : { unretrieved_ids }),
        differences,
      }),
    );
  };
