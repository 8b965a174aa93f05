import { z } from 'zod';
import type { Asked, Script, Turn } from './server.ts';

const Found = z.object({
  results: z.array(z.object({ id: z.string(), recommended_action: z.string().nullish() }).loose()).default([]),
});

const say = (value: unknown): Turn => ({ say: JSON.stringify(value) });

const serviceOf = (text: string): string => /"service": "([^"]+)"/.exec(text)?.[1] ?? '';
const summaryOf = (text: string): string => /"summary": "((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? '';
const severityOf = (text: string): string => /"severity": "([^"]+)"/.exec(text)?.[1] ?? '';

/** What the tools gave, best first. */
const foundBy = ({ results }: Asked, tool: string) =>
  results.filter((result) => result.tool === tool).flatMap(({ text }) => Found.safeParse(jsonOf(text)).data?.results ?? []);

/** A tool that failed answers in plain words. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const QUERY_CHARS_MAX = 500;

/** Asks every tool that a plan needs, once. */
function look({ text, body }: Asked): Turn {
  const service = serviceOf(text);
  const query = String(JSON.parse(`"${summaryOf(text)}"`)).slice(0, QUERY_CHARS_MAX);
  const offered = new Set((body.tools ?? []).map((tool) => tool.function.name));
  const calls = [
    { tool: 'search_runbooks', input: { query, service } },
    { tool: 'search_evidence', input: { query, service } },
    { tool: 'query_live_logs', input: { service } },
  ];
  return { call: calls.filter(({ tool }) => offered.has(tool)) };
}

function plan(asked: Asked): Turn {
  const runbooks = foundBy(asked, 'search_runbooks').filter(({ recommended_action: action }) => action);
  const runbook = runbooks[0];
  const evidence = foundBy(asked, 'search_evidence').slice(0, 2);
  return say({
    incident_id: asked.incidentId,
    proposed_action: runbook?.recommended_action || 'investigate_and_escalate',
    parameters: {},
    rationale: 'The runbook fits what was reported.',
    key_claims:
      runbook === undefined
        ? []
        : [
            {
              claim: `${runbook.recommended_action} is the documented remedy for ${serviceOf(asked.text)}`,
              document_ids: [runbook.id],
            },
          ],
    confidence_initial: 8,
    retrieved_context_ids: [...(runbook === undefined ? [] : [runbook]), ...evidence].map(({ id }) => id),
  });
}

const proposedIn = (text: string): string => /"proposed_action": "((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? '';

function stress(asked: Asked): Turn {
  return say({
    incident_id: asked.incidentId,
    claim_evidence: [],
    policy_conflicts: [],
    confidence_post_stress: 8,
    position_after_stress: JSON.parse(`"${proposedIn(asked.text)}"`),
  });
}

/** A model that looks things up, believes documents, and cites only what it found. */
export const honest: Script = (asked) => {
  if (asked.about === 'summary') return say({ title: `What helped ${serviceOf(asked.text)}`, body: 'Do what the plan did.' });
  if (asked.about === 'explain') return { say: `At ${severityOf(asked.text)} severity the rule needs more evidence.` };
  const mayLook = asked.body.tools !== undefined && asked.body.tool_choice !== 'none' && asked.results.length === 0;
  if (mayLook) return look(asked);
  return asked.about === 'plan' ? plan(asked) : stress(asked);
};
