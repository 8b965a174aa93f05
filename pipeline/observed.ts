import type { Action, Parameters } from '../contracts/catalogue.ts';
import { problemOf } from './errors.ts';
import { isServiceName } from './parameters.ts';
import type { Library, Telemetry } from './ports.ts';

/** `unobserved` is what nothing has ever told of; `unknown` says why it could not be asked. */
export type Observation = 'observed' | 'unobserved' | { unknown: string };

export type Observe = (service: string) => Promise<Observation>;

/** Whether an action with these parameters is told which service to act on; that can only be the incident's. */
export const namesService = (action: Pick<Action, 'parameters'>, parameters: Parameters): boolean =>
  Object.entries(action.parameters).some(([name, spec]) => isServiceName(spec) && Object.hasOwn(parameters, name));

/**
 * Asks whether anything has seen a service: telemetry, or a document that is about it. An incident may be opened for
 * whatever fits a pattern; only what was observed is a target.
 */
export function createObserve({
  telemetry,
  library,
}: {
  telemetry: Pick<Telemetry, 'services'>;
  library: Pick<Library, 'services'>;
}): Observe {
  return async (service) => {
    const asked = await Promise.allSettled([telemetry.services(), library.services()]);
    if (asked.some((one) => one.status === 'fulfilled' && one.value.includes(service))) return 'observed';
    const fault = asked.find((one) => one.status === 'rejected');
    if (fault === undefined) return 'unobserved';
    return { unknown: `whether \`${service}\` exists cannot be asked: ${problemOf(fault.reason)}` };
  };
}
