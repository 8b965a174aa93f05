import type { Action } from '../../contracts/catalogue.ts';
import type { GovernorConfig } from '../../contracts/config.ts';
import type { BodyOf } from '../../contracts/entry.ts';
import type { Telemetry as Figures } from '../../contracts/telemetry.ts';
import type { CaseState, ExecutionState } from '../case-state.ts';
import type { Cases } from '../cases.ts';
import { GovernorError } from '../errors.ts';
import type { Locks } from '../lock.ts';
import type { Clock, Library, Telemetry, Window } from '../ports.ts';
import { assessRecovery, effectMsOf } from '../recovery.ts';
import type { Asked, RunStep, StepResult } from './step.ts';
import { ask, later, moved } from './step.ts';

type Parts = {
  cases: Cases;
  locks: Locks;
  library: Pick<Library, 'get' | 'put'>;
  telemetry: Telemetry;
  clock: Clock;
  actions: ReadonlyMap<string, Action>;
  config: Pick<GovernorConfig, 'step_attempts'>;
};

const TELEMETRY_MS = 10_000;
const PROBLEM_CHARS = 1_000;
/** An outage of telemetry says nothing about the service: its figures of that window are waited for, for so long. */
const PATIENCE_MS = 600_000;
const RETRY_MS = 2_000;

/** Looks whether the service recovered, in the window after the effect. Figures that cannot be had are no recovery. */
export function createVerifyStep({ cases, locks, library, telemetry, clock, actions, config }: Parts): RunStep {
  /** The first attempts are told on the card; the later ones would only repeat them. */
  const again = async (state: CaseState, revision: number, problem: string): Promise<StepResult> => {
    const attempt = state.attempts + 1;
    const body = { kind: 'step_failed' as const, step: 'verify', revision, attempt, problem: problem.slice(0, PROBLEM_CHARS) };
    if (attempt <= config.step_attempts) await cases.record(state, body);
    return later(clock.now() + RETRY_MS);
  };

  return async (state) => {
    const execution = executionOf(state);
    const action = actions.get(execution.actionId);
    if (action === undefined) return conclude(state, execution, NOT_IN_THE_CATALOGUE);
    const { service } = state.incident;
    const window = windowAfter(execution, action);
    const asked = await ask(TELEMETRY_MS, () => telemetry.figures(service, window));
    const { revision } = execution;
    const isPatient = clock.now() < Date.parse(window.to) + PATIENCE_MS;
    if (!asked.ok && isPatient) return again(state, revision, asked.problem);
    return conclude(state, execution, judgementOf(asked, execution, action));
  };

  async function conclude(state: CaseState, { revision }: ExecutionState, judgement: Judgement): Promise<StepResult> {
    const after = await cases.record(state, { kind: 'verified', revision, ...judgement });
    if (after !== null) await locks.release(state.incident.service, state.caseId, true);
    if (after !== null && judgement.result !== 'recovered') await countFailure(state, revision);
    return moved(after);
  }

  /** A runbook whose action did not help is worth less the next time. Bookkeeping: a crash before it costs one count. */
  async function countFailure(state: CaseState, revision: number): Promise<void> {
    const weighed = state.revisions.find((one) => one.revision === revision)?.stressed?.stress.documents ?? [];
    const followed = weighed.filter(({ kind, role }) => kind === 'runbook' && role === 'support').map(({ id }) => id);
    const runbooks = (await library.get(followed)).filter((document) => document.kind === 'runbook');
    await library.put(runbooks.map((runbook) => ({ ...runbook, failures: (runbook.failures ?? 0) + 1 })));
  }
}

type Judgement = Pick<BodyOf<'verified'>, 'result' | 'telemetry' | 'detail'>;

/** The catalogue may have lost the entry since: then nothing says how recovery shows, and people look themselves. */
const NOT_IN_THE_CATALOGUE: Judgement = {
  result: 'no_data',
  telemetry: null,
  detail: 'the action is no longer in the catalogue, which alone says how its recovery shows',
};

function executionOf({ execution, caseId }: CaseState): ExecutionState {
  if (execution === null) throw new GovernorError('nothing_to_verify', `case ${caseId} has no execution`);
  return execution;
}

function judgementOf(asked: Asked<Figures | null>, { baseline }: ExecutionState, { recovery }: Action): Judgement {
  const telemetry = asked.ok ? asked.value : null;
  const { result, detail } = assessRecovery(recovery, baseline, telemetry);
  if (asked.ok) return { result, telemetry, detail };
  return { result, telemetry, detail: `telemetry did not answer: ${asked.problem}`.slice(0, PROBLEM_CHARS) };
}

function windowAfter(execution: ExecutionState, { recovery }: Action): Window {
  const fromMs = effectMsOf(execution) + recovery.settle_s * 1_000;
  return { from: new Date(fromMs).toISOString(), to: new Date(fromMs + recovery.window_s * 1_000).toISOString() };
}
