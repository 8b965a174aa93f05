import { INVESTIGATE } from '../../contracts/catalogue.ts';
import type { GovernorConfig } from '../../contracts/config.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { CaseState } from '../case-state.ts';
import type { Cases } from '../cases.ts';
import { parsePlan } from '../parse-answer.ts';
import type { ActionBrief, Planner, PlanRequest } from '../ports.ts';
import type { RunStep } from './step.ts';
import { ask, moved } from './step.ts';

export type PlannerFor = (service: string) => Planner;
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

/** Asks the planner for a plan. A planner that fails for good ends as a plan that proposes nothing, which people see. */
export function createPlanStep({ cases, plannerFor, actions, config }: Parts): RunStep {
  return async (state) => {
    const revision = state.revisions.length + 1;
    const planner = plannerFor(state.incident.service);
    if (state.attempts >= config.step_attempts) {
      return moved(
        await cases.record(state, {
          ...plannedBase,
          kind: 'planned',
          revision,
          origin: 'planner_failed',
          plan: emptyPlan(state),
          planner: planner.name,
        }),
      );
    }
    const request = planRequest(state, actions);
    const asked = await ask(config.planner_timeout_s * 1_000, (signal) => planner.plan(request, signal));
    const parsed = asked.ok ? parsePlan(asked.value.text, state.incident.id) : asked;
    if (!asked.ok || !parsed.ok) {
      const problem = parsed.ok ? 'the planner gave no answer' : parsed.problem;
      return moved(
        await cases.record(state, {
          kind: 'step_failed',
          step: 'plan',
          revision,
          attempt: state.attempts + 1,
          problem: problem.slice(0, 1_000),
        }),
      );
    }
    const { planner: by, fallback_from } = asked.value;
    return moved(
      await cases.record(state, {
        ...plannedBase,
        kind: 'planned',
        revision,
        origin: 'planner',
        plan: parsed.value,
        planner: by,
        fallback_from,
      }),
    );
  };
}

const plannedBase = { fallback_from: null, chosen_by: null, differences: [] };

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
