import type { ToolCall } from '../../contracts/tool-call.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { ToolNotes } from '../lanes/tool-notes.ts';
import type { Log } from '../log.ts';
import type { JsonLines } from '../outputs/jsonl.ts';

/** Where calls of tools are told that our own server did not serve: those that an agent's host recorded. */
export type ToolCalls = {
  hear(call: ToolCall): Promise<void>;
  /** Threads can only be told once the cases are there, and the planners are made before them. */
  tellBy(notes: Pick<ToolNotes, 'tell'>): void;
};

export function createToolCalls({ trace, log }: { trace: Pick<JsonLines, 'append'>; log: Log }): ToolCalls {
  let notes: Pick<ToolNotes, 'tell'> | null = null;
  return {
    async hear(call) {
      if (call.case_id !== null) notes?.tell({ ...call, case_id: call.case_id });
      try {
        await trace.append(call);
      } catch (fault) {
        log.error('a tool call could not be traced', { tool: call.tool, problem: problemOf(fault) });
      }
    },
    tellBy(given) {
      notes = given;
    },
  };
}
