import { createStress, type Stressing, type StressPorts } from '../../pipeline/stress.ts';
import type { Traced } from '../outputs/traced-inside.ts';
import { traceLibrary, traceTelemetry } from '../outputs/traced-searches.ts';

/**
 * The governor's own questions, each with a line in the trace under the case that it was asked for. Every request gets
 * ports of its own, because only it says which case it is about; making them costs nothing beside one search.
 */
export function createTracedStressing(traced: Traced, ports: StressPorts): Stressing {
  const as = (client: 'governor.stress' | 'governor.recheck', caseId: string | null): Stressing =>
    createStress({
      ...ports,
      library: traceLibrary(traced, ports.library, { client, caseId }),
      telemetry: traceTelemetry(traced, ports.telemetry, { client, caseId }),
    });
  return {
    stress: (request) => as('governor.stress', request.caseId).stress(request),
    restress: (request, shown) => as('governor.recheck', request.caseId).restress(request, shown),
    // Whether a service was ever seen is no question about a case.
    observe: as('governor.recheck', null).observe,
  };
}
