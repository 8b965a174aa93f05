import type { ToolSet } from 'ai';
import { z } from 'zod';
import { answeredIds } from '../../mcp/answered-ids.ts';
import { PLANNER_TOOLS } from '../../mcp/planner-tools.ts';

/** Whatever else a server offers, a model that plans for us does not get it. */
const OFFERED: ReadonlySet<string> = new Set(PLANNER_TOOLS);

const ANSWER_CHARS_MAX = 30_000;
const IDS_MAX = 500;

/** What a tool of an MCP server answers. */
const McpAnswer = z.looseObject({ structuredContent: z.unknown().optional(), content: z.unknown().optional() });

export type Guarded = {
  tools: ToolSet;
  /** Ids of documents that the tools returned until now, in the order they came. */
  retrievedIds(): string[];
};

/**
 * The planners' tools among the given ones, for one question: at most `callsMax` calls are answered, an answer is cut where
 * it is long, and which documents were really returned is kept. A failing tool is told to the model, which may go on.
 */
export function guardTools(given: ToolSet, callsMax: number): Guarded {
  const ids = new Set<string>();
  let calls = 0;
  const keep = (returned: readonly string[]): void => {
    for (const id of returned) if (ids.size < IDS_MAX) ids.add(id);
  };
  const guarded = (tool: ToolSet[string]): ToolSet[string] => {
    const { execute, toModelOutput: _whole, ...rest } = tool;
    if (execute === undefined) throw new TypeError('a tool that cannot be executed here');
    return {
      ...rest,
      execute: async (input: never, options: never) => {
        calls += 1;
        if (calls > callsMax) throw new RangeError(`no more than ${callsMax} tool calls are answered: answer now`);
        const answer = plain(await execute(input, options));
        keep(answeredIds(answer) ?? []);
        return short(answer);
      },
    } as ToolSet[string];
  };
  const offered = Object.entries(given).filter(([name, { execute }]) => OFFERED.has(name) && execute !== undefined);
  return { tools: Object.fromEntries(offered.map(([name, tool]) => [name, guarded(tool)])), retrievedIds: () => [...ids] };
}

/** The answer once: a server repeats it as text beside the structured form. */
function plain(answer: unknown): unknown {
  const read = McpAnswer.safeParse(answer);
  return read.success ? (read.data.structuredContent ?? read.data.content ?? answer) : answer;
}

function short(answer: unknown): unknown {
  const text = JSON.stringify(answer) ?? 'null';
  return text.length <= ANSWER_CHARS_MAX ? JSON.parse(text) : { cut: true, text: text.slice(0, ANSWER_CHARS_MAX) };
}
