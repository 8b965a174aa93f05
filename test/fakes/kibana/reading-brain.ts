import { z } from 'zod';
import type { Brain, Turn } from './brain.ts';

// An honest agent without a model: it reads the prompt as a model would, asks the tools, and cites what they gave.

const Fenced = z.object({ incident_id: z.string(), service: z.string(), severity: z.string(), summary: z.string() });
const ActionIds = z.array(z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]));
const Found = z.looseObject({
  results: z.array(z.looseObject({ id: z.string() })).default([]),
  document_ids: z.array(z.string()),
});
const Runbook = z.looseObject({ id: z.string(), title: z.string(), recommended_action: z.string().nullable() });
const Evidence = z.looseObject({ id: z.string(), stance: z.string(), text: z.string() });
const Result = z.looseObject({ content: z.array(z.looseObject({ text: z.string() })) });

export type Asked = z.infer<typeof Fenced> & {
  kind: 'plan' | 'stress' | 'summary' | 'explain';
  actions: string[];
  plan: unknown;
};

/** What the prompt is about, read back from its text. */
export function readPrompt(input: string): Asked {
  const incident = Fenced.parse(fencedIn(input, 'incident'));
  const kinds = [
    ['You propose', 'plan'],
    ['You test', 'stress'],
    ['An incident was remedied', 'summary'],
    ['A person tried', 'explain'],
  ] as const;
  const kind = kinds.find(([start]) => input.startsWith(start))?.[1];
  if (kind === undefined) throw new Error(`a prompt of no known kind: ${input.slice(0, 40)}`);
  const list = /^(?:The catalogue\. .+\n|The ids of the catalogue's actions: )(\[.*\])$/m.exec(input)?.[1] ?? '[]';
  return {
    ...incident,
    kind,
    actions: ActionIds.parse(JSON.parse(list)),
    plan: kind === 'plan' ? null : fencedIn(input, 'plan'),
  };
}

function fencedIn(input: string, name: string): unknown {
  const text = new RegExp(`<untrusted name="${name}">\\n(.*?)\\n</untrusted>`, 's').exec(input)?.[1];
  return text === undefined ? null : JSON.parse(text);
}

/** The answer of one of our tools. */
export async function ask(
  turn: Turn,
  tool: string,
  params: Record<string, unknown>,
  prefix = 'governor',
): Promise<z.infer<typeof Found>> {
  const { data } = await turn.use(`${prefix}.${tool}`, params);
  return Found.parse(JSON.parse(Result.parse(data).content[0]?.text ?? '{}'));
}

export const readingBrain: Brain = async (turn) => {
  const asked = readPrompt(turn.input);
  if (asked.kind === 'summary')
    return { message: JSON.stringify({ title: 'What helped', body: 'It recovered after the action.' }) };
  if (asked.kind === 'explain') return { message: 'The evidence in this case does not bear the action.' };
  return { message: JSON.stringify(asked.kind === 'plan' ? await planFor(turn, asked) : await stressOf(turn, asked)) };
};

async function planFor(turn: Turn, { incident_id, service, severity, summary }: Asked): Promise<object> {
  const query = { query: summary, service, incident_id };
  const runbooks = (await ask(turn, 'search_runbooks', query)).results.flatMap((one) => Runbook.safeParse(one).data ?? []);
  const evidence = (await ask(turn, 'search_evidence', query)).results.flatMap((one) => Evidence.safeParse(one).data ?? []);
  const runbook = runbooks.find(({ recommended_action }) => recommended_action !== null);
  const action = runbook?.recommended_action ?? 'investigate_and_escalate';
  await ask(turn, 'check_policy_conflicts', { service, action, severity, incident_id });
  const cited = evidence.filter(({ stance }) => stance === 'support').slice(0, 3);
  const remedy =
    runbook === undefined ? [] : [{ claim: `${action} is the documented remedy: ${runbook.title}`, document_ids: [runbook.id] }];
  return {
    incident_id,
    proposed_action: action,
    parameters: {},
    rationale: 'Chosen from what the searches gave.',
    key_claims: [...remedy, ...cited.map(({ id, text }) => ({ claim: text.split('. ')[0] ?? text, document_ids: [id] }))],
    confidence_initial: 7,
    retrieved_context_ids: [...runbooks, ...evidence].map(({ id }) => id),
  };
}

const Claims = z.looseObject({
  proposed_action: z.string(),
  confidence_initial: z.number(),
  key_claims: z.array(z.looseObject({ claim: z.string(), document_ids: z.array(z.string()) })),
});

async function stressOf(turn: Turn, { incident_id, service, severity, plan }: Asked): Promise<object> {
  const { proposed_action, confidence_initial, key_claims } = Claims.parse(plan);
  const claim_evidence = [];
  for (const { claim, document_ids } of key_claims) {
    const found = await ask(turn, 'search_evidence', { query: claim.slice(0, 1_000), service, incident_id });
    const evidence = found.results.flatMap((one) => Evidence.safeParse(one).data ?? []);
    const against = evidence.filter(({ stance }) => stance === 'contradict').map(({ id }) => id);
    claim_evidence.push({ claim, support_docs: document_ids, contradiction_docs: against });
  }
  const { document_ids } = await ask(turn, 'check_policy_conflicts', { service, action: proposed_action, severity, incident_id });
  return {
    incident_id,
    claim_evidence,
    policy_conflicts: document_ids,
    confidence_post_stress: confidence_initial,
    position_after_stress: proposed_action,
  };
}
