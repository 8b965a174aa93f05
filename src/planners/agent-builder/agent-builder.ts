import type { ToolCall } from '../../../contracts/tool-call.ts';
import type { Clock, Planner, PlannerAnswer } from '../../../pipeline/ports.ts';
import type { Log } from '../../log.ts';
import { explainPrompt, type Prompt, planPrompt, stressPrompt, summaryPrompt } from '../prompts/prompts.ts';
import { createConversations } from './conversations.ts';
import { createConverse } from './converse.ts';
import { createDialogue, type Said } from './dialogue.ts';
import { kibanaFault } from './faults.ts';
import { createKibanaHttp, type KibanaAddress } from './http.ts';
import { usageOf } from './usage.ts';

const AGENT_BUILDER = 'agent-builder';

export type AgentBuilderParts = {
  kibana: KibanaAddress & { agentId: string };
  clock: Clock;
  /** For one question, from asking until the last word; the caller's own signal may end it before. */
  timeoutMs: number;
  log: Log;
  /** Takes the values that this installation was given as secrets out of what is sent. */
  hide: (text: string) => string;
  /** By `/converse/async`; without it by `/converse`, where nothing is heard before the end and Node waits 300 s at most. */
  stream?: boolean;
  /** The only tools that the agent may use here (from 9.4 on); empty leaves it all that it has. */
  toolIds?: readonly string[];
  /**
   * Hears of each tool call that Kibana recorded, once it has its result, but for those that our own server was asked for
   * in the name of this case: it tells them itself. What it throws is logged and changes nothing.
   */
  onCall?: (call: ToolCall) => void | Promise<void>;
};

/**
 * A planner that is an agent in Kibana. It retrieves by itself, with the tools that the agent has there, and answers in
 * text that is judged like any other planner's. Throws a GovernorError `kibana_…` where it has no answer.
 */
export function createAgentBuilder(parts: AgentBuilderParts): Planner {
  const { kibana, clock, timeoutMs, log, hide, stream = true, toolIds = [], onCall = () => undefined } = parts;
  const converse = createConverse({ http: createKibanaHttp(kibana), agentId: kibana.agentId, stream, toolIds, log });
  const dialogue = createDialogue({ converse, clock, log, agentId: kibana.agentId, hide, onCall });
  const conversations = createConversations();

  const within = async (signal: AbortSignal, ask: (limited: AbortSignal) => Promise<Said>): Promise<PlannerAnswer> => {
    signal.throwIfAborted();
    const late = AbortSignal.timeout(timeoutMs);
    try {
      const said = await ask(AbortSignal.any([signal, late]));
      const { text, tokens, retrieved } = said;
      return {
        text,
        planner: AGENT_BUILDER,
        fallback_from: null,
        usage: usageOf(tokens, kibana.agentId),
        retrieved_ids: retrieved,
      };
    } catch (fault) {
      throw late.aborted && !signal.aborted ? kibanaFault('kibana_timed_out', `not within ${timeoutMs / 1_000} s`, fault) : fault;
    }
  };
  const inCase = (caseId: string, prompt: Prompt, signal: AbortSignal): Promise<PlannerAnswer> =>
    within(signal, (limited) => dialogue(caseId, prompt, conversations, limited));
  // Asked beside the case's own way: two requests in one conversation would refuse each other.
  const apart = (caseId: string, prompt: Prompt, signal: AbortSignal): Promise<PlannerAnswer> =>
    within(signal, (limited) => dialogue(caseId, prompt, createConversations(), limited));

  return {
    name: AGENT_BUILDER,
    plan: async (request, signal) => inCase(request.incident.id, planPrompt(request), signal),
    stress: async (request, plan, signal) => inCase(request.incident.id, stressPrompt(request, plan), signal),
    summarise: async (resolution, signal) => inCase(resolution.incident.id, summaryPrompt(resolution), signal),
    explain: async (request, signal) => apart(request.incident.id, explainPrompt(request), signal),
  };
}
