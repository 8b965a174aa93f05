import { INVESTIGATE } from '../../contracts/catalogue.ts';
import type { Evidence, Runbook } from '../../contracts/documents.ts';
import type { Incident } from '../../contracts/incident.ts';
import type { KeyClaim, Plan } from '../../contracts/plan.ts';
import { resolveParameters } from '../../pipeline/parameters.ts';
import { redact } from '../../pipeline/redaction.ts';
import type { Choice, Ranked } from './choose-runbook.ts';

const EVIDENCE_CITED_MAX = 4;
const OTHERS_NAMED_MAX = 2;
const SENTENCE_CHARS_MAX = 300;

/** How sure a plan from documents is of itself, on 0 to 10. No rule reads it. */
const SURE = { accepted: 6, learned: 4, perEvidence: 0.5, perFailure: 1, least: 1 };

/** What the search gave: runbooks that fit and recommend an action, and the nearest ones whether they do or not. */
export type Looked = { ranked: Ranked; nearest: readonly Runbook[] };

/** The remedy that a runbook documents, said so that a reader and the governor both see which action is meant. */
export const remedyClaim = ({ runbook, action }: Choice, service: string): string =>
  `${action.title} (${action.id}) is the documented remedy for ${service}: ${runbook.title}`.slice(0, SENTENCE_CHARS_MAX);

/** A plan made of documents alone: the runbook's action, and a claim for each document that supports it. */
export function planFrom(incident: Incident, choice: Choice, evidence: readonly Evidence[], { ranked, nearest }: Looked): Plan {
  const { runbook, action } = choice;
  const cited = evidence.slice(0, EVIDENCE_CITED_MAX);
  const remedy: KeyClaim = { claim: remedyClaim(choice, incident.service), document_ids: [runbook.id] };
  return {
    incident_id: incident.id,
    proposed_action: action.id,
    // Problems with the parameters are not the planner's to judge: the governor finds the same ones and blocks.
    parameters: resolveParameters(action, {}, incident).parameters,
    rationale: rationale(choice, cited, ranked),
    key_claims: [remedy, ...cited.flatMap(evidenceClaim)],
    confidence_initial: confidence(choice, cited.length),
    retrieved_context_ids: distinct([runbook.id, ...cited.map(({ id }) => id), ...nearest.map(({ id }) => id)]),
  };
}

/** The document's own first sentence, cited word for word. */
function evidenceClaim(evidence: Evidence): KeyClaim[] {
  const [sentence = ''] = evidence.text.trim().split(/(?<=[.!?])\s+/, 1);
  const claim = redact(sentence.slice(0, SENTENCE_CHARS_MAX)).trim();
  return claim === '' ? [] : [{ claim, document_ids: [evidence.id] }];
}

function rationale(choice: Choice, evidence: readonly Evidence[], { accepted, learned }: Ranked): string {
  const { runbook, action } = choice;
  const unreviewed = runbook.status === 'learned' ? ', which was learned from a case and is not accepted yet,' : '';
  const support =
    evidence.length === 0
      ? 'No evidence document speaks for it.'
      : `Evidence for it: ${evidence.map(({ id }) => id).join(', ')}.`;
  const rest = [...accepted, ...learned].filter((other) => other.action.id !== action.id).slice(0, OTHERS_NAMED_MAX);
  const others = rest.map((other) => ` Not chosen: ${other.action.id} (${other.runbook.id}).`).join('');
  return `Runbook ${runbook.id}${unreviewed} fits best and recommends ${action.id}. ${support}${others}`;
}

function confidence({ runbook }: Choice, evidence: number): number {
  const start = runbook.status === 'learned' ? SURE.learned : SURE.accepted;
  return Math.max(SURE.least, start + evidence * SURE.perEvidence - (runbook.failures ?? 0) * SURE.perFailure);
}

const distinct = (ids: readonly string[]): string[] => [...new Set(ids)];

/**
 * What is proposed where no document fits: nothing. The id is reserved and never resolves to an action, so people
 * decide; what they may want to read is named.
 */
export function nothingFits({ id, service }: Incident, { nearest }: Looked): Plan {
  const read = nearest.map((runbook) => `${runbook.id} (${runbook.title})`).join(', ');
  return {
    incident_id: id,
    proposed_action: INVESTIGATE,
    parameters: {},
    rationale: `No runbook for ${service} fits this incident and recommends an action of the catalogue.${read === '' ? '' : ` Nearest to read: ${read}.`}`,
    key_claims: [],
    confidence_initial: 0,
    retrieved_context_ids: nearest.map((runbook) => runbook.id),
  };
}
