import { randomUUID } from 'node:crypto';
import { ARGUMENTS_CHARS_MAX, type ToolCall, TRACED_IDS_MAX } from '../../../contracts/tool-call.ts';
import { redact } from '../../../pipeline/redaction.ts';
import { cut } from '../../../views/text.ts';
import { plain } from '../../log/plain.ts';
import { hasFailed, retrievedIds } from './retrieved.ts';
import type { AgentCall } from './round.ts';

const NAME_CHARS_MAX = 100;
const CLIENT_CHARS_MAX = 200;

type Reported = { call: AgentCall; caseId: string; agentId: string; nowMs: number; ms: number; hide: (text: string) => string };

/** A tool call as Kibana reports it, in the form in which our own server traces the calls that reach it. */
export function tracedCall({ call, caseId, agentId, nowMs, ms, hide }: Reported): ToolCall {
  const clean = (text: string): string => redact(hide(text));
  return {
    at: new Date(nowMs - ms).toISOString(),
    call_id: randomUUID(),
    tool: cut(clean(call.toolId), NAME_CHARS_MAX),
    transport: 'http',
    client: cut(`agent ${clean(agentId)}, as Kibana reports it`, CLIENT_CHARS_MAX),
    case_id: caseId,
    arguments: cut(JSON.stringify(plain(call.params, clean)), ARGUMENTS_CHARS_MAX),
    outcome: hasFailed(call) ? 'failed' : 'answered',
    error_code: null,
    document_ids: retrievedIds(call).slice(0, TRACED_IDS_MAX),
    answer_chars: JSON.stringify(call.results).length,
    ms,
  };
}
