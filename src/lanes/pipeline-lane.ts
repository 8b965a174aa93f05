import type { Action } from '../../contracts/catalogue.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentRevision } from '../../pipeline/case-state.ts';
import type { Presence, Step, Timings, VerifyTiming } from '../../pipeline/next.ts';
import { nextStep } from '../../pipeline/next.ts';
import type { RunStep } from '../../pipeline/steps/step.ts';
import { moved } from '../../pipeline/steps/step.ts';
import type { Lane } from '../worker/lane.ts';

type Parts = {
  steps: Record<Step, RunStep>;
  timings: Timings;
  actions: ReadonlyMap<string, Action>;
  presence: () => Presence;
};

/** The steps of the pipeline itself, as `next` names them. */
export function createPipelineLane({ steps, timings, actions, presence }: Parts): Lane {
  const dueOf = (state: CaseState) => nextStep(state, timings, presence(), verifyTiming(state, actions));
  return {
    name: 'pipeline',
    due(state) {
      const due = dueOf(state);
      return due === null ? null : { atMs: due.atMs, waits: true, partner: partnerOf(due.step, state, actions) };
    },
    async run(state) {
      const due = dueOf(state);
      return due === null ? moved(null) : steps[due.step](state);
    },
  };
}

const PARTNERS: Partial<Record<Step, string>> = {
  plan: 'planner',
  stress: 'planner',
  learn: 'planner',
  verify: 'telemetry',
  remind: 'chat',
};

/** Whom this step may have to wait for; of executors each by itself, for one that hangs says nothing of the others. */
function partnerOf(step: Step, state: CaseState, actions: ReadonlyMap<string, Action>): string {
  if (step === 'settle') return `executor ${state.execution?.executor}`;
  if (step !== 'execute') return PARTNERS[step] ?? '';
  const actionId = currentRevision(state)?.stressed?.stress.action_id;
  return `executor ${actions.get(actionId ?? '')?.executor}`;
}

function verifyTiming(state: CaseState, actions: ReadonlyMap<string, Action>): VerifyTiming | null {
  const recovery = state.execution === null ? undefined : actions.get(state.execution.actionId)?.recovery;
  return recovery === undefined ? null : { settleS: recovery.settle_s, windowS: recovery.window_s };
}
