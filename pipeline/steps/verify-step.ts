import type { Action } from '../../contracts/catalogue.ts';
import type { GovernorConfig } from '../../contracts/config.ts';
import type { Telemetry as Figures } from '../../contracts/telemetry.ts';
import type { CaseState, ExecutionState } from '../case-state.ts';
import type { Cases } from '../cases.ts';
import { GovernorError } from '../errors.ts';
import type { Locks } from '../lock.ts';
import type { Telemetry, Window } from '../ports.ts';
import { assessRecovery } from '../recovery.ts';
import type { Asked, RunStep } from './step.ts';
import { ask, moved } from './step.ts';

type Parts = {
  cases: Cases;
  locks: Locks;
  telemetry: Telemetry;
  actions: ReadonlyMap<string, Action>;
  config: Pick<GovernorConfig, 'step_attempts'>;
};

const TELEMETRY_MS = 10_000;
const PROBLEM_CHARS = 1_000;

/** Looks whether the service recovered, in the window after the effect. Figures that cannot be had are no recovery. */
export function createVerifyStep({ cases, locks, telemetry, actions, config }: Parts): RunStep {
  return async (state) => {
    const { execution, action } = verifiedOf(state, actions);
    const { service } = state.incident;
    const asked = await ask(TELEMETRY_MS, () => telemetry.figures(service, windowAfter(execution, action)));
    const attempt = state.attempts + 1;
    const { revision } = execution;
    if (!asked.ok && attempt < config.step_attempts) {
      const problem = asked.problem.slice(0, PROBLEM_CHARS);
      return moved(await cases.record(state, { kind: 'step_failed', step: 'verify', revision, attempt, problem }));
    }
    const after = await cases.record(state, { kind: 'verified', revision, ...judgementOf(asked, execution, action) });
    if (after !== null) await locks.release(service, state.caseId, true);
    return moved(after);
  };
}

function verifiedOf({ execution, caseId }: CaseState, actions: Parts['actions']): { execution: ExecutionState; action: Action } {
  const action = execution === null ? undefined : actions.get(execution.actionId);
  if (execution === null || action === undefined) {
    throw new GovernorError('nothing_to_verify', `case ${caseId} has no execution of a known action`);
  }
  return { execution, action };
}

function judgementOf(asked: Asked<Figures | null>, { baseline }: ExecutionState, { recovery }: Action) {
  const telemetry = asked.ok ? asked.value : null;
  const { result, detail } = assessRecovery(recovery, baseline, telemetry);
  if (asked.ok) return { result, telemetry, detail };
  return { result, telemetry, detail: `telemetry did not answer: ${asked.problem}`.slice(0, PROBLEM_CHARS) };
}

function windowAfter(execution: ExecutionState, { recovery }: Action): Window {
  const effectMs = Date.parse(execution.effectAt ?? execution.recordedAt ?? execution.startedAt);
  const fromMs = effectMs + recovery.settle_s * 1_000;
  return { from: new Date(fromMs).toISOString(), to: new Date(fromMs + recovery.window_s * 1_000).toISOString() };
}
