import { createIntake } from '../../../pipeline/intake.ts';
import type { Telemetry } from '../../../pipeline/ports.ts';
import { createSubmissions } from '../../../pipeline/submissions.ts';
import { systemIds } from '../../../src/app/core.ts';
import { listen } from '../../../src/http/server.ts';
import { createKnownSecrets } from '../../../src/log/known-secrets.ts';
import { createMcp } from '../../../src/mcp/mcp.ts';
import { NO_SCORES } from '../../../src/mcp/scores.ts';
import type { Arena } from '../../attacks/arena.ts';
import { quiet } from '../../attacks/arena.ts';

export const MCP_TOKEN = 'token-of-the-planner-in-tests';
const OFTEN = { hosts: [], requests_per_minute: 1_000_000, burst: 100_000 };

/** The governor's own MCP server over what an arena holds, reached by HTTP as an agent reaches it. */
export async function mcpOf({ governor, store, catalogue, config }: Arena, telemetry: Telemetry) {
  const { cases } = governor.core;
  const hide = createKnownSecrets([MCP_TOKEN]);
  const clock = { now: () => Date.now() };
  const { library } = store;
  const intake = createIntake({ cases, library, telemetry, config, clock, redact: hide.redact });
  const submissions = createSubmissions({ log: store.caseLog, cases, intake, clock, ids: systemIds, hideKnown: hide.hideKnown });
  const calls: string[] = [];
  const mcp = createMcp({
    library,
    telemetry,
    catalogue,
    cases,
    submissions,
    scores: NO_SCORES,
    clock,
    config,
    redact: hide.redact,
    token: MCP_TOKEN,
    host: '127.0.0.1',
    limits: OFTEN,
    version: '1.0.0',
    trace: { append: async (call) => void calls.push(JSON.stringify(call)) },
    onCall: async () => undefined,
    log: quiet,
  });
  const server = await listen({ port: 0, host: '127.0.0.1', handlers: [mcp.handle] });
  return {
    url: `${server.url}/mcp`,
    /** The traced calls, one JSON text each. */
    calls,
    async close() {
      await mcp.close();
      await server.close(0);
    },
  };
}
