import type { WorldService } from '../../../src/sandbox/world/world-file.ts';
import { openStage, type Stage } from '../../fixtures/app.ts';
import { CONSENT, documentsFor } from './remedies.ts';
import type { Spec } from './specs.ts';
import type { Shape } from './truth.ts';

/** So that a busy service need not be counted for minutes each time somebody looks. */
const LOOKS_BACK_S = 20;
/** One control call answers with the whole world, so few are made. */
const SET_AT_ONCE = 200;

/** A stage with a service and an incident for each spec. */
export async function openBoard(specs: readonly Spec[]): Promise<Stage> {
  const services = Object.fromEntries(specs.map(({ service }) => [service, {}]));
  const stage = await openStage({ config: { services, telemetry_window_s: LOOKS_BACK_S, reminders_at: [] } });
  try {
    await stage.put([CONSENT, ...specs.flatMap(({ service, remedy }) => documentsFor(service, remedy))]);
    for (let first = 0; first < specs.length; first += SET_AT_ONCE)
      await stage.control.world(specs.slice(first, first + SET_AT_ONCE).map((spec) => worldOf(spec)));
    return stage;
  } catch (fault) {
    await stage.close();
    throw fault;
  }
}

type Set = Partial<WorldService> & { service: string; error_rate: number };

/** The service in its incident, whatever it was before; `action` has the course of the shape. */
export const worldOf = ({ service, remedy, shape }: Pick<Spec, 'service' | 'remedy' | 'shape'>, action = remedy.action): Set => ({
  service,
  ...figuresOf(shape),
  right_actions: [],
  harmful_actions: [],
  courses: shape.course === null ? {} : { [action]: shape.course },
  status: 'incident',
});

const figuresOf = ({ baseline, incident, perSecond }: Shape) => ({
  baseline,
  incident_error_rate: incident,
  error_rate: incident,
  requests_per_s: perSecond,
});
