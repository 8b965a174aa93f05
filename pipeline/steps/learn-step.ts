import type { GovernorConfig } from '../../contracts/config.ts';
import type { Runbook } from '../../contracts/documents.ts';
import type { CaseState } from '../case-state.ts';
import { currentRevision } from '../case-state.ts';
import type { Cases } from '../cases.ts';
import { GovernorError } from '../errors.ts';
import { parseRunbookText } from '../parse-answer.ts';
import type { Library, Resolution } from '../ports.ts';
import type { PlannerFor } from './planner-turn.ts';
import type { RunStep } from './step.ts';
import { ask, moved } from './step.ts';

type Parts = { cases: Cases; library: Library; plannerFor: PlannerFor; config: Pick<GovernorConfig, 'planner_timeout_s'> };

/**
 * Writes what was learned as a runbook that nobody has accepted yet: it is listed apart and supports nothing. The
 * document is stored before the entry, under an id drawn from the case, so that a crash in between writes it once.
 */
export function createLearnStep({ cases, library, plannerFor, config }: Parts): RunStep {
  return async (state) => {
    const resolution = resolutionOf(state);
    const planner = plannerFor(state.incident.service);
    const asked = await ask(config.planner_timeout_s * 1_000, (signal) => planner.summarise(resolution, signal));
    const parsed = asked.ok ? parseRunbookText(asked.value.text) : asked;
    const revision = state.execution?.revision ?? 1;
    if (!parsed.ok)
      return moved(await cases.record(state, { kind: 'learning_skipped', revision, problem: parsed.problem.slice(0, 1_000) }));
    const runbook = learnedRunbook(state, parsed.value.title, parsed.value.body);
    await library.put([runbook]);
    return moved(
      await cases.record(state, { kind: 'learned', revision, runbook_id: runbook.id, title: runbook.title, text: runbook.body }),
    );
  };
}

function learnedRunbook(state: CaseState, title: string, body: string): Runbook {
  return {
    kind: 'runbook',
    id: `learned:${state.caseId}`,
    service: state.incident.service,
    title,
    recommended_action: state.execution?.actionId ?? '',
    body,
    status: 'learned',
    source: `case ${state.caseId}`,
    from_case: state.caseId,
  };
}

function resolutionOf(state: CaseState): Resolution {
  const now = currentRevision(state);
  if (!now?.stressed) throw new GovernorError('nothing_to_learn', `case ${state.caseId} has no plan`);
  const documents = now.stressed.stress.documents.map(({ id, title, excerpt }) => ({ id, title, text: excerpt }));
  return { incident: state.incident, plan: now.planned.plan, detail: state.recovery?.detail ?? '', documents };
}
