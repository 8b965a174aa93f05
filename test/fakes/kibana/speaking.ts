import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Brain, Saying } from './brain.ts';
import type { Connector } from './connector.ts';
import { type Conversation, createConversationStore } from './conversations.ts';
import { runRound, type Step } from './run.ts';
import type { Asked, SpecCheck } from './spec-check.ts';
import { type Trouble, troubled } from './trouble.ts';
import { isAtLeast, type KibanaVersion } from './versions.ts';
import { streamWriter, type Writer, wholeWriter } from './writing.ts';

const Spoken = z.looseObject({
  agent_id: z.string().default('elastic-ai-agent'),
  input: z.string().default(''),
  conversation_id: z.string().optional(),
  execution_id: z.string().optional(),
  prompts: z.record(z.string(), z.unknown()).optional(),
});
export type Spoken = z.infer<typeof Spoken>;

export type Refuse = (res: ServerResponse, status: number, message: string) => void;
type Parts = {
  version: KibanaVersion;
  brain: Brain;
  connector: Connector | null;
  prefix: string;
  agentId: string;
  /** Whether rounds tell what the model was asked. */
  usage: boolean;
  spec: SpecCheck;
  refuse: Refuse;
};

/** The two routes by which an agent is spoken with. */
export function createSpeaking({ version, brain, connector, prefix, agentId, usage, spec, refuse }: Parts) {
  const conversations = createConversationStore(version);
  const runs = new Map<string, AbortController>();
  const accepted: Spoken[] = [];
  const troubles: Trouble[] = [];

  const run = async (spoken: Spoken, conversation: Conversation, writer: Writer, gone: AbortSignal) => {
    const stopping = new AbortController();
    const runId = spoken.execution_id ?? randomUUID();
    runs.set(runId, stopping);
    // Until 9.4 a client that goes away ends the run; later ones go on by themselves.
    if (!isAtLeast(version, '9.5')) gone.addEventListener('abort', () => stopping.abort(), { once: true });
    conversation.isBusy = true;
    try {
      const request = { input: spoken.input, answers: spoken.prompts ?? {}, round: conversation.rounds };
      return await runRound({ brain, connector, prefix, emit: writer.event, signal: stopping.signal }, request);
    } finally {
      conversation.isBusy = false;
      conversation.rounds += 1;
      runs.delete(runId);
    }
  };

  const answerWhole = (conversation: Conversation, saying: Saying, steps: Step[], writer: Writer): void => {
    const whole = { conversation_id: conversation.id, ...roundOf(saying, steps, { version, usage }) };
    if (version !== '9.2') spec.checkResponse('converse', whole);
    writer.end(whole);
  };

  const answerStream = ({ id }: Conversation, saying: Saying, steps: Step[], writer: Writer): void => {
    if ('message' in saying) writer.event('message_complete', { message_id: 'm1', message_content: saying.message });
    if ('ask' in saying)
      for (const prompt of saying.ask) writer.event('prompt_request', { prompt, source: { type: 'tool_call' } });
    writer.event('thinking_complete', { time_to_first_token: 10 });
    const after = isAtLeast(version, '9.3')
      ? []
      : [['conversation_created', { conversation_id: id, title: 'An incident' }] as const];
    writer.end({ id: randomUUID(), input: { message: '' }, ...roundOf(saying, steps, { version, usage }) }, after);
  };

  return {
    accepted,
    conversations,
    runs,
    trouble(next: Trouble | null, times: number): void {
      troubles.length = 0;
      if (next !== null) troubles.push(...Array.from({ length: times }, () => next));
    },
    async converse(asked: Asked, res: ServerResponse): Promise<void> {
      const spoken = Spoken.parse(asked.body);
      if (spoken.agent_id !== agentId) return refuse(res, 404, `Agent ${spoken.agent_id} not found`);
      const conversation = conversations.take(spoken.conversation_id);
      if ('status' in conversation) return refuse(res, conversation.status, conversation.message);
      const trouble = troubles.shift() ?? null;
      accepted.push(spoken);
      if (troubled(res, trouble)) return;
      const isStream = asked.path.endsWith('/async');
      const writer = isStream ? streamWriter(res, trouble) : wholeWriter(res, trouble);
      const gone = new AbortController();
      res.on('close', () => gone.abort());
      if (isAtLeast(version, '9.3')) writer.event('conversation_id_set', { conversation_id: conversation.id });
      const { saying, steps } = await run(spoken, conversation, writer, gone.signal);
      if ('fail' in saying) return writer.fail(saying.fail);
      return isStream ? answerStream(conversation, saying, steps, writer) : answerWhole(conversation, saying, steps, writer);
    },
  };
}

function responseOf(saying: Saying): Record<string, unknown> {
  if ('message' in saying) return { message: saying.message };
  if ('structured' in saying) return { message: '', structured_output: saying.structured };
  return 'ask' in saying ? { message: '', prompt: saying.ask[0], prompts: saying.ask } : {};
}

function roundOf(saying: Saying, steps: Step[], { version, usage }: Pick<Parts, 'version' | 'usage'>): Record<string, unknown> {
  // The first version told little.
  if (version === '9.2') return { steps, response: responseOf(saying) };
  const counted = { connector_id: 'llm', llm_calls: 2, input_tokens: 1_200, output_tokens: 340, model: 'scripted' };
  return {
    round_id: randomUUID(),
    status: 'ask' in saying ? 'awaiting_prompt' : 'completed',
    steps,
    response: responseOf(saying),
    started_at: new Date().toISOString(),
    time_to_first_token: 10,
    time_to_last_token: 20,
    ...(usage ? { model_usage: counted } : {}),
  };
}
