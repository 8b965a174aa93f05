import type { Action } from '../../contracts/catalogue.ts';
import type { GovernorConfig } from '../../contracts/config.ts';
import type { BodyOf } from '../../contracts/entry.ts';
import type { RecoveryResult } from '../../contracts/entry-words.ts';
import type { CaseState, ExecutionState } from '../case-state.ts';
import type { Cases } from '../cases.ts';
import { GovernorError } from '../errors.ts';
import type { Locks } from '../lock.ts';
import type { Clock, Telemetry, Window } from '../ports.ts';
import { type After, assessRecovery, effectMsOf, endOf } from '../recovery.ts';
import type { TrackRecord } from '../track-record.ts';
import type { RunStep, StepResult } from './step.ts';
import { ask, later, moved } from './step.ts';

type Parts = {
  cases: Cases;
  locks: Locks;
  trackRecord: TrackRecord;
  telemetry: Telemetry;
  clock: Clock;
  actions: ReadonlyMap<string, Action>;
  config: Pick<GovernorConfig, 'step_attempts'>;
};

const TELEMETRY_MS = 10_000;
const PROBLEM_CHARS = 1_000;
const RETRY_MS = 2_000;
/** People are told within a minute of the window's end: from here on, with the time of one last question left. */
const TOLD_AFTER_MS = 20_000;
/** A process that was away that long has not asked yet: so many times it asks all the same before anybody is told. */
const TRIES_MIN = 2;
/** An outage of telemetry says nothing about the service: its figures of that window are asked for, for so long. */
const PATIENCE_MS = 600_000;
const LATE_RETRY_MS = 15_000;

/**
 * Looks whether the service recovered, in the window after the effect. Figures that cannot be had are no recovery: people
 * are told so soon and can act. Figures of that very window that come later still count, while nobody has acted.
 */
export function createVerifyStep({ cases, locks, trackRecord, telemetry, clock, actions, config }: Parts): RunStep {
  /** The first attempts are told on the card; the later ones would only repeat them. */
  const again = async (state: CaseState, revision: number, problem: string): Promise<StepResult> => {
    const attempt = state.attempts + 1;
    const body = { kind: 'step_failed' as const, step: 'verify', revision, attempt, problem: problem.slice(0, PROBLEM_CHARS) };
    if (attempt <= config.step_attempts) await cases.record(state, body);
    return later(clock.now() + RETRY_MS);
  };

  /** Side by side, so that the whole window and its end are of one moment. */
  const figuresOf = async (service: string, window: Window): Promise<After> => {
    const [whole, end] = await Promise.all([telemetry.figures(service, window), telemetry.figures(service, endOf(window))]);
    return { whole, end };
  };

  return async (state) => {
    const execution = executionOf(state);
    const action = actions.get(execution.actionId);
    if (action === undefined) return conclude(state, execution, NOT_IN_THE_CATALOGUE);
    const window = windowAfter(execution, action);
    const asked = await ask(TELEMETRY_MS, () => figuresOf(state.incident.service, window));
    return asked.ok
      ? conclude(state, execution, judgementOf(asked.value, execution, action))
      : unanswered(state, execution, { problem: asked.problem, toMs: Date.parse(window.to) });
  };

  async function unanswered(state: CaseState, execution: ExecutionState, { problem, toMs }: Silence): Promise<StepResult> {
    const endMs = toMs + PATIENCE_MS;
    const isLate = state.status === 'not_recovered';
    const isOver = clock.now() >= endMs;
    if (isLate && !isOver) return later(clock.now() + LATE_RETRY_MS);
    const tries = Math.min(TRIES_MIN, config.step_attempts);
    if (!isLate && (clock.now() < toMs + TOLD_AFTER_MS || state.attempts < tries))
      return again(state, execution.revision, problem);
    return conclude(state, execution, silenceOf(problem, isOver ? null : new Date(endMs).toISOString()));
  }

  async function conclude(state: CaseState, { revision }: ExecutionState, judgement: Judgement): Promise<StepResult> {
    const after = await cases.record(state, { kind: 'verified', revision, ...judgement });
    if (after !== null) await locks.release(state.incident.service, state.caseId, true);
    if (after !== null) await count(after, judgement.result);
    return moved(after);
  }

  /** Without figures nobody knows whether it helped, so no runbook is blamed. */
  async function count(state: CaseState, result: RecoveryResult): Promise<void> {
    if (result === 'recovered') return trackRecord.helped(state);
    if (result !== 'no_data') return trackRecord.failed(state);
  }
}

type Judgement = Omit<BodyOf<'verified'>, 'kind' | 'revision'>;
type Silence = { problem: string; toMs: number };

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

function judgementOf(after: After, { baseline }: ExecutionState, { recovery }: Action): Judgement {
  const { result, detail } = assessRecovery(recovery, baseline, after);
  return { result, telemetry: after.whole, detail };
}

function silenceOf(problem: string, asksUntil: string | null): Judgement {
  const goesOn = asksUntil === null ? 'and is not asked any more' : 'and goes on being asked for some minutes';
  const detail = `telemetry did not answer, ${goesOn}: ${problem}`.slice(0, PROBLEM_CHARS);
  return { result: 'no_data', telemetry: null, detail, ...(asksUntil === null ? {} : { asks_until: asksUntil }) };
}

function windowAfter(execution: ExecutionState, { recovery }: Action): Window {
  const fromMs = effectMsOf(execution) + recovery.settle_s * 1_000;
  return { from: new Date(fromMs).toISOString(), to: new Date(fromMs + recovery.window_s * 1_000).toISOString() };
}
