import type { Action } from '../contracts/catalogue.ts';
import type { Stress } from '../contracts/findings.ts';
import type { Incident } from '../contracts/incident.ts';
import type { Telemetry } from '../contracts/telemetry.ts';
import type { Citations } from './claims.ts';
import type { Weighed } from './weigh.ts';

type Against = { incident: Incident; shown: Stress | null; action: Action | null; figures: Telemetry | null };

/** Everything that counts as a contradiction, once each: documents by id, then `telemetry:SERVICE`, then `planner:N`. */
export function contradictionIds(
  { incident, shown, action, figures }: Against,
  citations: Citations,
  weighed: Weighed,
): string[] {
  return [...weighed.contradictions, ...unmetNeeds(action, figures, incident.service), ...plannersOwn(citations, weighed, shown)];
}

const PLANNERS_OWN = /^planner:\d+$/;

/** An action that makes sense only while the service fails has one fact against it where the service does not. */
function unmetNeeds(action: Action | null, figures: Telemetry | null, service: string): string[] {
  if (action?.needs === undefined || figures === null) return [];
  return figures.error_rate >= action.needs.error_rate_min ? [] : [`telemetry:${service}`];
}

/**
 * One for each claim that the planner itself takes back without a document that counts, by the claim's number. A
 * re-check does not ask the planner, so that what it said then still stands.
 */
function plannersOwn({ claims, strays }: Citations, weighed: Weighed, shown: Stress | null): string[] {
  if (shown !== null) return shown.contradiction_ids.filter((id) => PLANNERS_OWN.test(id));
  const own = claims.map((_claim, at) => weighed.claims[at]?.contradicted_by_planner === true);
  const strayed = strays.map(
    ({ contradicted, contradiction_ids }) => contradicted && !contradiction_ids.some((id) => weighed.contradictions.has(id)),
  );
  return [...own, ...strayed].flatMap((counts, at) => (counts ? [`planner:${at + 1}`] : []));
}
