import { randomUUID } from 'node:crypto';
import type { GovernorConfig } from '../../contracts/config.ts';
import { caseIdOf } from '../../pipeline/case-id.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { createCases } from '../../pipeline/cases.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import type { Choices } from '../../pipeline/choices.ts';
import { createChoices } from '../../pipeline/choices.ts';
import type { Decisions, People } from '../../pipeline/decisions.ts';
import { createDecisions } from '../../pipeline/decisions.ts';
import type { Ladder } from '../../pipeline/escalation.ts';
import type { Locks, Switch } from '../../pipeline/lock.ts';
import { createLocks, createSwitch } from '../../pipeline/lock.ts';
import type { Step } from '../../pipeline/next.ts';
import type { ActionBrief, CaseLog, Clock, Executor, Ids, Library, Telemetry } from '../../pipeline/ports.ts';
import type { ScoresOf } from '../../pipeline/scores.ts';
import { createSlots } from '../../pipeline/slots.ts';
import { createDispatch } from '../../pipeline/steps/dispatch.ts';
import { createExecuteStep } from '../../pipeline/steps/execute-step.ts';
import { createGateStep } from '../../pipeline/steps/gate-step.ts';
import { createKeep, createKeepStep } from '../../pipeline/steps/keep-step.ts';
import { createLearnStep } from '../../pipeline/steps/learn-step.ts';
import { createPlanStep } from '../../pipeline/steps/plan-step.ts';
import type { PlannerFor } from '../../pipeline/steps/planner-turn.ts';
import type { RunStep } from '../../pipeline/steps/step.ts';
import { createStressStep } from '../../pipeline/steps/stress-step.ts';
import { createExpireStep, createRemindStep, createReviseStep } from '../../pipeline/steps/time-steps.ts';
import { createVerifyStep } from '../../pipeline/steps/verify-step.ts';
import { createStress } from '../../pipeline/stress.ts';
import { createTrackRecord } from '../../pipeline/track-record.ts';
import type { Traced } from '../outputs/traced-inside.ts';
import { createTracedStressing } from './traced-stressing.ts';

/** What the outside gives the core. All of it is behind ports, so tests and replicas give something else. */
export type Outside = {
  log: CaseLog;
  library: Library;
  telemetry: Telemetry;
  executors: ReadonlyMap<string, Executor>;
  plannerFor: PlannerFor;
  scoresOf: ScoresOf;
  people: People;
  clock: Clock;
  catalogue: Catalogue;
  config: GovernorConfig;
  threadsRead: (state: CaseState) => boolean;
  ids: Ids;
  /** Who is told of standstills: until they are, a case is not over. */
  ladder: Ladder;
  /** Whether cases have tickets here. */
  ticketed: boolean;
  postReminder: (state: CaseState) => Promise<string>;
  /** Leaves a line of what the stress test asks; where it is left out, nothing is traced. */
  traced?: Traced;
  /** Whether this process is being ended: what has not gone out by then stays unsent. */
  stopping: () => boolean;
};

export type Core = {
  cases: Cases;
  decisions: Decisions;
  choices: Choices;
  pause: Switch;
  locks: Locks;
  ids: Ids;
  actions: Catalogue['actions'];
  steps: Record<Step, RunStep>;
};

export const systemClock: Clock = { now: () => Date.now() };
export const systemIds: Ids = { entryId: () => randomUUID(), caseId: (now) => caseIdOf(now, randomUUID()) };

const briefsOf = ({ actions }: Catalogue): ActionBrief[] =>
  [...actions.values()].map(({ id, title, description, parameters }) => ({ id, title, description, parameters }));

/** The whole pipeline over the given ports. Nothing here knows Slack, HTTP or a database. */
export function createCore(outside: Outside): Core {
  const { log, library, telemetry, executors, plannerFor, scoresOf, people, clock, catalogue, config } = outside;
  const { ids, ladder } = outside;
  const { actions } = catalogue;
  const { ticketed } = outside;
  const cases = createCases({ log, clock, ids, ticketed, ladder });
  const pause = createSwitch({ log, clock, ids, rules: config.approvers });
  const locks = createLocks({ log, clock, ids, cases });
  const slots = createSlots({ log, clock, ids, limits: config.blast_radius });
  const asked = { library, telemetry, clock, catalogue, windowS: config.telemetry_window_s };
  const stressing = outside.traced === undefined ? createStress(asked) : createTracedStressing(outside.traced, asked);
  const trackRecord = createTrackRecord({ cases, library, actions });
  const { stopping } = outside;
  const dispatch = createDispatch({ cases, clock, locks, pause, trackRecord, executors, actions, config, stopping });
  const briefs = briefsOf(catalogue);
  const { threadsRead, postReminder: post } = outside;
  return {
    cases,
    pause,
    locks,
    ids,
    actions,
    decisions: createDecisions({ cases, people, clock, rules: config.approvers, timings: config }),
    choices: createChoices({ cases, people, library, rules: config.approvers, actions }),
    steps: {
      plan: createPlanStep({ cases, plannerFor, actions: briefs, config }),
      stress: createStressStep({ cases, plannerFor, actions: briefs, stressing, scoresOf, config }),
      gate: createGateStep({ cases, config }),
      execute: createExecuteStep({
        cases,
        clock,
        locks,
        slots,
        pause,
        people,
        stressing,
        dispatch,
        executors,
        actions,
        config,
        threadsRead,
      }),
      settle: dispatch.settle,
      verify: createVerifyStep({ cases, locks, trackRecord, telemetry, clock, actions, config }),
      learn: createLearnStep({ cases, library, plannerFor, actions, config }),
      keep: createKeepStep(createKeep({ cases, library })),
      revise: createReviseStep({ cases }),
      expire: createExpireStep({ cases }),
      remind: createRemindStep({ cases, post }),
    },
  };
}
