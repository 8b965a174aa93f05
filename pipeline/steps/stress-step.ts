import type { GovernorConfig } from '../../contracts/config.ts';
import type { Plan, StressAnswer } from '../../contracts/plan.ts';
import type { ModelUsage } from '../../contracts/usage.ts';
import type { CaseState } from '../case-state.ts';
import { currentRevision } from '../case-state.ts';
import type { Cases } from '../cases.ts';
import { GovernorError } from '../errors.ts';
import { parseStress } from '../parse-answer.ts';
import type { ActionBrief } from '../ports.ts';
import type { ScoresOf } from '../scores.ts';
import type { Stressing } from '../stress.ts';
import { planRequest } from './plan-step.ts';
import { type PlannerFor, plannerBehind } from './planner-turn.ts';
import type { RunStep } from './step.ts';
import { ask, moved } from './step.ts';

type Parts = {
  cases: Cases;
  plannerFor: PlannerFor;
  actions: readonly ActionBrief[];
  stressing: Stressing;
  scoresOf: ScoresOf;
  config: Pick<GovernorConfig, 'step_attempts' | 'planner_timeout_s'>;
};

type Answered = { answer: StressAnswer | null; problem: string | null; usage?: ModelUsage | null } | { retry: string };

/** Asks the planner for evidence against its own plan, then does the governor's own work, which alone counts. */
export function createStressStep({ cases, plannerFor, actions, stressing, scoresOf, config }: Parts): RunStep {
  const answerOf = async (state: CaseState, plan: Plan): Promise<Answered> => {
    const planned = currentRevision(state)?.planned;
    // A plan that a person or an outside agent made, or none at all: there is no planner whose second thoughts could be asked.
    if (planned?.origin === 'planner_failed' || planned?.chosen_by || planned?.source) return { answer: null, problem: null };
    if (state.attempts >= config.step_attempts) return { answer: null, problem: state.problem ?? 'the planner gave no answer' };
    const planner = plannerBehind(plannerFor, state.incident.service, planned?.planner);
    const asked = await ask(config.planner_timeout_s * 1_000, (signal) =>
      planner.stress(planRequest(state, actions), plan, signal),
    );
    if (!asked.ok) return { retry: asked.problem };
    const parsed = parseStress(asked.value.text, state.incident.id);
    return parsed.ok ? { answer: parsed.value, problem: null, usage: asked.value.usage } : { retry: parsed.problem };
  };

  return async (state) => {
    const now = currentRevision(state);
    if (now === undefined) throw new GovernorError('no_plan', `case ${state.caseId} has nothing to stress`);
    const { revision, planned } = now;
    const answered = await answerOf(state, planned.plan);
    if ('retry' in answered) {
      const problem = answered.retry.slice(0, 1_000);
      return moved(
        await cases.record(state, { kind: 'step_failed', step: 'stress', revision, attempt: state.attempts + 1, problem }),
      );
    }
    const scores = await scoresOf(planned.planner);
    const { incident, caseId } = state;
    const result = await stressing.stress({
      caseId,
      incident,
      plan: planned.plan,
      answer: answered.answer,
      plannerProblem: answered.problem,
      scores,
    });
    const usage = answered.usage ? { usage: answered.usage } : {};
    return moved(await cases.record(state, { kind: 'stressed', revision, stress: result, ...usage }));
  };
}
