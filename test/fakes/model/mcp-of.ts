import type { Telemetry } from '../../../pipeline/ports.ts';
import { createKnownSecrets } from '../../../src/log/known-secrets.ts';
import type { Arena } from '../../attacks/arena.ts';
import { serveMcp, submissionsTo } from '../../mcp/serve.ts';

export const MCP_TOKEN = 'token-of-the-planner-in-tests';
const OFTEN = { hosts: [], requests_per_minute: 1_000_000, burst: 100_000 };

/** The governor's own MCP server over what an arena holds. */
export async function mcpOf({ governor, store, catalogue, config }: Arena, telemetry: Telemetry) {
  const { cases } = governor.core;
  const hide = createKnownSecrets([MCP_TOKEN]);
  const clock = { now: () => Date.now() };
  const { library } = store;
  const { submissions } = submissionsTo({ store, cases, library, telemetry, config, clock, hide });
  /** The traced calls, one JSON text each. */
  const calls: string[] = [];
  const served = await serveMcp({
    library,
    telemetry,
    catalogue,
    cases,
    submissions,
    clock,
    config,
    redact: hide.redact,
    token: MCP_TOKEN,
    limits: OFTEN,
    trace: { append: async (call) => void calls.push(JSON.stringify(call)) },
  });
  return { ...served, calls };
}
