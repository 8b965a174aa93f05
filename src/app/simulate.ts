import type { Incident } from '../../contracts/incident.ts';
import type { Simulation } from '../../contracts/scenario.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import { compress } from '../../pipeline/compress.ts';
import { digestOf } from '../../pipeline/digest.ts';
import { gateOutput } from '../../pipeline/gate-output.ts';
import { raisedSeverity } from '../../pipeline/intake.ts';
import type { Library, Telemetry } from '../../pipeline/ports.ts';
import { redact, redactPlan } from '../../pipeline/redaction.ts';
import { UNKNOWN_SCORES } from '../../pipeline/scores.ts';
import { createStress } from '../../pipeline/stress.ts';
import type { Settings } from '../config/settings.ts';
import { systemClock as clock, systemIds } from './core.ts';

type Parts = { settings: Pick<Settings, 'config'>; store: { library: Library }; catalogue: Catalogue };

/** Stress, compress and gate on a plan that somebody wrote down, exactly as a case would have them; nothing is stored. */
export async function simulate({ settings, store, catalogue }: Parts, simulation: Simulation, telemetry: Telemetry) {
  const { config } = settings;
  const incident = incidentOf(simulation, config);
  const plan = redactPlan({ ...simulation.plan, incident_id: incident.id });
  const { stress: weigh } = createStress({
    library: store.library,
    telemetry,
    clock,
    catalogue,
    windowS: config.telemetry_window_s,
  });
  const stress = await weigh({ caseId: incident.id, incident, plan, answer: null, plannerProblem: null, scores: UNKNOWN_SCORES });
  const compressed = compress({ incident, plan, stress, uCurve: UNKNOWN_SCORES.uCurve });
  const gate = gateOutput({ plan, stress, compress: compressed, limits: config.gate });
  const digest = digestOf({ caseId: incident.id, revision: 1, incident, stress, gate });
  return { incident, plan, stress, compress: compressed, gate, digest };
}

function incidentOf({ incident }: Simulation, config: Settings['config']): Incident {
  const { service, severity: stated } = incident;
  return {
    id: incident.id ?? systemIds.caseId(clock.now()),
    service,
    ...raisedSeverity(stated, config.services[service]?.severity_min),
    summary: redact(incident.summary),
    symptoms: incident.symptoms.map(redact),
    source: 'cli',
    opened_by: 'cli',
    opened_at: new Date(clock.now()).toISOString(),
  };
}
