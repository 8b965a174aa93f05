import type { Action } from '../../contracts/catalogue.ts';
import type { GovernorConfig } from '../../contracts/config.ts';
import type { Cases } from '../cases.ts';
import { GovernorError } from '../errors.ts';
import type { Locks } from '../lock.ts';
import type { Telemetry } from '../ports.ts';
import { assessRecovery } from '../recovery.ts';
import type { RunStep } from './step.ts';
import { ask, moved } from './step.ts';

type Parts = {
  cases: Cases;
  locks: Locks;
  telemetry: Telemetry;
  actions: ReadonlyMap<string, Action>;
  config: Pick<GovernorConfig, 'step_attempts'>;
};

const TELEMETRY_MS = 10_000;
const iso = (ms: number): string => new Date(ms).toISOString();

/** Looks whether the service recovered, in the window after the effect. Figures that cannot be had are no recovery. */
export function createVerifyStep({ cases, locks, telemetry, actions, config }: Parts): RunStep {
  return async (state) => {
    const { execution } = state;
    if (execution === null) throw new GovernorError('no_execution', `case ${state.caseId} has nothing to verify`);
    const action = actions.get(execution.actionId);
    if (action === undefined)
      throw new GovernorError('action_vanished', `the action \`${execution.actionId}\` is not in the catalogue`);
    const { settle_s, window_s } = action.recovery;
    const fromMs = Date.parse(execution.effectAt ?? execution.recordedAt ?? execution.startedAt) + settle_s * 1_000;
    const window = { from: iso(fromMs), to: iso(fromMs + window_s * 1_000) };
    const asked = await ask(TELEMETRY_MS, () => telemetry.figures(state.incident.service, window));
    if (!asked.ok && state.attempts + 1 < config.step_attempts) {
      return moved(
        await cases.record(state, {
          kind: 'step_failed',
          step: 'verify',
          revision: execution.revision,
          attempt: state.attempts + 1,
          problem: asked.problem.slice(0, 1_000),
        }),
      );
    }
    const figures = asked.ok ? asked.value : null;
    const recovery = assessRecovery(action.recovery, execution.baseline, figures);
    const detail = asked.ok ? recovery.detail : `telemetry did not answer: ${asked.problem}`.slice(0, 1_000);
    const after = await cases.record(state, {
      kind: 'verified',
      revision: execution.revision,
      result: recovery.result,
      telemetry: figures,
      detail,
    });
    if (after !== null) await locks.release(state.incident.service, state.caseId, true);
    return moved(after);
  };
}
