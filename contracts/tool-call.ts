import { z } from 'zod';
import { Instant } from './words.ts';

export const ARGUMENTS_CHARS_MAX = 2_000;
export const TRACED_IDS_MAX = 50;

/** One call of one of our tools, as it is traced: a line of tool_trace.jsonl, and what the case's thread tells. All texts are redacted. */
export const ToolCall = z.strictObject({
  at: Instant,
  call_id: z.uuid(),
  /** The name as it was called, known or not. */
  tool: z.string().max(100),
  /** `inside`: a planner, or a question of the governor's own, which no transport carried. */
  transport: z.enum(['http', 'stdio', 'inside']),
  /** What the caller calls itself, where it does: a claim, not an identity. */
  client: z.string().max(200).nullable(),
  /** The case that the caller named, where there is one of that id. */
  case_id: z.string().nullable(),
  /** The arguments as JSON text, cut where they are long. */
  arguments: z.string().max(ARGUMENTS_CHARS_MAX),
  /** `refused`: a wrong input or an expected no. `failed`: a fault of ours or of what we asked. */
  outcome: z.enum(['answered', 'refused', 'failed']),
  error_code: z.string().max(100).nullable(),
  /** The documents that the answer named, the first of them. */
  document_ids: z.array(z.string()).max(TRACED_IDS_MAX),
  answer_chars: z.int().min(0),
  /** How many documents, lines or figures came back, where they are counted; `document_ids` names the first of them. */
  found: z.int().min(0).optional(),
  ms: z.number().min(0),
});
export type ToolCall = z.infer<typeof ToolCall>;
