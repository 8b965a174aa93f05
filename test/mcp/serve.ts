import { GovernorConfig } from '../../contracts/config.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { createIntake } from '../../pipeline/intake.ts';
import type { Score } from '../../pipeline/ports.ts';
import { redact } from '../../pipeline/redaction.ts';
import { createSubmissions } from '../../pipeline/submissions.ts';
import { systemIds } from '../../src/app/core.ts';
import { listen } from '../../src/http/server.ts';
import type { KnownSecrets } from '../../src/log/known-secrets.ts';
import { createMcp, type McpParts } from '../../src/mcp/mcp.ts';
import type { Store } from '../../src/stores/store.ts';
import { figures } from '../fixtures/builders.ts';
import { silentLog } from '../outward/silent-log.ts';

const UNKNOWN: Score = { value: null, source: 'unknown' };
/** An installation without score services. */
const NO_SCORES: McpParts['scores'] = {
  ddft: async () => ({ comprehension_integrity: UNKNOWN, hoc: UNKNOWN }),
  cdct: async () => ({ u_curve_magnitude: UNKNOWN, constraint_compliance: UNKNOWN }),
  eect: async () => ({ ecs: UNKNOWN, act_rate: UNKNOWN }),
};

/** What a server of the tools cannot do without; everything else has something small in its place. */
export type Served = Pick<McpParts, 'library' | 'catalogue' | 'cases' | 'clock' | 'token' | 'trace'> & Partial<McpParts>;

/** The governor's own MCP server on a port of its own, reached by HTTP as an agent reaches it. */
export async function serveMcp(served: Served): Promise<{ url: string; close(): Promise<void> }> {
  const config = GovernorConfig.parse({});
  const mcp = createMcp({
    telemetry: { figures: async () => figures(), logLine: async () => null },
    submissions: { submit: () => Promise.reject(new Error('these tests submit nothing')) },
    scores: NO_SCORES,
    config,
    redact,
    host: '127.0.0.1',
    limits: config.mcp,
    version: '1.0.0',
    onCall: async () => undefined,
    log: silentLog,
    ...served,
  });
  const server = await listen({ port: 0, host: '127.0.0.1', handlers: [mcp.handle] });
  return {
    url: `${server.url}/mcp`,
    async close() {
      await mcp.close();
      await server.close(0);
    },
  };
}

type Taking = Omit<Parameters<typeof createIntake>[0], 'cases' | 'redact'> & { store: Store; cases: Cases; hide: KnownSecrets };

/** How plans that agents hand in are taken, and the intake that opens a case for those that name none. */
export function submissionsTo({ store, cases, library, telemetry, config, clock, hide }: Taking) {
  const intake = createIntake({ cases, library, telemetry, config, clock, redact: hide.redact });
  const submissions = createSubmissions({ log: store.caseLog, cases, intake, clock, ids: systemIds, hideKnown: hide.hideKnown });
  return { intake, submissions };
}
