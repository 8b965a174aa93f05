import { setTimeout as wait } from 'node:timers/promises';
import type { Incident } from '../../contracts/incident.ts';
import type { Plan } from '../../contracts/plan.ts';
import { RecordedAnswers } from '../../contracts/scenario.ts';
import type { Planner, PlannerAnswer } from '../../pipeline/ports.ts';
import { readJson } from '../config/json-file.ts';
import { refuseFor } from '../config/problems.ts';

export const RECORDED = 'recorded';

export type Answer = RecordedAnswers['answers'][number];

const FILE_BYTES_MAX = 16_777_216;

/** The answers of a file. Throws GovernorError `recorded_refused` with file, key and reason. */
export function loadRecorded(file: string): Answer[] {
  const read = readJson(file, RecordedAnswers, FILE_BYTES_MAX);
  return read.ok
    ? read.value.answers
    : refuseFor('recorded_refused', 'the recorded answers are refused, nothing was started:', read.problems);
}

/**
 * A planner that repeats recorded texts, as they are, broken ones too. What has no recording goes to `fallback`, and the
 * answer says so.
 */
export function createRecorded({ answers, fallback }: { answers: readonly Answer[]; fallback: Planner }): Planner {
  const repeat = async (answer: Answer, text: string, incident: Incident, signal: AbortSignal): Promise<PlannerAnswer> => {
    await wait(answer.delay_ms, undefined, { signal });
    return {
      text: text.replaceAll(INCIDENT_ID, incident.id),
      planner: RECORDED,
      fallback_from: null,
      usage: null,
      retrieved_ids: null,
    };
  };
  const instead = (answer: Promise<PlannerAnswer>): Promise<PlannerAnswer> =>
    answer.then((given) => ({ ...given, fallback_from: RECORDED }));

  return {
    name: RECORDED,
    async plan(request, signal) {
      const answer = answers.find((one) => matches(one, request.incident));
      if (answer === undefined) return instead(fallback.plan(request, signal));
      return repeat(answer, answer.plan, request.incident, signal);
    },
    async stress(request, plan, signal) {
      const answer = answers.find((one) => matches(one, request.incident) && isPlanOf(one, plan));
      if (answer === undefined) return instead(fallback.stress(request, plan, signal));
      return repeat(answer, answer.stress, request.incident, signal);
    },
    summarise: async (resolution, signal) => instead(fallback.summarise(resolution, signal)),
    explain: async (request, signal) => instead(fallback.explain(request, signal)),
  };
}

/** Stands in a recording for the id that the incident only gets when it is opened. */
const INCIDENT_ID = '{{incident_id}}';

/** The service is the same, and every word of the recording begins a word of what the incident says. */
function matches({ match }: Answer, { service, summary, symptoms }: Incident): boolean {
  if (match.service !== undefined && match.service !== service) return false;
  const said = plainWords([summary, ...symptoms].join(' '));
  return plainWords(match.summary_includes ?? '').every((word) => said.some((one) => one.startsWith(word)));
}

const plainWords = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

const PROPOSED = /"proposed_action"\s*:\s*("(?:[^"\\]|\\.)*")/;

/** A later revision may carry another plan, chosen by a person: what was recorded about the first one is not about that. */
function isPlanOf(answer: Answer, plan: Plan): boolean {
  return PROPOSED.exec(answer.plan)?.[1] === JSON.stringify(plan.proposed_action);
}
