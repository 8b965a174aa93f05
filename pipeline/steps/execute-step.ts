import type { Action } from '../../contracts/catalogue.ts';
import type { GovernorConfig } from '../../contracts/config.ts';
import type { Stress } from '../../contracts/findings.ts';
import type { CaseState, RevisionState } from '../case-state.ts';
import { currentRevision, isRollback, madeIn } from '../case-state.ts';
import type { Cases } from '../cases.ts';
import { electorateOf, fallenConsents } from '../consents-now.ts';
import type { People } from '../decisions.ts';
import { GovernorError } from '../errors.ts';
import { decide } from '../gate.ts';
import { hashOf } from '../hash.ts';
import type { Locks, Switch } from '../lock.ts';
import { expiresAtMs } from '../next.ts';
import { fallenRelease } from '../personal-keys.ts';
import type { Clock, Executor } from '../ports.ts';
import type { Wait } from '../preconditions.ts';
import { cooldownWait, frozenWait, lateEffectWait, nextFreezeMs, pausedWait } from '../preconditions.ts';
import { assessRecheck } from '../recheck.ts';
import { isWell } from '../recovery.ts';
import { scoresFrom } from '../scores.ts';
import type { Slots } from '../slots.ts';
import type { Stressing } from '../stress.ts';
import type { Dispatch } from './dispatch.ts';
import type { RunStep, StepResult } from './step.ts';
import { ask, later, moved } from './step.ts';
import { targetWait } from './target-wait.ts';

type Parts = {
  cases: Cases;
  clock: Clock;
  locks: Locks;
  slots: Slots;
  pause: Switch;
  people: People;
  stressing: Stressing;
  dispatch: Dispatch;
  executors: ReadonlyMap<string, Executor>;
  actions: ReadonlyMap<string, Action>;
  config: Pick<
    GovernorConfig,
    'approvers' | 'gate' | 'freezes' | 'cooldown_s' | 'dispatch_s' | 'approval_expiry_s' | 'clock_skew_s'
  >;
  /** Whether the thread of this case was read again since Slack last could not reach us. */
  threadsRead: (state: CaseState) => boolean;
};

/** How soon a wait is looked at again where no event wakes the case earlier. */
const RETRY_MS = 1_000;
const DIFFERENCES_MAX = 50;
/** Whom a click has asked about is still known; only a process that has just started asks Slack. */
const PEOPLE_MS = 5_000;

type Decided = RevisionState & { stressed: NonNullable<RevisionState['stressed']>; gated: NonNullable<RevisionState['gated']> };
type Ready = { state: CaseState; revision: Decided; action: Action; fresh: Stress };

/**
 * The last moment before an effect: preconditions, fresh findings through the same gate, the service's lock, then the
 * entry that claims the execution. Everything before that entry may be repeated; from it on there is at most one effect.
 */
export function createExecuteStep(parts: Parts): RunStep {
  const { cases, clock, locks, actions } = parts;

  const endMs = (state: CaseState): number => expiresAtMs(state, parts.config) ?? Number.POSITIVE_INFINITY;
  const isOver = (state: CaseState): boolean => clock.now() >= endMs(state);

  const waitOf = async (state: CaseState, revision: number): Promise<Wait | null> => {
    const { service } = state.incident;
    const nowMs = clock.now();
    const release = fallenRelease(state, parts.config.approvers);
    if (release !== null) return { for: 'release_unlisted', until: null, detail: release };
    // Side by side, so that the store is asked once.
    const [paused, lock] = await Promise.all([parts.pause.read(), locks.look(service)]);
    const held =
      pausedWait(paused) ??
      frozenWait(parts.config.freezes, service, nowMs) ??
      lateEffectWait(state.execution, parts.config.clock_skew_s, nowMs);
    if (held !== null) return held;
    // A rollback undoes the very action the cooldown is counted from.
    return isRollback(state, revision) ? null : cooldownWait(lock, parts.config.cooldown_s, nowMs);
  };

  /** Records a wait once; looking again and finding the same changes nothing. */
  const wait = async (state: CaseState, revision: number, found: Wait): Promise<StepResult> => {
    const known = state.waiting;
    const wantedMs = found.until === null ? clock.now() + RETRY_MS : Date.parse(found.until);
    const retryAtMs = Math.min(wantedMs, expiresAtMs(state, parts.config) ?? wantedMs);
    if (known !== null && known.for === found.for && known.until === found.until) return later(retryAtMs);
    await cases.record(state, { kind: 'waiting', revision, ...found });
    return later(retryAtMs);
  };

  /** The gate once more, on findings of this moment. */
  const recheck = async (state: CaseState, { planned, stressed, gated }: Decided) => {
    const { incident, caseId } = state;
    const scores = scoresFrom(stressed.stress.scores);
    const fresh = await parts.stressing.restress({ caseId, incident, plan: planned.plan, scores }, stressed.stress);
    const gate = { ...decide(fresh.findings, parts.config.gate), gate_config_hash: hashOf(parts.config.gate) };
    return { fresh, ...assessRecheck({ stress: stressed.stress, gate: gated.gate }, { stress: fresh, gate }) };
  };

  const voided = async (state: CaseState, revision: number, differences: readonly string[]): Promise<StepResult> =>
    moved(await cases.record(state, { kind: 'voided', revision, differences: differences.slice(0, DIFFERENCES_MAX) }));

  /** What can be said without reading any evidence; null where nothing is in the way. */
  const stopped = async (state: CaseState, decided: Decided): Promise<StepResult | null> => {
    const { revision } = decided;
    // Whatever it waited for: an approval whose time is over executes nothing.
    if (isOver(state)) return expire(state, revision);
    if (!parts.threadsRead(state)) return later(clock.now() + RETRY_MS);
    const asked = await ask(PEOPLE_MS, () => electorateOf(decided, parts.people, parts.config.approvers));
    // Whether they still may is not known, so nothing runs until Slack says it.
    if (!asked.ok) return wait(state, revision, { for: 'consents_unknown', until: null, detail: asked.problem });
    const fallen = fallenConsents(decided, state, asked.value);
    if (fallen.length > 0) return voided(state, revision, fallen);
    const waits = await waitOf(state, revision);
    return waits === null ? null : wait(state, revision, waits);
  };

  return async (state) => {
    const decided = decidedOf(state);
    const stop = await stopped(state, decided);
    if (stop !== null) return stop;
    const checked = await recheck(state, decided);
    if (!checked.stands) return voided(state, decided.revision, checked.differences);
    const ready: Ready = { state, revision: decided, action: actionOf(state, decided), fresh: checked.fresh };
    return recoveredMeanwhile(ready) ? askAgain(ready) : startOn(ready);
  };

  /** What it acts on is asked for last: a plan that no longer stands need not be looked at so closely. */
  async function startOn(ready: Ready): Promise<StepResult> {
    const { state, revision, action, fresh } = ready;
    const target = await targetWait({ service: state.incident.service, action, fresh }, parts.stressing.observe);
    return target === null ? start(ready) : wait(state, revision.revision, target);
  }

  function actionOf(state: CaseState, { stressed }: Decided): Action {
    const id = stressed.stress.action_id;
    const action = id === null ? undefined : actions.get(id);
    if (action === undefined)
      throw new GovernorError('action_vanished', `the action of case ${state.caseId} is not in the catalogue`);
    return action;
  }

  function askAgain({ state, revision }: Ready): Promise<StepResult> {
    const detail = 'the service is well again without this action';
    return cases
      .record(state, { kind: 'waiting', revision: revision.revision, for: 'recovered_meanwhile', until: null, detail })
      .then(moved);
  }

  /** Evidence takes time to read: what might have kept it from running a moment ago is asked once more. */
  async function stopOf(state: CaseState, { revision }: Decided): Promise<(() => Promise<StepResult>) | null> {
    const found = await waitOf(state, revision);
    if (found !== null) return () => wait(state, revision, found);
    if (!parts.threadsRead(state)) return async () => later(clock.now() + RETRY_MS);
    return isOver(state) ? () => expire(state, revision) : null;
  }

  function expire(state: CaseState, revision: number): Promise<StepResult> {
    return cases.record(state, { kind: 'expired', revision }).then(moved);
  }

  /** The executor may begin neither when the approval is over nor inside a freeze. */
  function notAfterMs(state: CaseState): number {
    const { freezes, dispatch_s } = parts.config;
    const freezeMs = nextFreezeMs(freezes, state.incident.service, clock.now()) ?? Number.POSITIVE_INFINITY;
    return Math.min(clock.now() + dispatch_s * 1_000, endMs(state), freezeMs - 1);
  }

  async function start({ state, revision, action, fresh }: Ready): Promise<StepResult> {
    const { service } = state.incident;
    if (!parts.executors.has(action.executor)) {
      const problem = `the action needs the executor \`${action.executor}\`, which is not configured here`;
      return moved(await cases.record(state, { kind: 'failed', step: 'execute', problem }));
    }
    const lock = await locks.take(service, state.caseId, revision.revision);
    if (!lock.ok) {
      return wait(state, revision.revision, {
        for: 'service_lock',
        until: null,
        detail: `case ${lock.holder} acts on ${service}`,
      });
    }
    const stop = await stopOf(state, revision);
    const held = stop ?? (await fullOf(state, revision));
    if (held !== null) {
      await giveBackUnlessRunning(state, revision.revision);
      return held();
    }
    const started = await cases.record(state, {
      kind: 'execution_started',
      revision: revision.revision,
      key: `${state.caseId}:${revision.revision}`,
      action_id: action.id,
      action_hash: fresh.action_hash ?? '',
      executor: action.executor,
      parameters: fresh.parameters,
      not_after: new Date(notAfterMs(state)).toISOString(),
      digest: revision.gated.digest,
      baseline: fresh.findings.telemetry,
      recheck_reasons: revision.gated.gate.reasons,
    });
    if (started !== null) return parts.dispatch.first(started);
    await giveBackUnlessRunning(state, revision.revision);
    return moved(null);
  }

  /** The last thing that is taken before the claim: a place among the executions that may start within the window. */
  async function fullOf(state: CaseState, { revision }: Decided): Promise<(() => Promise<StepResult>) | null> {
    const { caseId, incident } = state;
    const since = madeIn(state, revision)?.revision ?? revision;
    const anyway = isRollback(state, revision);
    const slot = await parts.slots.take({ service: incident.service, caseId, revision, since, anyway });
    if (slot.ok) return null;
    const until = new Date(slot.untilMs).toISOString();
    return () => wait(state, revision, { for: 'blast_radius', until, detail: slot.detail });
  }

  /** Somebody held, rejected or decided in between, or another process started this very revision and needs the lock. */
  async function giveBackUnlessRunning({ caseId, incident }: CaseState, revision: number): Promise<void> {
    const now = await cases.load(caseId);
    if (now?.execution?.revision !== revision) await locks.release(incident.service, caseId, false);
  }
}

/** The figures were bad when people decided, and are well now. Asked once: a person who still wants it gets it. */
function recoveredMeanwhile({ state, revision, action, fresh }: Ready): boolean {
  if (state.waiting?.for === 'recovered_meanwhile') return false;
  const then = revision.stressed.stress.findings.telemetry;
  return !isWell(action.recovery, then) && then !== null && isWell(action.recovery, fresh.findings.telemetry);
}

function decidedOf(state: CaseState): Decided {
  const now = currentRevision(state);
  if (!now?.stressed || !now.gated) throw new GovernorError('not_gated', `case ${state.caseId} has nothing to execute`);
  // Invariant: a decision to execute, or the consents that a block asks for. Whoever calls this step has seen to it, and a
  // mistake there must not be the only thing between a blocked plan and its effect.
  if (state.status !== 'ready_to_execute')
    throw new GovernorError('not_ready', `case ${state.caseId} is ${state.status}, and executes nothing`);
  // Invariant: one revision is started once, whatever brought the case back to this step.
  if (state.execution?.revision === now.revision)
    throw new GovernorError('already_started', `revision ${now.revision} of case ${state.caseId} was started before`);
  return { ...now, stressed: now.stressed, gated: now.gated };
}
