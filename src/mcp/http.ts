import type { IncomingMessage, ServerResponse } from 'node:http';
import type { McpServerFactory } from '@modelcontextprotocol/server';
import type { GovernorConfig } from '../../contracts/config.ts';
import { GovernorError } from '../../pipeline/errors.ts';
import type { Clock } from '../../pipeline/ports.ts';
import { BODY_BYTES_MAX } from '../http/body.ts';
import { sendJson } from '../http/reply.ts';
import type { RequestHandler } from '../http/server.ts';
import type { Log } from '../log.ts';
import { createGuard, isLoopback, refuse } from './guard.ts';
import { createRateLimit } from './rate-limit.ts';

const MCP_PATH = '/mcp';
const SERVER_FAULT = 500;
const INTERNAL = -32_603;
/** Each is a connection that stays open; our list of tools never changes, so few have a use for one. */
const SUBSCRIPTIONS_MAX = 16;

export type McpHttpParts = {
  /** MCP_TOKEN. */
  token: string | null;
  /** What the server listens on. */
  host: string;
  limits: GovernorConfig['mcp'];
  clock: Clock;
  log: Pick<Log, 'error' | 'warn'>;
};

export type Mcp = {
  /** Answers requests to `/mcp`; leaves all others. */
  handle: RequestHandler;
  close(): Promise<void>;
};

/**
 * A route of the app's own HTTP server that speaks MCP, in both protocol eras. The protocol's packages and the factory
 * are loaded with the first request that may come in, so that a start without agents does not pay for them. Throws where
 * everybody could call it.
 */
export function createMcpHttp(parts: McpHttpParts, loadFactory: () => Promise<McpServerFactory>): Mcp {
  const { token, host, limits, clock, log } = parts;
  if (token === null && !isLoopback(host)) {
    const reason = `is missing, and \`${host}\` can be reached from other machines; give a token, or leave HOST out`;
    throw new GovernorError('config_refused', `nothing was started:\n  environment: MCP_TOKEN: ${reason}`);
  }
  const rate = createRateLimit({ perMinute: limits.requests_per_minute, burst: limits.burst, clock });
  const guard = createGuard({ token, host, hosts: limits.hosts, rate });
  let serving: Promise<Serving> | null = null;

  /** What could not be loaded is tried again with the next request. */
  const load = (): Promise<Serving> =>
    loadServing(loadFactory, log).catch((fault: unknown) => {
      serving = null;
      throw fault;
    });

  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    try {
      serving ??= load();
      await (await serving).answer(req, res);
    } catch (fault) {
      log.error('an MCP request could not be answered', { fault });
      sendJson(res, SERVER_FAULT, {
        jsonrpc: '2.0',
        error: { code: INTERNAL, message: 'the server could not answer' },
        id: null,
      });
    }
  };

  return {
    async handle(req, res) {
      if ((req.url ?? '').split('?', 1)[0] !== MCP_PATH) return false;
      const stop = guard(req);
      if (stop === null) await serve(req, res);
      else refuse(res, stop);
      return true;
    },
    close: async () => (await serving)?.close(),
  };
}

type Serving = { answer(req: IncomingMessage, res: ServerResponse): Promise<void>; close(): Promise<void> };

async function loadServing(loadFactory: () => Promise<McpServerFactory>, log: Pick<Log, 'warn'>): Promise<Serving> {
  const [{ createMcpHandler }, { toNodeHandler }, factory] = await Promise.all([
    import('@modelcontextprotocol/server'),
    import('@modelcontextprotocol/node'),
    loadFactory(),
  ]);
  const onerror = (fault: Error): void => log.warn('an MCP request was not answered as asked', { fault });
  const handler = createMcpHandler(factory, {
    onerror,
    maxRequestBodySize: BODY_BYTES_MAX,
    maxSubscriptions: SUBSCRIPTIONS_MAX,
  });
  const answer = toNodeHandler(handler, { onerror, maxRequestBodySize: BODY_BYTES_MAX });
  return {
    // The guard let only a POST to this path come here; the packages want to see that in the type.
    answer: (req, res) => answer(Object.assign(req, { method: 'POST', url: MCP_PATH }), res),
    close: () => handler.close(),
  };
}
