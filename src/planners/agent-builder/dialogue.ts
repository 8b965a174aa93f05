import type { ToolCall } from '../../../contracts/tool-call.ts';
import type { Clock } from '../../../pipeline/ports.ts';
import type { Log } from '../../log.ts';
import type { Prompt } from '../prompts/prompts.ts';
import type { Conversation, Conversations } from './conversations.ts';
import { type Converse, refusalsOf, type Utterance } from './converse.ts';
import { isKibanaFault, kibanaFault } from './faults.ts';
import { isToldByServer, retrievedIds } from './retrieved.ts';
import type { AgentCall, Round, Tokens } from './round.ts';
import { tracedCall } from './traced-call.ts';
import { addTokens } from './usage.ts';

/** `retrieved`: every id that our tools returned in the conversation so far. */
export type Said = { text: string; tokens: Tokens | null; retrieved: readonly string[] };
export type Dialogue = (caseId: string, prompt: Prompt, conversations: Conversations, signal: AbortSignal) => Promise<Said>;

type Parts = {
  converse: Converse;
  clock: Clock;
  log: Log;
  agentId: string;
  hide: (text: string) => string;
  onCall: (call: ToolCall) => void | Promise<void>;
};

const REFUSALS_MAX = 3;

/** Asks one question and goes on until the agent has answered, saying no to everything it would have a person allow. */
export function createDialogue({ converse, clock, log, agentId, hide, onCall }: Parts): Dialogue {
  const listenFor = (caseId: string, conversation: Conversation) => {
    let lastMs = clock.now();
    return (call: AgentCall): void => {
      for (const id of retrievedIds(call)) conversation.retrieved.add(id);
      const ms = Math.max(0, clock.now() - lastMs);
      lastMs = clock.now();
      if (isToldByServer(call, caseId)) return;
      const traced = tracedCall({ call, caseId, agentId, nowMs: lastMs, ms, hide });
      // Started in a promise's turn, so that neither a throw nor a rejection reaches the answer.
      Promise.resolve(traced)
        .then(onCall)
        .catch((fault: unknown) => log.error('a tool call of the agent could not be traced', { case_id: caseId, fault }));
    };
  };

  const say = async (utterance: Utterance, conversation: Conversation, caseId: string, signal: AbortSignal): Promise<Round> => {
    const round = await converse(utterance, conversation.id, signal, listenFor(caseId, conversation));
    for (const call of round.calls) for (const id of retrievedIds(call)) conversation.retrieved.add(id);
    conversation.id = round.conversationId;
    return round;
  };

  const untilAnswered = async (input: string, conversation: Conversation, caseId: string, signal: AbortSignal): Promise<Said> => {
    let round = await say({ input }, conversation, caseId, signal);
    let tokens = round.tokens;
    for (let refusals = 0; round.status === 'awaiting_prompt'; refusals += 1) {
      const { prompts } = round;
      const title = prompts[0]?.title ?? '';
      if (refusals === REFUSALS_MAX || prompts.length === 0 || conversation.id === null)
        throw kibanaFault('kibana_awaits_person', title);
      log.warn('a tool of the agent asked for permission, which was refused', {
        case_id: caseId,
        prompts: prompts.map(({ id }) => id),
      });
      round = await say({ prompts: refusalsOf(prompts) }, conversation, caseId, signal);
      tokens = addTokens(tokens, round.tokens);
    }
    return { text: answerOf(round), tokens, retrieved: [...conversation.retrieved] };
  };

  return async (caseId, { instructions, input }, conversations, signal) => {
    const words = hide(`${instructions}\n\n${input}`);
    const conversation = conversations.of(caseId);
    const isFirst = conversation.id === null;
    try {
      return await untilAnswered(words, conversation, caseId, signal);
    } catch (fault) {
      // Whatever went wrong, a conversation broken off in the middle is nothing to go on from.
      conversations.forget(caseId);
      if (isFirst || !isKibanaFault(fault, 'kibana_no_conversation', 'kibana_conflict')) throw fault;
      log.info('the conversation of the case is lost in Kibana, a new one is begun', { case_id: caseId });
      return untilAnswered(words, conversations.of(caseId), caseId, signal);
    }
  };
}

function answerOf({ status, message }: Round): string {
  if (status !== 'completed') throw kibanaFault('kibana_unfinished', status);
  if (message === '') throw kibanaFault('kibana_silent');
  return message;
}
