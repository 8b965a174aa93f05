import { z } from 'zod';
import type { AgentCall } from './round.ts';

/** The tools that answer from the governor's own store. */
export const OUR_TOOLS = [
  'search_runbooks',
  'search_evidence',
  'check_policy_conflicts',
  'query_live_logs',
  'ddft_score',
  'cdct_score',
  'eect_score',
  'reliability_profile',
] as const;
type OurTool = (typeof OUR_TOOLS)[number];

const PARTED = /[./:-]/;

/** Which of them an id in Kibana means: there the names carry a prefix of the installer's choice. */
export const ourToolIn = (toolId: string): OurTool | undefined => {
  const name = toolId.split(PARTED).at(-1) ?? '';
  return OUR_TOOLS.find((tool) => name === tool || name.endsWith(`_${tool}`));
};

const IDS_MAX = 1_000;

const Answer = z.looseObject({ document_ids: z.array(z.string().min(1)) });
const ToolResult = z.looseObject({
  type: z.string(),
  data: z.looseObject({
    isError: z.boolean().optional(),
    structuredContent: z.unknown().optional(),
    content: z.array(z.unknown()).default([]),
  }),
});
const TextItem = z.looseObject({ type: z.literal('text'), text: z.string() });

/**
 * Ids of the documents that a call of one of our tools really returned. They are read from Kibana's record of the call,
 * never from the agent's message, so an agent cannot claim to have found what it invented.
 */
export const retrievedIds = ({ toolId, results }: AgentCall): string[] =>
  ourToolIn(toolId) !== undefined ? [...new Set(results.flatMap(idsIn))].slice(0, IDS_MAX) : [];

function idsIn(result: unknown): string[] {
  const parsed = ToolResult.safeParse(result);
  if (!parsed.success || parsed.data.data.isError === true) return [];
  const { structuredContent, content } = parsed.data.data;
  // Both say the same; older clients keep only the text.
  const answer = Answer.safeParse(structuredContent);
  return answer.success ? answer.data.document_ids : content.flatMap(idsInText);
}

function idsInText(item: unknown): string[] {
  const text = TextItem.safeParse(item);
  if (!text.success) return [];
  try {
    const answer = Answer.safeParse(JSON.parse(text.data.text));
    return answer.success ? answer.data.document_ids : [];
  } catch {
    // A sentence instead of JSON, as tools of others give: it names no document of ours.
    return [];
  }
}

const NamesCase = z.looseObject({ incident_id: z.string() });

/** Whether the call came to our own server with the case named, which then has traced and told it already. */
export function isToldByServer(call: AgentCall, caseId: string): boolean {
  const named = NamesCase.safeParse(call.params);
  return ourToolIn(call.toolId) !== undefined && named.success && named.data.incident_id === caseId && !hasFailed(call);
}

/** Whether any result of the call is a failure, as Kibana or as the tool itself says it. */
export const hasFailed = ({ results }: AgentCall): boolean =>
  results.some((result) => {
    const parsed = ToolResult.safeParse(result);
    return parsed.success && (parsed.data.type === 'error' || parsed.data.data.isError === true);
  });
