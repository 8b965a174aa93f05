import type { Action } from '../contracts/catalogue.ts';
import type { Policy } from '../contracts/documents.ts';
import type { ClaimFinding, Stress, WeighedDocument } from '../contracts/findings.ts';
import type { GateFindings } from '../contracts/gate.ts';
import type { Incident } from '../contracts/incident.ts';
import type { Plan, StressAnswer } from '../contracts/plan.ts';
import type { Telemetry } from '../contracts/telemetry.ts';
import type { Catalogue, ResolvedAction } from './catalogue.ts';
import { resolveAction } from './catalogue.ts';
import type { Citations } from './claims.ts';
import { citationsOf, citedIds } from './claims.ts';
import { assessConfidence } from './confidence.ts';
import { conflictsOf } from './conflicts.ts';
import type { Citable } from './document-text.ts';
import { fabricatedIds, staleIds } from './fabrication.ts';
import { resolveParameters } from './parameters.ts';
import type { Score } from './ports.ts';
import { createSpeaks } from './speaks-to.ts';
import type { Known, Weighed } from './weigh.ts';
import { weigh, weighedDocument } from './weigh.ts';

/** One revision to be stressed. `answer` is null where the planner was not asked, or, with a `plannerProblem`, where it failed. */
export type StressQuestion = {
  caseId: string;
  incident: Incident;
  plan: Plan;
  answer: StressAnswer | null;
  plannerProblem: string | null;
  scores: { ecs: Score; ci: Score };
  /** When this revision's stress began: only what was stored before may support it. A re-check keeps the first time. */
  beganAt: string;
  /** Milliseconds; policies with a time window are asked for this moment. */
  now: number;
  /** Where this is a re-check: what was shown. */
  shown: Stress | null;
};

/** What was fetched for it. `unread` are cited log lines that telemetry could not be asked for. */
export type Fetched = {
  documents: readonly Citable[];
  policies: readonly Policy[];
  figures: Telemetry | null;
  telemetryProblem: string | null;
  unread: readonly string[];
};

/** Ids listed of one kind: the counts are whole, and the gate has blocked long before. */
const IDS_MAX = 500;

/** Weighs a plan by what the stores hold. Pure: the same documents give the same bytes, in whatever order they came. */
export function assessStress(question: StressQuestion, catalogue: Catalogue, fetched: Fetched): Stress {
  const { plan, answer, incident, shown } = question;
  const resolved = resolveAction(catalogue, plan.proposed_action, incident);
  const action = resolved.ok ? resolved.action : null;
  const cited = citedNow(question);
  const known: Known = new Map(fetched.documents.map((document) => [document.id, document]));
  const weighed = weigh(cited.citations, known, cited.ids, {
    ...question,
    service: incident.service,
    action,
    speaks: createSpeaks(action),
  });
  const fabricated = fabricatedIds(cited.ids, known, fetched.unread, shown);
  const claims = weighed.claims.map((claim, at) => ({ ...claim, fabricated: fabricatedFor(cited.citations, at, fabricated) }));
  const policies = conflictsOf(question, action, catalogue, fetched.policies, known);
  const contradictionIds = [
    ...weighed.contradictions,
    ...unmetNeeds(action, fetched.figures, incident.service),
    ...plannersOwn(cited.citations, weighed, shown),
  ];
  const parameters = parametersOf(resolved, plan, incident);
  return {
    ...parameters,
    began_at: question.beganAt,
    action_id: action?.id ?? null,
    action_hash: action === null ? null : (catalogue.hashes.get(action.id) ?? null),
    action_refusal: resolved.ok ? null : resolved.refusal,
    claims,
    documents: documentsOf(known, cited.ids, weighed, question, action),
    policies,
    contradiction_ids: contradictionIds.slice(0, IDS_MAX),
    telemetry_problem: fetched.telemetryProblem,
    position_after_stress: answer?.position_after_stress ?? shown?.position_after_stress ?? plan.proposed_action,
    integration_quality: shareOf(claims, ({ supports, contradictions }) => supports.length + contradictions.length > 0),
    confidence: confidenceOf(question, contradictionIds.length, policies.length > 0),
    planner_problem: question.plannerProblem,
    findings: {
      ...claimFigures(claims, weighed),
      incident_id: incident.id,
      severity: incident.severity,
      action_known: resolved.ok,
      parameters_valid: resolved.ok && parameters.parameter_problems.length === 0,
      contradictions: contradictionIds.length,
      policy_conflicts: policies.map(({ id }) => id).slice(0, IDS_MAX),
      fabricated_ids: fabricated.slice(0, IDS_MAX),
      stale_ids: shown === null ? [] : staleIds(shown, known, fetched.unread).slice(0, IDS_MAX),
      telemetry: fetched.figures,
      position_withdrawn: isWithdrawn(question, catalogue, resolved),
    },
  };
}

/** A re-check asks about everything that was cited when the plan was shown, also where only the planner's answer named it. */
function citedNow({ plan, answer, shown }: StressQuestion): { citations: Citations; ids: ReadonlySet<string> } {
  const citations = citationsOf(plan, answer);
  const before =
    shown === null ? [] : [...shown.documents.filter(({ cited }) => cited).map(({ id }) => id), ...shown.findings.fabricated_ids];
  return { citations, ids: new Set([...citedIds(citations, plan, answer), ...before]) };
}

function parametersOf(
  resolved: ResolvedAction,
  plan: Plan,
  incident: Incident,
): Pick<Stress, 'parameters' | 'parameter_problems'> {
  if (!resolved.ok) return { parameters: {}, parameter_problems: [] };
  const { parameters, problems } = resolveParameters(resolved.action, plan.parameters, incident);
  return { parameters, parameter_problems: problems };
}

const shareOf = <T>(items: readonly T[], counts: (item: T) => boolean): number =>
  items.length === 0 ? 0 : items.filter(counts).length / items.length;

const claimFigures = (
  claims: readonly ClaimFinding[],
  { supports }: Weighed,
): Pick<GateFindings, 'claims' | 'supports' | 'coverage'> => ({
  claims: claims.length,
  supports: supports.size,
  coverage: shareOf(claims, (claim) => claim.supports.length > 0),
});

function fabricatedFor({ claims }: Citations, at: number, fabricated: readonly string[]): string[] {
  const cited = new Set([...(claims[at]?.support_ids ?? []), ...(claims[at]?.contradiction_ids ?? [])]);
  return fabricated.filter((id) => cited.has(id));
}

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

const PLANNERS_OWN = /^planner:\d+$/;

function documentsOf(
  known: Known,
  cited: ReadonlySet<string>,
  weighed: Weighed,
  { shown }: StressQuestion,
  action: Action | null,
): WeighedDocument[] {
  const before = (shown?.documents ?? []).map(({ id }) => id);
  const against = [...weighed.contradictions].slice(0, IDS_MAX);
  const documents = [...new Set([...cited, ...against, ...before])].sort().map((id) => known.get(id));
  return documents
    .filter((document): document is Citable => document !== undefined)
    .map((document) => weighedDocument(document, weighed, cited.has(document.id), action));
}

function confidenceOf({ plan, answer, scores }: StressQuestion, contradictions: number, conflict: boolean): Stress['confidence'] {
  return assessConfidence({
    stated: plan.confidence_initial,
    own: answer?.confidence_post_stress ?? null,
    contradictions,
    conflict,
    ...scores,
  });
}

/** The governor never moves a planner's position; it only sees whether it still is the plan's. No answer is no confirmation. */
function isWithdrawn(
  { plan, answer, incident, plannerProblem }: StressQuestion,
  catalogue: Catalogue,
  resolved: ResolvedAction,
): boolean {
  if (plannerProblem !== null) return true;
  if (answer === null || answer.position_after_stress === plan.proposed_action) return false;
  const after = resolveAction(catalogue, answer.position_after_stress, incident);
  return !(after.ok && resolved.ok && after.action.id === resolved.action.id);
}
