import type { Action } from '../../contracts/catalogue.ts';
import type { GovernorConfig } from '../../contracts/config.ts';
import type { BodyOf } from '../../contracts/entry.ts';
import type { CaseState, ExecutionState } from '../case-state.ts';
import type { Cases } from '../cases.ts';
import { GovernorError } from '../errors.ts';
import { hashOf } from '../hash.ts';
import type { Locks, Switch } from '../lock.ts';
import type { Clock, Executor, ExecutorAnswer, NotSent, Order, Running } from '../ports.ts';
import type { TrackRecord } from '../track-record.ts';
import type { RunStep, StepResult } from './step.ts';
import { ask, later, moved, passed } from './step.ts';

type Parts = {
  cases: Cases;
  clock: Clock;
  locks: Locks;
  pause: Switch;
  trackRecord: TrackRecord;
  executors: ReadonlyMap<string, Executor>;
  actions: ReadonlyMap<string, Action>;
  config: Pick<GovernorConfig, 'dispatch_s' | 'clock_skew_s' | 'execution_s'>;
  /** Whether this process is being ended. */
  stopping: () => boolean;
};

export type Dispatch = {
  /** Right after `execution_started`: the switch and the lock once more, then the order. */
  first(started: CaseState): Promise<StepResult>;
  /** An execution without a known outcome: the executor is asked by key. Nothing is retried blindly. */
  settle: RunStep;
};

/** How long the executor's answer is waited for beyond the time in which it may begin. */
const ANSWER_MS = 20_000;
const ASK_MS = 5_000;
const RETRY_MS = 5_000;
/** Between attempts to reach a target that takes no connections. */
const RESEND_MS_MIN = 250;
const RESEND_MS_MAX = 2_000;
/** What is under way is asked for often at first and then less and less: most orders take seconds, few take minutes. */
const POLL_MS_MIN = 250;
const POLL_SHARE = 0.25;

type Recorded = Pick<BodyOf<'execution_recorded'>, 'outcome' | 'detail' | 'effect_at'>;
const recordedOf = (answer: ExecutorAnswer): Recorded => ({
  outcome: answer.outcome,
  detail: answer.detail.slice(0, 2_000),
  effect_at: answer.effectAt,
});

export function createDispatch(parts: Parts): Dispatch {
  const { cases, clock, locks, config } = parts;

  const record = async (state: CaseState, execution: ExecutionState, recorded: Recorded): Promise<StepResult> => {
    const body = {
      kind: 'execution_recorded' as const,
      revision: execution.revision,
      key: execution.key,
      ...recorded,
      settled_by: null,
    };
    const after = await cases.record(state, body);
    const ended = after !== null && recorded.outcome !== 'done' && recorded.outcome !== 'unknown';
    if (ended) await locks.release(state.incident.service, state.caseId, recorded.outcome === 'failed');
    if (after !== null && recorded.outcome === 'failed') await parts.trackRecord.failed(after);
    return moved(after);
  };

  const unsent = (state: CaseState, execution: ExecutionState, detail: string): Promise<StepResult> =>
    record(state, execution, { outcome: 'not_sent', detail: detail.slice(0, 2_000), effect_at: null });

  /** One attempt; what it comes to, or why the order did not go out. */
  const send = async (state: CaseState, execution: ExecutionState, executor: Executor): Promise<StepResult | NotSent> => {
    const order = orderOf(parts, state, execution);
    if (order === null)
      throw new GovernorError('action_vanished', `the action \`${execution.actionId}\` is not in the catalogue`);
    const asked = await ask(leftMsOf(execution) + ANSWER_MS, () => executor.run(order));
    // The answer is lost, and the effect may have happened: only the executor's own record can tell.
    if (!asked.ok) return settleNow(state, execution, executor, `the answer was lost: ${asked.problem}`);
    const { value: answer } = asked;
    if (answer.outcome === 'not_sent') return answer;
    // A no to an order that came too late says nothing of the order itself: it has not run, and is looked at anew.
    if (answer.outcome === 'refused' && leftMsOf(execution) <= 0)
      return record(state, execution, { ...recordedOf(answer), outcome: 'never_ran' });
    return told(state, execution, answer);
  };

  const leftMsOf = ({ notAfter }: ExecutionState): number => Date.parse(notAfter) - clock.now();

  /** Why an order that was started must not go out; null where nothing stands against it. */
  const stopOf = async ({ caseId, incident }: CaseState, { revision }: ExecutionState): Promise<string | null> => {
    if (parts.stopping()) return 'this process was ended before it could be sent';
    // Invariant: pause writes its switch before it reads what has started, and here it is the other way round, so one
    // of the two always sees the other. The same holds for a lock that was taken over.
    const [{ paused }, { holder }] = await Promise.all([parts.pause.read(), locks.look(incident.service)]);
    if (paused) return 'everything was paused at the last moment';
    const isOurs = holder?.caseId === caseId && holder.revision === revision;
    return isOurs ? null : 'the lock of the service was taken over';
  };

  /** While it was tried, another process may have settled it, and what is running now may be the next revision. */
  const isSettled = async ({ caseId }: CaseState, { key }: ExecutionState): Promise<boolean> => {
    const now = (await cases.load(caseId))?.execution;
    return now?.key !== key || now.outcome !== null;
  };

  /** A store that cannot be asked in between costs this attempt and nothing else. */
  const attempt = async (state: CaseState, execution: ExecutionState, executor: Executor, isFirst: boolean) => {
    const settled = await ask(ASK_MS, async () => !isFirst && (await isSettled(state, execution)));
    if (settled.ok && settled.value) return moved(null);
    const stop = settled.ok ? await ask(ASK_MS, () => stopOf(state, execution)) : settled;
    if (!stop.ok) return { outcome: 'not_sent' as const, detail: stop.problem };
    return stop.value === null ? send(state, execution, executor) : unsent(state, execution, stop.value);
  };

  /** An order of which nothing went out is tried again, until its time is over: a target that restarts is back in seconds. */
  const sendWhileItMay = async (state: CaseState, execution: ExecutionState, executor: Executor): Promise<StepResult> => {
    let why = 'the time in which it might begin was over';
    for (let round = 0; leftMsOf(execution) > 0; round += 1) {
      const sent = await attempt(state, execution, executor, round === 0);
      if (!('outcome' in sent)) return sent;
      why = sent.detail;
      await passed(Math.max(0, Math.min(RESEND_MS_MIN * 2 ** round, RESEND_MS_MAX, leftMsOf(execution))));
    }
    return unsent(state, execution, why);
  };

  /** Only a person can tell: recorded once, and asked again in case the executor comes back. */
  const unknown = async (state: CaseState, execution: ExecutionState, detail: string): Promise<StepResult> =>
    state.status === 'outcome_unknown'
      ? later(Math.max(finalMsOf(execution), clock.now() + RETRY_MS))
      : record(state, execution, { outcome: 'unknown', detail: detail.slice(0, 2_000), effect_at: null });

  /** A definite answer is recorded; what is still under way is asked for again, and after a time people are told. */
  const told = async (state: CaseState, execution: ExecutionState, answer: ExecutorAnswer | Running): Promise<StepResult> => {
    if (answer.outcome !== 'running') return record(state, execution, recordedOf(answer));
    const agoMs = clock.now() - Date.parse(execution.startedAt);
    if (agoMs >= config.execution_s * 1_000)
      return unknown(state, execution, `still under way after ${config.execution_s} s: ${answer.detail}`);
    return later(clock.now() + Math.min(RETRY_MS, Math.max(POLL_MS_MIN, agoMs * POLL_SHARE)));
  };

  const finalMsOf = ({ notAfter }: ExecutionState): number => Date.parse(notAfter) + config.clock_skew_s * 1_000;

  const settleNow = async (state: CaseState, execution: ExecutionState, executor: Executor, why: string): Promise<StepResult> => {
    const finalMs = finalMsOf(execution);
    const asked = await ask(ASK_MS, () => executor.status(execution.key, orderOf(parts, state, execution)));
    if (asked.ok && asked.value.seen) return told(state, execution, asked.value);
    const never = asked.ok && executor.declares().refusesLate && clock.now() >= finalMs;
    if (never)
      return record(state, execution, {
        outcome: 'never_ran',
        detail: `${why}; the executor has never seen it and refuses it by now`,
        effect_at: null,
      });
    const detail = asked.ok
      ? `${why}; the executor has not seen it yet`
      : `${why}; the executor does not answer: ${asked.problem}`;
    return unknown(state, execution, detail);
  };

  /** Null where it was not sent again: an earlier one may still be on its way, so that says nothing of what became of it. */
  const sendAgain = async (state: CaseState, execution: ExecutionState, executor: Executor): Promise<StepResult | null> => {
    if (!(await maySendAgain(parts, state, execution, executor))) return null;
    const sent = await send(state, execution, executor);
    return 'outcome' in sent ? null : sent;
  };

  return {
    async first(started) {
      const execution = executionOf(started);
      const executor = parts.executors.get(execution.executor);
      return executor === undefined
        ? unsent(started, execution, noExecutor(execution))
        : sendWhileItMay(started, execution, executor);
    },
    async settle(state) {
      const execution = executionOf(state);
      const executor = parts.executors.get(execution.executor);
      if (executor === undefined) return unknown(state, execution, noExecutor(execution));
      const asked = await ask(ASK_MS, () => executor.status(execution.key, orderOf(parts, state, execution)));
      if (asked.ok && asked.value.seen) return told(state, execution, asked.value);
      const sent = asked.ok ? await sendAgain(state, execution, executor) : null;
      return sent ?? settleNow(state, execution, executor, 'the execution was interrupted');
    },
  };
}

/**
 * The same order under the same key, only where the executor has just said that it never saw it, promises at most one
 * effect per key, refuses late ones, its time is not over, and the catalogue's entry still is the approved one: then
 * sending it is no second attempt but the first.
 */
async function maySendAgain(
  { pause, clock, locks, actions }: Parts,
  state: CaseState,
  execution: ExecutionState,
  executor: Executor,
): Promise<boolean> {
  const { refusesLate, idempotentByKey } = executor.declares();
  if (state.status !== 'executing' || !refusesLate || !idempotentByKey) return false;
  if (clock.now() >= Date.parse(execution.notAfter)) return false;
  const action = actions.get(execution.actionId);
  if (action === undefined || hashOf(action) !== execution.actionHash) return false;
  const [{ paused }, { holder }] = await Promise.all([pause.read(), locks.look(state.incident.service)]);
  return holder?.caseId === state.caseId && !paused;
}

function executionOf(state: CaseState): ExecutionState {
  if (state.execution === null) throw new GovernorError('no_execution', `case ${state.caseId} has started nothing`);
  return state.execution;
}

const noExecutor = ({ executor }: ExecutionState): string =>
  `no executor \`${executor}\` is configured any more, so nobody can be asked`;

/** Null where the action has left the catalogue since it was started. */
function orderOf({ actions }: Parts, state: CaseState, execution: ExecutionState): Order | null {
  const action = actions.get(execution.actionId);
  if (action === undefined) return null;
  return {
    key: execution.key,
    caseId: state.caseId,
    service: state.incident.service,
    actionId: action.id,
    target: action.target,
    parameters: execution.parameters,
    notAfter: execution.notAfter,
  };
}
