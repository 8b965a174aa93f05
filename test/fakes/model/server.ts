import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { listen } from '../../../src/http/server.ts';

// An OpenAI-compatible chat server whose every answer is decided by a script: a model that can be told to say anything.

const ToolCall = z.object({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
});
const Message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), content: z.string() }),
  z.object({ role: z.literal('user'), content: z.union([z.string(), z.array(z.object({ text: z.string() }))]) }),
  z.object({ role: z.literal('assistant'), content: z.string().nullish(), tool_calls: z.array(ToolCall).min(1).optional() }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
]);
const Tool = z.object({
  type: z.literal('function'),
  function: z.object({
    name: z.string().regex(/^[\w-]{1,64}$/),
    description: z.string().optional(),
    parameters: z.looseObject({}),
  }),
});
/** What such a server takes; anything else is answered 400, as a real one does. */
const Body = z.looseObject({
  model: z.string().min(1),
  messages: z.array(Message).min(1),
  tools: z.array(Tool).min(1).optional(),
  tool_choice: z.enum(['auto', 'none', 'required']).optional(),
  max_tokens: z.int().min(1).optional(),
  stream: z.literal(false).optional(),
  response_format: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('text') }),
      z.object({ type: z.literal('json_object') }),
      z.object({ type: z.literal('json_schema'), json_schema: z.looseObject({ name: z.string(), schema: z.looseObject({}) }) }),
    ])
    .optional(),
});

export type Asked = {
  body: z.infer<typeof Body>;
  headers: IncomingMessage['headers'];
  /** Every text of the conversation, one after the other. */
  text: string;
  /** What tools answered in this conversation, oldest first. */
  results: { tool: string; text: string }[];
  /** Which of the planner's questions it is, by its first instructions. */
  about: 'plan' | 'stress' | 'summary' | 'explain';
  /** The incident's id as the question names it. */
  incidentId: string;
};

export type Turn =
  | { say: string; usage?: unknown; finish?: string }
  | { call: { tool: string; input: unknown }[] }
  | { status: number; body?: string; headers?: Record<string, string> }
  | { raw: string }
  | 'hang'
  | 'reset';
export type Script = (asked: Asked) => Turn | Promise<Turn>;

const BODY_BYTES_MAX = 8_000_000;

export async function openModelServer(first: Script) {
  const asked: Asked[] = [];
  const wrong: string[] = [];
  let script = first;
  const server = await listen({ port: 0, host: '127.0.0.1', handlers: [take] });

  async function take(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    if (req.url !== '/v1/chat/completions' || req.method !== 'POST') return false;
    const read = Body.safeParse(JSON.parse(await bodyOf(req)));
    if (!read.success) {
      wrong.push(z.prettifyError(read.error));
      answer(res, 400, { error: { message: 'the request is not what this server takes', type: 'invalid_request_error' } });
      return true;
    }
    const question = questionOf(read.data, req.headers);
    asked.push(question);
    send(res, await script(question), read.data.model);
    return true;
  }

  return {
    url: `${server.url}/v1`,
    asked,
    /** Why requests were refused; empty where all were well formed. */
    wrong,
    script(next: Script) {
      script = next;
    },
    close: () => server.close(0),
  };
}
export type ModelServer = Awaited<ReturnType<typeof openModelServer>>;

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req) {
    length += chunk.length;
    if (length > BODY_BYTES_MAX) throw new RangeError('the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function questionOf(body: z.infer<typeof Body>, headers: IncomingMessage['headers']): Asked {
  const names = new Map<string, string>();
  const results: Asked['results'] = [];
  const texts: string[] = [];
  for (const message of body.messages) {
    if (message.role === 'assistant') for (const call of message.tool_calls ?? []) names.set(call.id, call.function.name);
    const text = textOf(message.content);
    if (message.role === 'tool') results.push({ tool: names.get(message.tool_call_id) ?? '', text });
    texts.push(text);
  }
  const text = texts.join('\n');
  return { body, headers, text, results, about: aboutOf(texts[0] ?? ''), incidentId: incidentIdOf(text) };
}

const textOf = (content: string | { text: string }[] | null | undefined): string =>
  Array.isArray(content) ? content.map((part) => part.text).join('\n') : (content ?? '');

function aboutOf(instructions: string): Asked['about'] {
  if (instructions.startsWith('You propose')) return 'plan';
  if (instructions.startsWith('You test')) return 'stress';
  return instructions.startsWith('An incident') ? 'summary' : 'explain';
}

const incidentIdOf = (text: string): string => /"incident_id": "([^"]+)"/.exec(text)?.[1] ?? '';

let ids = 0;

function send(res: ServerResponse, turn: Turn, model: string): void {
  if (turn === 'hang') return;
  if (turn === 'reset') return void res.destroy();
  if ('raw' in turn) return void res.writeHead(200, { 'content-type': 'application/json' }).end(turn.raw);
  if ('status' in turn) {
    const body = turn.body ?? JSON.stringify({ error: { message: `status ${turn.status}`, type: 'error' } });
    return void res.writeHead(turn.status, { 'content-type': 'application/json', ...turn.headers }).end(body);
  }
  const said = 'say' in turn;
  const message = said
    ? { role: 'assistant', content: turn.say }
    : { role: 'assistant', content: null, tool_calls: turn.call.map(({ tool, input }) => callOf(tool, input)) };
  const finish_reason = said ? (turn.finish ?? 'stop') : 'tool_calls';
  const usage = said && 'usage' in turn ? turn.usage : { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
  answer(res, 200, {
    id: 'chat-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, message, finish_reason }],
    usage,
  });
}

function callOf(name: string, input: unknown) {
  ids += 1;
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  return { id: `call-${ids}`, type: 'function', function: { name, arguments: text } };
}

const answer = (res: ServerResponse, status: number, body: unknown): void =>
  void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
