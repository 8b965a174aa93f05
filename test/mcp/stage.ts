import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as NewClient, StreamableHTTPClientTransport as NewHttp } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { GovernorConfig } from '../../contracts/config.ts';
import { ToolCall } from '../../contracts/tool-call.ts';
import { readWithout } from '../../src/app/without-secrets.ts';
import { createKnownSecrets } from '../../src/log/known-secrets.ts';
import type { McpParts } from '../../src/mcp/mcp.ts';
import { createJsonLines } from '../../src/outputs/jsonl.ts';
import { type InProcessOptions, inProcess } from '../fixtures/in-process.ts';
import { serveMcp, submissionsTo } from './serve.ts';

export const TOKEN = 'a-token-of-the-tests-0123456789';
/** A value that this installation holds, and that must never come out of it. */
export const HELD_SECRET = 'held-by-this-installation-42';

export type StageOptions = InProcessOptions & { mcp?: Partial<McpParts> };

/** The pipeline over the real store, with the MCP server on an HTTP server of its own, and what it wrote and said. */
export async function mcpStage({ mcp: change = {}, ...options }: StageOptions = {}) {
  const app = await inProcess(options);
  const hide = createKnownSecrets([HELD_SECRET, TOKEN]);
  const folder = mkdtempSync(join(tmpdir(), 'governor-mcp-'));
  const file = join(folder, 'output', 'tool_trace.jsonl');
  const trace = createJsonLines({ file });
  const { cases, clock, telemetry, catalogue, config } = app;
  const library = readWithout(hide.redact, app.store.library);
  const { intake, submissions } = submissionsTo({ store: app.store, cases, library, telemetry, config, clock, hide });
  const told: (ToolCall & { case_id: string })[] = [];
  const logged: { message: string; fields: unknown }[] = [];
  const note = (message: string, fields?: object): void => void logged.push({ message, fields });
  const served = await serveMcp({
    library,
    telemetry,
    catalogue,
    cases,
    submissions,
    clock,
    config,
    redact: hide.redact,
    token: TOKEN,
    limits: { ...GovernorConfig.parse({}).mcp, hosts: ['governor.example'] },
    version: '1.2.3',
    trace,
    onCall: async (call) => {
      told.push(call);
    },
    log: { error: note, warn: note },
    ...change,
  });
  const url = new URL(served.url);
  onTestFinished(async () => {
    await served.close();
    await trace.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const lines = (): ToolCall[] =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => ToolCall.parse(JSON.parse(line)));
  return { ...app, submissions, intake, url, told, logged, lines, file, client: await oldClient(url) };
}
export type McpStage = Awaited<ReturnType<typeof mcpStage>>;

const headers = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** A client of the 2025 protocol, as Kibana's connector is. */
export async function oldClient(url: URL, token = TOKEN): Promise<OldClient> {
  const client = new OldClient({ name: 'kibana-like', version: '1.0.0' });
  await client.connect(new OldHttp(url, { requestInit: { headers: headers(token) } }) as Parameters<OldClient['connect']>[0]);
  onTestFinished(() => client.close());
  return client;
}

/** A client of the 2026 protocol, which negotiates nothing beforehand. */
export async function newClient(url: URL, token = TOKEN): Promise<NewClient> {
  const client = new NewClient({ name: 'newer-agent', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new NewHttp(url, { requestInit: { headers: headers(token) } }));
  onTestFinished(() => client.close());
  return client;
}

type Caller = { callTool(params: { name: string; arguments?: Record<string, unknown> }): Promise<unknown> };

const Result = z.looseObject({
  content: z.array(z.object({ type: z.literal('text'), text: z.string() })).length(1),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
  isError: z.boolean().optional(),
});

/** One call; the text must be the structured answer, or the error as JSON. */
export async function called(client: Caller, name: string, input?: Record<string, unknown>) {
  const result = Result.parse(await client.callTool({ name, ...(input === undefined ? {} : { arguments: input }) }));
  const said: unknown = JSON.parse(result.content[0]?.text ?? '');
  return { ...result, said };
}

/** The answer of a call that must succeed. */
export async function answered(client: Caller, name: string, input?: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { said, structuredContent, isError } = await called(client, name, input);
  if (isError || structuredContent === undefined) throw new Error(`${name} answered ${JSON.stringify(said)}`);
  if (JSON.stringify(said) !== JSON.stringify(structuredContent))
    throw new Error(`${name} says one thing and structures another`);
  return structuredContent;
}

const Failure = z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) });

/** The code of a call that must fail. */
export async function refused(client: Caller, name: string, input?: Record<string, unknown>) {
  const { said, isError } = await called(client, name, input);
  if (isError !== true) throw new Error(`${name} answered ${JSON.stringify(said)}`);
  return Failure.parse(said).error;
}
