import type { Action } from '../../contracts/catalogue.ts';
import type { GovernorConfig } from '../../contracts/config.ts';
import type { CaseState, RevisionState } from '../case-state.ts';
import { currentRevision, isRollback } from '../case-state.ts';
import type { Cases } from '../cases.ts';
import { GovernorError } from '../errors.ts';
import { learnedRunbook, undecided } from '../learned-runbook.ts';
import { type ParsedAnswer, parseRunbookText, type RunbookText } from '../parse-answer.ts';
import type { Library, Planner, Resolution } from '../ports.ts';
import { isWell } from '../recovery.ts';
import { createKeep } from './keep-step.ts';
import { type PlannerFor, turnOf } from './planner-turn.ts';
import type { RunStep, StepResult } from './step.ts';
import { ask, moved } from './step.ts';

type Parts = {
  cases: Cases;
  library: Pick<Library, 'get' | 'put'>;
  plannerFor: PlannerFor;
  actions: ReadonlyMap<string, Action>;
  config: Pick<GovernorConfig, 'planner_timeout_s' | 'step_attempts'>;
};

const PROBLEM_CHARS = 1_000;

/**
 * Writes what was learned as a runbook that nobody has accepted yet: it is listed apart and supports nothing. The
 * document is stored before the entry, under an id drawn from the case, so that a crash in between writes it once.
 */
export function createLearnStep({ cases, library, plannerFor, actions, config }: Parts): RunStep {
  const keep = createKeep({ cases, library });
  const skip = async (state: CaseState, problem: string): Promise<StepResult> => {
    const body = { kind: 'learning_skipped' as const, revision: ranAs(state).revision, problem };
    return moved(await cases.record(state, body));
  };

  const write = async (state: CaseState, planner: Planner): Promise<ParsedAnswer<RunbookText>> => {
    const resolution = resolutionOf(state);
    const asked = await ask(config.planner_timeout_s * 1_000, (signal) => planner.summarise(resolution, signal));
    return asked.ok ? parseRunbookText(asked.value.text) : asked;
  };

  const learn = async (state: CaseState, words: RunbookText): Promise<StepResult> => {
    const learned = undecided(state.caseId, words);
    await library.put([learnedRunbook(state, learned)]);
    const { runbookId: runbook_id, title, text } = learned;
    const entry = { kind: 'learned' as const, revision: ranAs(state).revision, runbook_id, title, text };
    const after = await cases.record(state, entry);
    if (after !== null) return moved(after);
    // Somebody else was first, perhaps with other words, and these have just been written over theirs.
    const now = await cases.load(state.caseId);
    return moved(now === undefined || now.learned === null ? null : await keep(now));
  };

  return async (state) => {
    const nothing = whyNothing(state, actions) ?? (await knownAlready(state, library));
    if (nothing !== null) return skip(state, nothing);
    const { attempts, incident } = state;
    const turn = turnOf(plannerFor, incident.service, { attempts, each: config.step_attempts });
    if (turn === null) return skip(state, state.problem ?? 'no planner wrote one');
    const written = await write(state, turn.planner);
    if (written.ok) return learn(state, written.value);
    const problem = written.problem.slice(0, PROBLEM_CHARS);
    const body = { kind: 'step_failed' as const, step: 'learn', revision: ranAs(state).revision, attempt: attempts + 1, problem };
    return moved(await cases.record(state, body));
  };
}

/** The revision that ran: recovery is its doing. */
function ranAs(state: CaseState): RevisionState {
  const ran = state.revisions.find(({ revision }) => revision === state.execution?.revision) ?? currentRevision(state);
  if (ran === undefined) throw new GovernorError('nothing_to_learn', `case ${state.caseId} has no plan`);
  return ran;
}

/** Why this recovery says nothing about what helps; null where it may. */
function whyNothing(state: CaseState, actions: ReadonlyMap<string, Action>): string | null {
  if (isRollback(state, ranAs(state).revision)) return 'a rollback undoes what this case did, and is no remedy by itself';
  const action = actions.get(state.execution?.actionId ?? '');
  const wasWell = action !== undefined && isWell(action.recovery, state.execution?.baseline ?? null);
  return wasWell ? 'the service was well before the action ran, so nothing shows that it helped' : null;
}

/** One that was learned before and has now helped again needs not be asked about a second time. */
async function knownAlready(state: CaseState, library: Pick<Library, 'get'>): Promise<string | null> {
  const weighed = ranAs(state).stressed?.stress.documents ?? [];
  const supports = weighed.filter(({ kind, role }) => kind === 'runbook' && role === 'support').map(({ id }) => id);
  const known = (await library.get(supports)).find(
    (document) => document.kind === 'runbook' && document.status === 'accepted' && document.from_case !== undefined,
  );
  return known === undefined ? null : `the runbook ${known.id}, which was followed, says it already`;
}

function resolutionOf(state: CaseState): Resolution {
  const { planned, stressed } = ranAs(state);
  if (stressed === null) throw new GovernorError('nothing_to_learn', `case ${state.caseId} has no findings`);
  const documents = stressed.stress.documents.map(({ id, title, excerpt }) => ({ id, title, text: excerpt }));
  return { incident: state.incident, plan: planned.plan, detail: state.recovery?.detail ?? '', documents };
}
