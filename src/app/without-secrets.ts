import type { Evidence, LibraryDocument, Policy, Runbook } from '../../contracts/documents.ts';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';
import type { Executor, ExecutorAnswer, Library, Planner, PlannerAnswer, Telemetry } from '../../pipeline/ports.ts';
import { redactDocument } from '../../pipeline/redaction.ts';
import type { PlannerFor } from '../../pipeline/steps/planner-turn.ts';

/** Takes something out of a text that must not be repeated. */
export type Hide = (text: string) => string;

// What comes in from outside may hold the very values that this installation was given. They are taken out at the door,
// before anything is hashed, recorded or shown; what only looks like a secret is taken out where texts are parsed.

/** A planner's texts and the words of its faults. Only whole values are replaced: anything else could make other JSON of it. */
export function planWithout(hide: Hide, plannerFor: PlannerFor): PlannerFor {
  const cleaned = async (asked: Promise<PlannerAnswer>): Promise<PlannerAnswer> => {
    const answer = await orFault(hide, asked);
    return typeof answer.text === 'string' ? { ...answer, text: hide(answer.text) } : answer;
  };
  const without = (planner: Planner): Planner => ({
    name: planner.name,
    plan: (request, signal) => cleaned(planner.plan(request, signal)),
    stress: (request, plan, signal) => cleaned(planner.stress(request, plan, signal)),
    summarise: (resolution, signal) => cleaned(planner.summarise(resolution, signal)),
    explain: (request, signal) => cleaned(planner.explain(request, signal)),
  });
  return (...whose) => without(plannerFor(...whose));
}

/**
 * Documents as they are read; what is stored stays as its author wrote it. Stores give the same frozen document again and
 * again, and looking through it for every secret is dear: each is looked through once, so all secrets are known before.
 */
export function readWithout(hide: Hide, library: Library): Library {
  const runbook = once((document: Runbook) => redactDocument(document, hide));
  const evidence = once((document: Evidence) => redactDocument(document, hide));
  const policy = once((document: Policy) => redactDocument(document, hide));
  const any = once((document: LibraryDocument) => redactDocument(document, hide));
  return {
    ...library,
    searchRunbooks: async (...query) =>
      (await library.searchRunbooks(...query)).map(({ document, score }) => ({ document: runbook(document), score })),
    searchEvidence: async (...query) =>
      (await library.searchEvidence(...query)).map(({ document, score }) => ({ document: evidence(document), score })),
    candidates: async (query) => (await library.candidates(query)).map(evidence),
    policies: async (service) => (await library.policies(service)).map(policy),
    get: async (ids) => (await library.get(ids)).map(any),
  };
}

/** Remembers what was made of values that cannot change. */
function once<T extends object>(make: (value: T) => T): (value: T) => T {
  const known = new WeakMap<T, T>();
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const made = make(value);
    if (Object.isFrozen(value)) known.set(value, Object.freeze(made));
    return made;
  };
}

/** Paths and log lines are written by whoever sends a request. */
export function measureWithout(hide: Hide, telemetry: Telemetry): Telemetry {
  return {
    services: () => orFault(hide, telemetry.services()),
    async figures(service, window) {
      const figures = await orFault(hide, telemetry.figures(service, window));
      if (figures === null) return null;
      return { ...figures, top_errors: figures.top_errors.map((error) => ({ ...error, path: hide(error.path) })) };
    },
    async logLine(id) {
      const line = await orFault(hide, telemetry.logLine(id));
      return line === null ? null : { ...line, path: hide(line.path), text: hide(line.text) };
    },
  };
}

export function executeWithout(hide: Hide, executors: ReadonlyMap<string, Executor>): ReadonlyMap<string, Executor> {
  const cleaned = <T extends Pick<ExecutorAnswer, 'detail'>>(answer: T): T => ({ ...answer, detail: hide(answer.detail) });
  const without = (executor: Executor): Executor => ({
    name: executor.name,
    declares: () => executor.declares(),
    run: async (order) => cleaned(await orFault(hide, executor.run(order))),
    async status(key, order) {
      const status = await orFault(hide, executor.status(key, order));
      return status.seen ? cleaned(status) : status;
    },
  });
  return new Map([...executors].map(([name, executor]) => [name, without(executor)]));
}

/** A fault's words end in the log and on the card: an address in them may carry a password. */
async function orFault<T>(hide: Hide, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (fault) {
    const said = problemOf(fault);
    const clean = hide(said);
    throw clean === said ? fault : new GovernorError('port_failed', clean);
  }
}
