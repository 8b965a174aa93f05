import { z } from 'zod';
import { answeredIds } from '../../mcp/answered-ids.ts';
import { PLANNER_TOOLS, type PlannerTool } from '../../mcp/planner-tools.ts';
import type { AgentCall } from './round.ts';

const PARTED = /[./:-]/;

/** Which of our tools an id in Kibana means: there the names carry a prefix of the installer's choice. */
export const ourToolIn = (toolId: string): PlannerTool | undefined => {
  const name = toolId.split(PARTED).at(-1) ?? '';
  return PLANNER_TOOLS.find((tool) => name === tool || name.endsWith(`_${tool}`));
};

const IDS_MAX = 1_000;

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
  return answeredIds(structuredContent) ?? content.flatMap(idsInText);
}

function idsInText(item: unknown): string[] {
  const text = TextItem.safeParse(item);
  if (!text.success) return [];
  try {
    return answeredIds(JSON.parse(text.data.text)) ?? [];
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
