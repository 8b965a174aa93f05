import type { Incident } from '../../../contracts/incident.ts';
import type { Plan } from '../../../contracts/plan.ts';
import type { PlanRequest, Resolution } from '../../../pipeline/ports.ts';
import { fenced } from './fence.ts';
import { EXPLAIN_INSTRUCTIONS, PLAN_INSTRUCTIONS, STRESS_INSTRUCTIONS, SUMMARY_INSTRUCTIONS } from './instructions.ts';

/** `instructions` are our own words; `input` is the question, and everything in it that others wrote is fenced. */
export type Prompt = { instructions: string; input: string };

export const planPrompt = ({ incident, actions, problem, remarks }: PlanRequest): Prompt => ({
  instructions: PLAN_INSTRUCTIONS,
  input: parts(
    incidentPart(incident),
    `The catalogue. No other action can be run:\n${JSON.stringify(actions)}`,
    remarks === null ? '' : `The plan before was sent back. What was said about it:\n${fenced('remarks', remarks)}`,
    problemPart(problem),
    `Propose a plan with "incident_id": ${JSON.stringify(incident.id)}.`,
  ),
});

export const stressPrompt = ({ incident, actions, problem }: PlanRequest, plan: Plan): Prompt => ({
  instructions: STRESS_INSTRUCTIONS,
  input: parts(
    incidentPart(incident),
    `The plan to test:\n${fenced('plan', plan)}`,
    `The ids of the catalogue's actions: ${JSON.stringify(actions.map(({ id }) => id))}`,
    problemPart(problem),
    `Answer with "incident_id": ${JSON.stringify(incident.id)}.`,
  ),
});

const DOCUMENTS_MAX = 40;
const DOCUMENT_CHARS_MAX = 4_000;

export const summaryPrompt = ({ incident, plan, detail, documents }: Resolution): Prompt => ({
  instructions: SUMMARY_INSTRUCTIONS,
  input: parts(
    incidentPart(incident),
    `The plan that was carried out:\n${fenced('plan', plan)}`,
    `How recovery showed:\n${fenced('recovery', detail)}`,
    `Documents that were weighed:\n${fenced('documents', documents.slice(0, DOCUMENTS_MAX).map(shortened))}`,
    'Write the runbook.',
  ),
});

export const explainPrompt = ({ incident, plan, refusal }: { incident: Incident; plan: Plan; refusal: string }): Prompt => ({
  instructions: EXPLAIN_INSTRUCTIONS,
  input: parts(
    incidentPart(incident),
    `The plan:\n${fenced('plan', plan)}`,
    `The attempt was refused because: ${JSON.stringify(refusal.replaceAll('_', ' '))}.`,
    'Explain why.',
  ),
});

const parts = (...all: string[]): string => all.filter((part) => part !== '').join('\n\n');

/** Who opened it and through which door is nothing a model needs to know. */
const incidentPart = ({ id, service, severity, summary, symptoms }: Incident): string =>
  `The incident:\n${fenced('incident', { incident_id: id, service, severity, summary, symptoms })}`;

const problemPart = (problem: string | null): string =>
  problem === null ? '' : `Your answer before could not be used. What was wrong with it:\n${fenced('problem', problem)}`;

function shortened(document: Resolution['documents'][number]): Resolution['documents'][number] {
  const isLong = document.text.length > DOCUMENT_CHARS_MAX;
  return isLong ? { ...document, text: `${document.text.slice(0, DOCUMENT_CHARS_MAX)} … (cut)` } : document;
}
