import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { readText } from '../../../src/http/body.ts';
import { sendJson } from '../../../src/http/reply.ts';
import { listen } from '../../../src/http/server.ts';
import type { Brain } from './brain.ts';
import { type Connector, createConnector, type McpTarget } from './connector.ts';
import { createSpeaking, type Refuse, type Spoken } from './speaking.ts';
import { type Asked, createSpecCheck } from './spec-check.ts';
import type { Trouble } from './trouble.ts';
import { isAtLeast, type KibanaVersion, unknownField } from './versions.ts';

export type Seen = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
  status: number;
};
export type FakeKibana = {
  /** With the space's prefix. */
  url: string;
  apiKey: string;
  agentId: string;
  /** Every request, oldest first, with the status it was answered with. */
  seen: readonly Seen[];
  /** Bodies of what was sent to the agent and accepted. */
  accepted: readonly Spoken[];
  /** Execution ids that were ended from outside. */
  ended: readonly string[];
  /** Runs that are under way now. */
  running(): number;
  /** Every conversation is gone, as when somebody deletes them. */
  forget(): void;
  trouble(next: Trouble | null, times?: number): void;
  close(): Promise<void>;
};

export type FakeOptions = {
  version?: KibanaVersion;
  brain?: Brain;
  /** Null: Kibana has no connector to the governor. */
  mcp?: McpTarget | null;
  /** In front of each tool's name. */
  prefix?: string;
  space?: string | null;
  /** Ids of the tools that the agent may use; all of the connector's where left out. */
  agentTools?: readonly string[] | null;
  usage?: boolean;
  /** Names of tools that ask a person first. */
  asking?: readonly string[];
};

export const API_KEY = 'a2liYW5hLWtleTpvZi10aGUtdGVzdHM=';
export const AGENT_ID = 'incident-planner';
const BODY_BYTES_MAX = 16_000_000;

const Body = z.record(z.string(), z.unknown());

/** Kibana's Agent Builder, as far as the governor asks it: strict about requests, and with a brain that a test scripts. */
export async function openFakeKibana(options: FakeOptions = {}): Promise<FakeKibana> {
  const { version = '9.5', brain = () => ({ message: 'I have no idea.' }), mcp = null, prefix = 'governor' } = options;
  const { space = null, agentTools = null, usage = true, asking = [] } = options;
  const spec = createSpecCheck();
  const connector = mcp === null ? null : createConnector(mcp);
  const speaking = createSpeaking({ version, brain, connector, prefix, agentId: AGENT_ID, usage, spec, refuse });
  const ended: string[] = [];
  const seen: Seen[] = [];
  const base = space === null ? '' : `/s/${space}`;

  const abort = (asked: Asked, res: ServerResponse): void => {
    const id = asked.path.split('/').at(-2) ?? '';
    ended.push(id);
    speaking.runs.get(id)?.abort();
    sendJson(res, 200, { acknowledged: true });
  };
  const route = async (asked: Asked, res: ServerResponse): Promise<void> => {
    if (!spec.knows(asked)) return refuse(res, 404, 'Not Found');
    const problem = refusalOf(asked, version) ?? refusalBySpec(spec.requestProblem(asked));
    if (problem !== null) return refuse(res, problem.status, problem.message);
    if (asked.path.startsWith('/api/agent_builder/converse')) return speaking.converse(asked, res);
    if (asked.path.endsWith('/abort')) return abort(asked, res);
    const tools = await toolsOf(connector, prefix, asking);
    return asked.path.endsWith('/tools')
      ? sendJson(res, 200, { results: tools })
      : sendAgent(asked, res, agentTools ?? tools.map(({ id }) => id));
  };
  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
    const text = await readText(req, BODY_BYTES_MAX);
    const body = text === '' ? undefined : Body.parse(JSON.parse(text));
    const headers = Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)]));
    const note: Seen = { method: req.method ?? '', path: req.url ?? '', headers, body: body ?? {}, status: 0 };
    seen.push(note);
    res.on('close', () => {
      note.status = res.statusCode;
    });
    if (note.path.startsWith(`${base}/`))
      await route({ method: note.method, path: note.path.slice(base.length), headers, body }, res);
    else refuse(res, 404, 'Not Found');
    return true;
  };

  const server = await listen({ port: 0, host: '127.0.0.1', handlers: [handle] });
  return {
    url: `${server.url}${base}`,
    apiKey: API_KEY,
    agentId: AGENT_ID,
    seen,
    accepted: speaking.accepted,
    ended,
    running: () => speaking.runs.size,
    forget: () => speaking.conversations.all.clear(),
    trouble: (next, times = 1) => speaking.trouble(next, times),
    async close() {
      for (const run of speaking.runs.values()) run.abort();
      await connector?.close();
      await server.close(0);
    },
  };
}

const refuse: Refuse = (res, status, message) => sendJson(res, status, { statusCode: status, error: 'Error', message });

type Refused = { status: number; message: string };

/** What Kibana looks at before it reads a body, and what only some versions know. */
function refusalOf({ method, path, headers, body }: Asked, version: KibanaVersion): Refused | null {
  if (headers.authorization !== `ApiKey ${API_KEY}`)
    return { status: 401, message: '[security_exception]: unable to authenticate' };
  if (method !== 'GET' && headers['kbn-xsrf'] === undefined)
    return { status: 400, message: 'Request must contain a kbn-xsrf header.' };
  if (path.endsWith('/abort') && !isAtLeast(version, '9.5')) return { status: 404, message: 'Not Found' };
  const field = unknownField(version, Body.parse(body ?? {}));
  return field === undefined ? null : { status: 400, message: `[request body.${field}]: definition for this key is missing` };
}

const refusalBySpec = (message: string | null): Refused | null => (message === null ? null : { status: 400, message });

async function toolsOf(connector: Connector | null, prefix: string, asking: readonly string[]) {
  const found = connector === null ? [] : await connector.tools();
  return found.map(({ name, description }) => ({
    id: `${prefix}.${name}`,
    type: 'mcp',
    description,
    tags: ['governor'],
    configuration: { connector_id: 'governor', tool_name: name },
    confirmation: { askUser: asking.includes(name) ? 'once' : 'never' },
  }));
}

function sendAgent({ path }: Asked, res: ServerResponse, toolIds: readonly string[]): void {
  const id = decodeURIComponent(path.split('/').at(-1) ?? '');
  const configuration = { instructions: '', tools: [{ tool_ids: toolIds }] };
  if (id === AGENT_ID) sendJson(res, 200, { id, name: 'Incident planner', configuration });
  else refuse(res, 404, `Agent ${id} not found`);
}
