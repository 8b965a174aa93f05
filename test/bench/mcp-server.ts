import { createServer } from 'node:http';
import { join } from 'node:path';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Library } from '../../pipeline/ports.ts';
import { createSubmissions } from '../../pipeline/submissions.ts';
import { systemClock as clock, systemIds as ids } from '../../src/app/core.ts';
import { readWithout } from '../../src/app/without-secrets.ts';
import { createKnownSecrets } from '../../src/log/known-secrets.ts';
import { createJsonLines } from '../../src/outputs/jsonl.ts';
import { aCatalogue } from '../fixtures/builders.ts';
import { serveMcp } from '../mcp/serve.ts';
import { madeUpLibrary } from './library.ts';
import { McpServerArgs } from './mcp-job.ts';
import { ACTION, benchConfig, openStage, quietLog } from './stage.ts';

// A server under test, on a port of its own. Both have the same library on the same kind of store.

const DOCUMENTS = 1_000;
const UNLIMITED = { hosts: [], requests_per_minute: 1e9, burst: 1e9 };
/** As many secrets as an ordinary installation has. */
const SECRETS = ['xoxb-bench-0123456789', 'xapp-bench-0123456789', 'bench-signing-secret', 'bench-mcp-token-0123'];

/** Everything that the app puts around a call: the door, the checks, redaction, and the trace on disk. */
async function startOurs(): Promise<number> {
  const hide = createKnownSecrets(SECRETS);
  const { caseLog } = stage.store;
  const { cases } = stage.governor.core;
  const { url } = await serveMcp({
    library: readWithout(hide.redact, stage.store.library),
    catalogue: aCatalogue(),
    cases,
    submissions: createSubmissions({ log: caseLog, cases, intake: stage.intake, clock, ids, hideKnown: hide.hideKnown }),
    clock,
    config: benchConfig,
    redact: hide.redact,
    token: SECRETS.at(-1) ?? null,
    limits: UNLIMITED,
    trace: createJsonLines({ file: join(folder, 'output', 'tool_trace.jsonl') }),
    log: quietLog,
  });
  return Number(new URL(url).port);
}

type Searched = Pick<Library, 'searchRunbooks'>;
const answer = <T extends Record<string, unknown>>(structuredContent: T) => ({
  content: [{ type: 'text' as const, text: JSON.stringify(structuredContent) }],
  structuredContent,
});

function makeSchemas() {
  const score = z.object({ value: z.number().nullable(), source: z.string() });
  const found = z.object({ id: z.string(), title: z.string(), text: z.string() });
  return {
    model: z.object({ model: z.string() }),
    scored: z.object({ document_ids: z.array(z.string()), model: z.string(), comprehension_integrity: score, hoc: score }),
    asked: z.object({ query: z.string(), service: z.string() }),
    found: z.object({ results: z.array(found) }),
  };
}

/** A server and its tools for each request, and nothing around them: no door, no redaction, no trace. */
async function startBare(library: Searched, schemasOf: typeof makeSchemas): Promise<number> {
  const unknown = { value: null, source: 'unknown' };
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'bare', version: '1.0.0' });
    const { model: inputSchema, scored: outputSchema, ...search } = schemasOf();
    const score = { description: 'A score.', inputSchema, outputSchema };
    server.registerTool('ddft_score', score, ({ model }) =>
      answer({ document_ids: [], model, comprehension_integrity: unknown, hoc: unknown }),
    );
    const runbooks = { description: 'A search.', inputSchema: search.asked, outputSchema: search.found };
    server.registerTool('search_runbooks', runbooks, async ({ query, service }) => {
      const found = await library.searchRunbooks(query, service, 5);
      return answer({ results: found.map(({ document: { id, title, body } }) => ({ id, title, text: body })) });
    });
    return server;
  });
  const answerTo = toNodeHandler(handler);
  const server = createServer((req, res) => void answerTo(Object.assign(req, { method: 'POST', url: '/mcp' }), res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
}

function startLean(library: Searched): Promise<number> {
  const schemas = makeSchemas();
  return startBare(library, () => schemas);
}

const { side, folder } = McpServerArgs.parse(JSON.parse(process.argv[2] ?? ''));
const stage = await openStage({ folder, library: madeUpLibrary(DOCUMENTS, ACTION) });
const { library } = stage.store;
const start = { ours: startOurs, bare: () => startBare(library, makeSchemas), lean: () => startLean(library) };
const port = await start[side]();
process.on('SIGTERM', () => process.exit(0));
// Without the bench there is nobody to end this process.
process.stdin.resume().on('end', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ port })}\n`);
