import type { ToolCall } from '../../contracts/tool-call.ts';
import type { ToolNotes } from '../lanes/tool-notes.ts';
import type { ToolTrace } from '../outputs/tool-trace.ts';

/** Where calls of tools are told that our own server did not serve: those that an agent's host recorded. */
export type ToolCalls = {
  hear(call: ToolCall): Promise<void>;
  /** Threads can only be told once the cases are there, and the planners are made before them. */
  tellBy(notes: Pick<ToolNotes, 'tell'>): void;
};

export function createToolCalls(trace: Pick<ToolTrace, 'append'>): ToolCalls {
  let notes: Pick<ToolNotes, 'tell'> | null = null;
  return {
    async hear(call) {
      if (call.case_id !== null) notes?.tell({ ...call, case_id: call.case_id });
      await trace.append(call);
    },
    tellBy(given) {
      notes = given;
    },
  };
}
