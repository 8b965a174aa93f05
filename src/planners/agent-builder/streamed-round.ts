import { z } from 'zod';
import { problemOf } from '../../../pipeline/errors.ts';
import { readEvents, type StreamEvent } from './event-stream.ts';
import { faultOfCode, kibanaFault } from './faults.ts';
import { type AgentCall, type AgentPrompt, parsePrompt, parseRound, type Round } from './round.ts';

const Conversation = z.looseObject({ conversation_id: z.string().min(1) });
const Called = z.looseObject({ tool_call_id: z.string(), tool_id: z.string(), params: z.unknown().optional() });
const Resulted = z.looseObject({ tool_call_id: z.string(), tool_id: z.string(), results: z.array(z.unknown()) });
const Prompted = z.looseObject({ prompt: z.unknown().optional() });
const Complete = z.looseObject({ round: z.unknown().optional() });
const Failed = z.looseObject({ error: z.looseObject({ code: z.string().default(''), message: z.string().default('') }) });
const Message = z.looseObject({ message_content: z.string() });

/** What the events of one stream have said so far. */
type Heard = {
  conversationId: string | null;
  round: Round | null;
  message: string;
  prompts: AgentPrompt[];
  params: Map<string, unknown>;
};

/**
 * Reads the stream of one round. `onCall` hears of each tool call as soon as its result is there. A stream that ends
 * before the round is complete is a fault, whatever was heard until then.
 */
export async function readStreamedRound(
  response: Response,
  signal: AbortSignal,
  onCall: (call: AgentCall) => void,
): Promise<Round> {
  const heard: Heard = { conversationId: null, round: null, message: '', prompts: [], params: new Map() };
  try {
    await readEvents(response, signal, (event) => {
      HEAR.get(event.name)?.(heard, event.content, onCall);
      // Some versions tell the conversation's id only after the round; a later line that breaks is no loss any more.
      return heard.round !== null && heard.conversationId !== null;
    });
  } catch (fault) {
    if (heard.round === null || signal.aborted) throw fault;
  }
  if (heard.round === null) throw kibanaFault('kibana_cut', 'the stream ended within the round');
  const { round, conversationId, message, prompts } = heard;
  return {
    ...round,
    conversationId: round.conversationId ?? conversationId,
    message: round.message || message,
    prompts: round.prompts.length > 0 ? round.prompts : prompts,
  };
}

type Hear = (heard: Heard, content: StreamEvent['content'], onCall: (call: AgentCall) => void) => void;

const hearConversation: Hear = (heard, content) => {
  const parsed = Conversation.safeParse(content);
  if (parsed.success) heard.conversationId = parsed.data.conversation_id;
};

const hearCall: Hear = (heard, content) => {
  const parsed = Called.safeParse(content);
  if (parsed.success) heard.params.set(parsed.data.tool_call_id, parsed.data.params);
};

const hearResult: Hear = (heard, content, onCall) => {
  const parsed = Resulted.safeParse(content);
  if (!parsed.success) return;
  const { tool_call_id: callId, tool_id: toolId, results } = parsed.data;
  onCall({ callId, toolId, params: heard.params.get(callId) ?? {}, results });
};

const hearMessage: Hear = (heard, content) => {
  const parsed = Message.safeParse(content);
  if (parsed.success) heard.message = parsed.data.message_content.trim();
};

const hearPrompt: Hear = (heard, content) => {
  const parsed = Prompted.safeParse(content);
  if (parsed.success) heard.prompts.push(...parsePrompt(parsed.data.prompt));
};

const hearRound: Hear = (heard, content) => {
  const parsed = Complete.safeParse(content);
  if (!parsed.success) throw kibanaFault('kibana_unreadable', problemOf(parsed.error));
  heard.round = parseRound(parsed.data.round);
};

const hearFault: Hear = (_heard, content) => {
  const parsed = Failed.safeParse(content);
  const { code, message } = parsed.success ? parsed.data.error : { code: '', message: '' };
  throw faultOfCode(code, message);
};

/** Every other event tells of progress only. */
const HEAR: ReadonlyMap<string, Hear> = new Map([
  ['conversation_id_set', hearConversation],
  ['conversation_created', hearConversation],
  ['conversation_updated', hearConversation],
  ['tool_call', hearCall],
  ['tool_result', hearResult],
  ['message_complete', hearMessage],
  ['prompt_request', hearPrompt],
  ['round_complete', hearRound],
  ['error', hearFault],
]);
