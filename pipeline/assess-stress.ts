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
import { contradictionIds } from './contradictions.ts';
import type { Citable } from './document-text.ts';
import { fabricatedIds, staleIds } from './fabrication.ts';
import { resolveParameters } from './parameters.ts';
import type { ModelScores } from './scores.ts';
import { recordedScores } from './scores.ts';
import { createSpeaks } from './speaks-to.ts';
import { isAboutAction } from './support.ts';
import type { Known, Weighed } from './weigh.ts';
import { weigh, weighedDocument } from './weigh.ts';

/** One revision to be stressed. `answer` is null where the planner was not asked, or, with a `plannerProblem`, where it failed. */
export type StressQuestion = {
  caseId: string;
  incident: Incident;
  plan: Plan;
  answer: StressAnswer | null;
  plannerProblem: string | null;
  scores: ModelScores;
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
  /** Whether the plan's parameters name the incident's service and nothing has ever observed it. */
  unobserved?: boolean;
};

/** Ids listed of one kind: the counts are whole, and the gate has blocked long before. */
const IDS_MAX = 500;

/** Weighs a plan by what the stores hold. Pure: the same documents give the same bytes, in whatever order they came. */
export function assessStress(question: StressQuestion, catalogue: Catalogue, fetched: Fetched): Stress {
  const { plan, answer, incident, shown } = question;
  const resolved = resolveAction(catalogue, plan.proposed_action, incident);
  const action = resolved.ok ? resolved.action : null;
  const { citations, ids: cited } = citedNow(question);
  const known: Known = new Map(fetched.documents.map((document) => [document.id, document]));
  const weighed = weigh(citations, known, cited, {
    ...question,
    service: incident.service,
    action,
    speaks: createSpeaks(action),
  });
  const fabricated = fabricatedIds(cited, known, fetched.unread, shown);
  const policies = conflictsOf(question, action, catalogue, fetched.policies, known);
  const against = contradictionIds({ incident, shown, action, figures: fetched.figures }, citations, weighed);
  const claims = weighed.claims.map((claim, at) => ({ ...claim, fabricated: fabricatedFor(citations, at, fabricated) }));
  const resolution = resolutionOf(resolved, catalogue, question, fetched.unobserved ?? false);
  return {
    ...resolution,
    began_at: question.beganAt,
    claims,
    documents: documentsOf(known, cited, weighed, question, action),
    policies,
    contradiction_ids: against.slice(0, IDS_MAX),
    about_action: aboutAction(weighed, known, action).slice(0, IDS_MAX),
    telemetry_problem: fetched.telemetryProblem,
    position_after_stress: answer?.position_after_stress ?? shown?.position_after_stress ?? plan.proposed_action,
    integration_quality: shareOf(claims, ({ supports, contradictions }) => supports.length + contradictions.length > 0),
    confidence: confidenceOf(question, against.length, policies.length > 0),
    scores: recordedScores(question.scores),
    planner_problem: question.plannerProblem,
    findings: {
      ...claimFigures(claims, weighed),
      ...incidentFacts(incident),
      action_known: resolved.ok,
      parameters_valid: resolved.ok && resolution.parameter_problems.length === 0,
      contradictions: against.length,
      policy_conflicts: policies.map(({ id }) => id).slice(0, IDS_MAX),
      fabricated_ids: fabricated.slice(0, IDS_MAX),
      stale_ids: staleIds(shown, known, fetched.unread).slice(0, IDS_MAX),
      telemetry: fetched.figures,
      position_withdrawn: isWithdrawn(question, catalogue, resolved),
    },
  };
}

const incidentFacts = ({ id, severity }: Incident): Pick<GateFindings, 'incident_id' | 'severity'> => ({
  incident_id: id,
  severity,
});

/** A re-check asks about everything that was cited when the plan was shown, also where only the planner's answer named it. */
function citedNow({ plan, answer, shown }: StressQuestion): { citations: Citations; ids: ReadonlySet<string> } {
  const citations = citationsOf(plan, answer);
  const before =
    shown === null ? [] : [...shown.documents.filter(({ cited }) => cited).map(({ id }) => id), ...shown.findings.fabricated_ids];
  return { citations, ids: new Set([...citedIds(citations, plan, answer), ...before]) };
}

type Resolution = Pick<Stress, 'action_id' | 'action_hash' | 'action_refusal' | 'parameters' | 'parameter_problems'>;

/** What would run, or why nothing would. */
function resolutionOf(
  resolved: ResolvedAction,
  catalogue: Catalogue,
  { plan, incident }: StressQuestion,
  unobserved: boolean,
): Resolution {
  if (!resolved.ok) {
    return { action_id: null, action_hash: null, action_refusal: resolved.refusal, parameters: {}, parameter_problems: [] };
  }
  const { action } = resolved;
  const { parameters, problems } = resolveParameters(action, plan.parameters, incident);
  const strangers = unobserved ? [`\`${incident.service}\` is no service that anything has observed`] : [];
  const action_hash = catalogue.hashes.get(action.id) ?? null;
  return { action_id: action.id, action_hash, action_refusal: null, parameters, parameter_problems: [...problems, ...strangers] };
}

/** Of the documents that count as support, those that say something about the action and not only about a claim. */
const aboutAction = ({ supports }: Weighed, known: Known, action: Action | null): string[] =>
  [...supports].filter((id) => isAboutAction(known.get(id), action)).sort();

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
