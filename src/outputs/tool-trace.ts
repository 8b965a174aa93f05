import { join } from 'node:path';
import type { ToolCall } from '../../contracts/tool-call.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { Log } from '../log.ts';
import { createJsonLines } from './jsonl.ts';

/** Every call of a tool, whoever made it: a line of tool_trace.jsonl each. */
export type ToolTrace = {
  /** Resolves once the line is in the file, and where it cannot be written too: that is logged, and fails no call. */
  append(call: ToolCall): Promise<void>;
  /** Resolves once all that was appended is written or has failed. */
  close(): Promise<void>;
};

export function openToolTrace({ folder, log }: { folder: string; log: Pick<Log, 'error'> }): ToolTrace {
  const lines = createJsonLines({ file: join(folder, 'tool_trace.jsonl') });
  return {
    async append(call) {
      try {
        await lines.append(call);
      } catch (fault) {
        log.error('a tool call could not be traced', { tool: call.tool, problem: problemOf(fault) });
      }
    },
    close: lines.close,
  };
}
