import { INVESTIGATE } from '../../contracts/catalogue.ts';
import type { GovernorConfig } from '../../contracts/config.ts';
import type { BodyOf, Submitted } from '../../contracts/entry.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { CaseState } from '../case-state.ts';
import type { Cases } from '../cases.ts';
import { parsePlan } from '../parse-answer.ts';
import type { ActionBrief, Planner, PlanRequest } from '../ports.ts';
import { authorOf, type PlannerFor, turnOf } from './planner-turn.ts';
import type { RunStep } from './step.ts';
import { ask, moved } from './step.ts';

type Parts = {
  cases: Cases;
  plannerFor: PlannerFor;
  actions: readonly ActionBrief[];
  config: Pick<GovernorConfig, 'step_attempts' | 'planner_timeout_s'>;
};

export const planRequest = (state: CaseState, actions: readonly ActionBrief[]): PlanRequest => ({
  incident: state.incident,
  actions,
  problem: state.problem,
  remarks: null,
});

/**
 * Asks the planner for a plan, and its fallbacks one after the other where it fails for good. Where all have failed the
 * plan proposes nothing, which people see.
 */
export function createPlanStep({ cases, plannerFor, actions, config }: Parts): RunStep {
  const askFor = async (state: CaseState, planner: Planner): Promise<Planned | { problem: string }> => {
    const isFirstTry = state.attempts % config.step_attempts === 0;
    // What was wrong with another planner's answer is nothing to be told to this one.
    const request = { ...planRequest(state, actions), ...(isFirstTry ? { problem: null } : {}) };
    const asked = await ask(config.planner_timeout_s * 1_000, (signal) => planner.plan(request, signal));
    if (!asked.ok) return asked;
    const parsed = parsePlan(asked.value.text, state.incident.id);
    if (!parsed.ok) return parsed;
    const origin = state.replanning ? ('look_again' as const) : ('planner' as const);
    return { origin, plan: parsed.value, ...authorOf(asked.value, parsed.value) };
  };

  return async (state) => {
    const revision = state.revisions.length + 1;
    if (revision === 1 && state.submitted !== null)
      return moved(await cases.record(state, submittedPlan(state, state.submitted)));
    const { service } = state.incident;
    const turn = turnOf(plannerFor, service, { attempts: state.attempts, each: config.step_attempts });
    const planned = turn === null ? givenUp(state, plannerFor(service)) : await askFor(state, turn.planner);
    if ('problem' in planned) {
      const problem = planned.problem.slice(0, PROBLEM_CHARS);
      return moved(
        await cases.record(state, { kind: 'step_failed', step: 'plan', revision, attempt: state.attempts + 1, problem }),
      );
    }
    const fallback_from = turn?.inPlaceOf ?? planned.fallback_from;
    const body = { ...planned, fallback_from, chosen_by: null, differences: [] };
    return moved(await cases.record(state, { kind: 'planned', revision, ...body }));
  };
}

/** What an outside agent brought with the incident: no planner of ours is asked beside it. */
const submittedPlan = ({ incident }: CaseState, { plan, planner }: Submitted): BodyOf<'planned'> => ({
  kind: 'planned',
  revision: 1,
  origin: 'submitted',
  plan,
  planner,
  source: incident.source,
  fallback_from: null,
  chosen_by: null,
  differences: [],
});

type Planned = Pick<BodyOf<'planned'>, 'origin' | 'plan' | 'planner' | 'fallback_from' | 'usage' | 'unretrieved_ids'>;

const givenUp = (state: CaseState, { name }: Planner): Planned => ({
  origin: 'planner_failed',
  plan: emptyPlan(state),
  planner: name,
  fallback_from: null,
});

const PROBLEM_CHARS = 1_000;

/** The plan of a planner that has none: it names the reserved id, which never resolves to an action. */
const emptyPlan = (state: CaseState): Plan => ({
  incident_id: state.incident.id,
  proposed_action: INVESTIGATE,
  parameters: {},
  rationale: `No plan: ${state.problem ?? 'the planner gave none'}`.slice(0, 2_000),
  key_claims: [],
  confidence_initial: 0,
  retrieved_context_ids: [],
});
