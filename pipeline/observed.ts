import type { Action, Parameters } from '../contracts/catalogue.ts';
import { problemOf } from './errors.ts';
import type { Library, Telemetry } from './ports.ts';

/** `unobserved` are services that nothing has ever told of; `unknown` says why it could not be asked. */
export type Observation = { unobserved: readonly string[]; unknown: string | null };

export type Observe = (services: readonly string[]) => Promise<Observation>;

/** The services that an action with these parameters acts on, as far as its entry says that a parameter names one. */
export function servicesNamed(action: Pick<Action, 'parameters'>, parameters: Parameters): string[] {
  const named = Object.entries(action.parameters).filter(
    ([, spec]) => spec.from === 'incident.service' || (spec.type === 'name' && spec.names === 'service'),
  );
  return [...new Set(named.flatMap(([name]) => parameters[name] ?? []).map(String))];
}

/**
 * Asks whether anything has seen these services: telemetry, or a document that is about them. A plan may name whatever
 * fits a pattern; only what was observed is a target.
 */
export function createObserve({
  telemetry,
  library,
}: {
  telemetry: Pick<Telemetry, 'services'>;
  library: Pick<Library, 'services'>;
}): Observe {
  return async (services) => {
    if (services.length === 0) return { unobserved: [], unknown: null };
    const [measured, stored] = await Promise.allSettled([telemetry.services(), library.services()]);
    const seen = new Set([measured, stored].flatMap((asked) => (asked.status === 'fulfilled' ? asked.value : [])));
    const unseen = services.filter((service) => !seen.has(service));
    const fault = [measured, stored].find((asked) => asked.status === 'rejected');
    if (unseen.length === 0 || fault === undefined) return { unobserved: unseen, unknown: null };
    return { unobserved: [], unknown: `whether \`${unseen.join('`, `')}\` exists cannot be asked: ${problemOf(fault.reason)}` };
  };
}
