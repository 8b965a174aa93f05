import type { Stress } from '../contracts/findings.ts';
import { namesOf } from './action-names.ts';
import type { Fetched, StressQuestion } from './assess-stress.ts';
import { assessStress } from './assess-stress.ts';
import type { Catalogue } from './catalogue.ts';
import { resolveAction } from './catalogue.ts';
import { citationsOf, citedIds } from './claims.ts';
import type { Citable } from './document-text.ts';
import { problemOf } from './errors.ts';
import { createObserve, namesService, type Observe } from './observed.ts';
import { resolveParameters } from './parameters.ts';
import type { Clock, Library, Telemetry } from './ports.ts';
import { restressedAnswer } from './recheck.ts';
import { words } from './words.ts';

export type StressPorts = { library: Library; telemetry: Telemetry; clock: Clock; catalogue: Catalogue; windowS: number };
export type StressRequest = Omit<StressQuestion, 'beganAt' | 'now' | 'shown'>;

export type Stressing = {
  /** Weighs a new revision. Throws where the library cannot be asked: no evidence is never the same as none found. */
  stress(request: StressRequest): Promise<Stress>;
  /** Weighs a shown revision again at the last moment, on what the stores hold now. */
  restress(request: Omit<StressRequest, 'answer' | 'plannerProblem'>, shown: Stress): Promise<Stress>;
  observe: Observe;
};

const LOG_ID = /^log:/;
const MS = 1_000;

/** Does the asking for `assessStress`: every claim's documents again, candidates against it, policies, telemetry. */
export function createStress({ library, telemetry, clock, catalogue, windowS }: StressPorts): Stressing {
  const observe = createObserve({ telemetry, library });

  /** Whether the plan would act on a service that nothing has seen. Figures of it are proof enough. */
  const isUnobserved = async ({ plan, incident }: StressQuestion, isMeasured: boolean): Promise<boolean> => {
    const resolved = resolveAction(catalogue, plan.proposed_action, incident);
    if (isMeasured || !resolved.ok) return false;
    const { parameters } = resolveParameters(resolved.action, plan.parameters, incident);
    return namesService(resolved.action, parameters) && (await observe(incident.service)) === 'unobserved';
  };

  const run = async (question: StressQuestion): Promise<Stress> => {
    const cited = idsToFetch(question);
    const { service } = question.incident;
    const [documents, candidates, policies, live] = await Promise.all([
      library.get(cited.filter((id) => !LOG_ID.test(id))),
      library.candidates({ service, stance: 'contradict', words: subjectWords(question, catalogue) }),
      library.policies(service),
      liveOf(
        telemetry,
        service,
        question.now,
        windowS,
        cited.filter((id) => LOG_ID.test(id)),
      ),
    ]);
    const unobserved = await isUnobserved(question, live.figures !== null);
    return assessStress(question, catalogue, {
      ...live,
      unobserved,
      documents: [...documents, ...candidates, ...live.lines],
      policies,
    });
  };

  return {
    observe,
    stress: (request) => {
      const now = clock.now();
      return run({ ...request, now, beganAt: new Date(now).toISOString(), shown: null });
    },
    restress: async (request, shown) => {
      // A policy that somebody stored a moment ago counts as well: after this there is no later look.
      await library.fresh();
      const answer = restressedAnswer(request.plan, shown);
      return run({ ...request, answer, plannerProblem: shown.planner_problem, now: clock.now(), beganAt: shown.began_at, shown });
    },
  };
}

/** A re-check also asks for everything that was shown, so that what changed or vanished is seen. */
function idsToFetch({ plan, answer, shown }: StressQuestion): string[] {
  const before = shown === null ? [] : [...shown.documents, ...shown.policies].map(({ id }) => id);
  return [...new Set([...citedIds(citationsOf(plan, answer), plan, answer), ...before])];
}

/** Words by which a document may be about a claim or the action: the filter that candidates come by. */
function subjectWords({ plan, answer, incident }: StressQuestion, catalogue: Catalogue): string[] {
  const resolved = resolveAction(catalogue, plan.proposed_action, incident);
  const names = resolved.ok ? namesOf(resolved.action) : [];
  const { claims, strays } = citationsOf(plan, answer);
  return [...new Set([...claims, ...strays].flatMap(({ claim }) => words(claim)).concat(names.flatMap(words)))];
}

type Live = Pick<Fetched, 'figures' | 'telemetryProblem' | 'unread'> & { lines: Citable[] };

/** Telemetry that fails anywhere is unknown as a whole: half an answer must not look like a healthy service. */
async function liveOf(
  telemetry: Telemetry,
  service: string,
  now: number,
  windowS: number,
  logIds: readonly string[],
): Promise<Live> {
  const window = { from: new Date(now - windowS * MS).toISOString(), to: new Date(now).toISOString() };
  const [figures, ...lines] = await Promise.allSettled([
    telemetry.figures(service, window),
    ...logIds.map((id) => telemetry.logLine(id)),
  ]);
  const read = lines.flatMap((line) => (line.status === 'fulfilled' && line.value !== null ? [line.value] : []));
  const unread = logIds.filter((_id, at) => lines[at]?.status === 'rejected');
  const fault = [figures, ...lines].find((one) => one.status === 'rejected');
  if (fault !== undefined) return { figures: null, telemetryProblem: problemOf(fault.reason), unread, lines: read };
  const value = figures.status === 'fulfilled' ? figures.value : null;
  return {
    figures: value,
    telemetryProblem: value === null ? `telemetry knows no service \`${service}\`` : null,
    unread,
    lines: read,
  };
}
