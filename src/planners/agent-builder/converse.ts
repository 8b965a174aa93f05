import { randomUUID } from 'node:crypto';
import { problemOf } from '../../../pipeline/errors.ts';
import type { Log } from '../../log.ts';
import { readLimited } from '../../outward/limited-body.ts';
import { faultOfStatus, kibanaFault, saidIn } from './faults.ts';
import type { KibanaHttp } from './http.ts';
import { type AgentCall, type AgentPrompt, parseRound, type Round } from './round.ts';
import { readStreamedRound } from './streamed-round.ts';

/** Something to say to the agent, or the answers to what its round waits on. */
export type Utterance = { input: string } | { prompts: Readonly<Record<string, object>> };
export type Converse = (
  utterance: Utterance,
  conversationId: string | null,
  signal: AbortSignal,
  onCall: (call: AgentCall) => void,
) => Promise<Round>;

type Parts = {
  http: KibanaHttp;
  agentId: string;
  /** Read the answer as a stream, which no idle limit on the way can end. */
  stream: boolean;
  /** The only tools the agent may use; empty leaves it those it has. */
  toolIds: readonly string[];
  log: Log;
};

const PATH = '/api/agent_builder/converse';
const BAD_REQUEST = 400;
const BODY_BYTES_MAX = 8 * 1024 * 1024;
const FAULT_BYTES_MAX = 64 * 1024;
const ABANDON_MS = 2_000;

/** Known to newer versions only; a Kibana that refuses one by name is asked without it from then on. */
const NEWER_FIELDS = ['execution_id', 'configuration_overrides'] as const;
const CONVERSATION = 'conversation_id';

/** One round with the agent. A round given up is ended in Kibana too, where the version can. */
export function createConverse({ http, agentId, stream, toolIds, log }: Parts): Converse {
  const unknownHere = new Set<string>();

  const bodyOf = (utterance: Utterance, conversationId: string | null, executionId: string): Record<string, unknown> => {
    const newer = {
      execution_id: executionId,
      ...(toolIds.length === 0 ? {} : { configuration_overrides: { tools: [{ tool_ids: toolIds }] } }),
    };
    const known = Object.entries(newer).filter(([field]) => !unknownHere.has(field));
    const conversation = conversationId === null ? {} : { [CONVERSATION]: conversationId };
    return { agent_id: agentId, ...utterance, ...conversation, ...Object.fromEntries(known) };
  };

  /** Each refusal by name takes one field away, so this ends. */
  const send = async (body: Record<string, unknown>, signal: AbortSignal): Promise<Response> => {
    const response = await http.send({ method: 'POST', path: stream ? `${PATH}/async` : PATH, body, signal });
    if (response.ok) return response;
    const text = await bodyText(response, FAULT_BYTES_MAX, signal);
    const field = response.status === BAD_REQUEST ? refusedField(saidIn(text), body) : undefined;
    if (field === CONVERSATION) throw kibanaFault('kibana_no_conversation', saidIn(text));
    if (field === undefined) throw faultOfStatus(response.status, text);
    unknownHere.add(field);
    log.warn('this Kibana does not know a field of the request, which is left out from now on', { field });
    const { [field]: _refused, ...rest } = body;
    return send(rest, signal);
  };

  const abandon = (executionId: string): void => {
    if (unknownHere.has('execution_id')) return;
    const path = `/internal/agent_builder/executions/${executionId}/abort`;
    http.send({ method: 'POST', path, body: {}, signal: AbortSignal.timeout(ABANDON_MS) }).then(
      (response) => response.body?.cancel(),
      (fault: unknown) => log.debug('a run that was given up could not be ended in Kibana', { problem: problemOf(fault) }),
    );
  };

  return async (utterance, conversationId, signal, onCall) => {
    signal.throwIfAborted();
    const executionId = randomUUID();
    const giveUp = (): void => abandon(executionId);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const response = await send(bodyOf(utterance, conversationId, executionId), signal);
      return stream ? await readStreamedRound(response, signal, onCall) : await readWholeRound(response, signal, onCall);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  };
}

/** The field that the refusal names, in whatever words; only one that was sent and that can be left out. */
const refusedField = (said: string, body: Record<string, unknown>): string | undefined =>
  [...NEWER_FIELDS, CONVERSATION].find((field) => field in body && new RegExp(`\\b${field}\\b`).test(said));

async function readWholeRound(response: Response, signal: AbortSignal, onCall: (call: AgentCall) => void): Promise<Round> {
  const text = await bodyText(response, BODY_BYTES_MAX, signal);
  const round = parseRound(parsedJson(text));
  for (const call of round.calls) onCall(call);
  return round;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (fault) {
    throw kibanaFault('kibana_cut', 'it is no whole JSON', fault);
  }
}

async function bodyText(response: Response, bytesMax: number, signal: AbortSignal): Promise<string> {
  try {
    return await readLimited(response, bytesMax);
  } catch (fault) {
    if (signal.aborted) throw signal.reason;
    throw fault instanceof RangeError
      ? kibanaFault('kibana_too_large', '', fault)
      : kibanaFault('kibana_cut', problemOf(fault), fault);
  }
}

/**
 * The answer to everything that a round waits on is no: a person who is asked through the agent is asked by the agent,
 * and what it would be allowed to do here the governor has not checked.
 */
export function refusalsOf(prompts: readonly AgentPrompt[]): Record<string, object> {
  const refusal = ({ type, questions }: AgentPrompt): object => {
    if (type === 'authorization') return { authorized: false };
    if (type === 'ask_user_question')
      return { answers: Array.from({ length: Math.max(1, questions) }, () => ({ skipped: true })) };
    return { allow: false };
  };
  return Object.fromEntries(prompts.map((prompt) => [prompt.id, refusal(prompt)]));
}
