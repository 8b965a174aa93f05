import type { ToolSet } from 'ai';
import { z } from 'zod';

/** Tools that only read. Whatever else a server offers, a model that plans for us does not get it. */
const READING: ReadonlySet<string> = new Set([
  'search_runbooks',
  'search_evidence',
  'check_policy_conflicts',
  'query_live_logs',
  'ddft_score',
  'cdct_score',
  'eect_score',
  'reliability_profile',
]);

const ANSWER_CHARS_MAX = 30_000;
const IDS_MAX = 500;

/** What a tool of an MCP server answers. */
const McpAnswer = z.looseObject({ structuredContent: z.unknown().optional(), content: z.unknown().optional() });
const WithIds = z.looseObject({ document_ids: z.array(z.string()) });

export type Guarded = {
  tools: ToolSet;
  /** Ids of documents that the tools returned until now, in the order they came. */
  retrievedIds(): string[];
};

/**
 * The reading tools among the given ones, for one question: at most `callsMax` calls are answered, an answer is cut where
 * it is long, and which documents were really returned is kept. A failing tool is told to the model, which may go on.
 */
export function guardTools(given: ToolSet, callsMax: number): Guarded {
  const ids = new Set<string>();
  let calls = 0;
  const guarded = (tool: ToolSet[string]): ToolSet[string] => {
    const { execute, toModelOutput: _whole, ...rest } = tool;
    if (execute === undefined) throw new TypeError('a tool that cannot be executed here');
    return {
      ...rest,
      execute: async (input: never, options: never) => {
        calls += 1;
        if (calls > callsMax) throw new RangeError(`no more than ${callsMax} tool calls are answered: answer now`);
        const answer = plain(await execute(input, options));
        for (const id of idsOf(answer)) if (ids.size < IDS_MAX) ids.add(id);
        return short(answer);
      },
    } as ToolSet[string];
  };
  const reading = Object.entries(given).filter(([name, { execute }]) => READING.has(name) && execute !== undefined);
  return { tools: Object.fromEntries(reading.map(([name, tool]) => [name, guarded(tool)])), retrievedIds: () => [...ids] };
}

/** The answer once: a server repeats it as text beside the structured form. */
function plain(answer: unknown): unknown {
  const read = McpAnswer.safeParse(answer);
  return read.success ? (read.data.structuredContent ?? read.data.content ?? answer) : answer;
}

function idsOf(answer: unknown): string[] {
  const read = WithIds.safeParse(answer);
  return read.success ? read.data.document_ids : [];
}

function short(answer: unknown): unknown {
  const text = JSON.stringify(answer) ?? 'null';
  return text.length <= ANSWER_CHARS_MAX ? JSON.parse(text) : { cut: true, text: text.slice(0, ANSWER_CHARS_MAX) };
}
