import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { loopbackOnly } from '../http/loopback.ts';
import { createRouter, type Router } from '../http/router.ts';
import { createApps } from './control/apps.ts';
import { createIdle } from './control/idle.ts';
import { controlRoutes } from './control/routes.ts';
import { createStreams } from './control/stream.ts';
import { pageRoutes } from './page/routes.ts';
import { executorRoutes } from './services/executor-routes.ts';
import { createLedger } from './services/ledger.ts';
import { ticketRoutes } from './services/ticket-routes.ts';
import { createTickets } from './services/tickets.ts';
import { openDatabase } from './store/database.ts';
import { RESET } from './store/schema.ts';
import { fileRoutes } from './web-api/files.ts';
import { responseUrlRoute } from './web-api/response-url-route.ts';
import { apiRoutes } from './web-api/routes.ts';
import { openWorkspace } from './workspace/open-workspace.ts';
import type { Log, Workspace } from './workspace/workspace.ts';
import { telemetryRoutes } from './world/routes.ts';
import { createWorld, type World } from './world/world.ts';
import { readWorldFile } from './world/world-file.ts';

export type SandboxOptions = {
  /** The folder that keeps `sandbox.db`. */
  home: string;
  worldFile: string;
  manifestFile: string;
  log: Log;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Waits before the three redeliveries of an event; Slack's own are 0, one and five minutes. */
  retryDelaysMs?: readonly number[];
  /** The clock for acknowledgements, 3000 as Slack's. */
  ackLimitMs?: number;
};

export type SandboxEnvironment = Record<
  'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN' | 'SLACK_SIGNING_SECRET' | 'SLACK_API_URL' | 'SANDBOX_URL',
  string
>;

export type Sandbox = {
  /** Everything it serves: page, Web API, control, executor, telemetry, tickets. */
  router: Router;
  /** True = the upgrade was the app's Socket Mode connection and is taken. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Tells the sandbox its own address once the server listens. */
  attach(baseUrl: string): void;
  /** What an app needs to reach this workspace; call it after `attach`. */
  environment(): SandboxEnvironment;
  close(): Promise<void>;
};

/** Opens the workspace kept in `home`, or begins a new one there; the caller serves its router and upgrades. */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { home, worldFile, manifestFile, log, now = Date.now } = options;
  const address = createAddress();
  const initial = readWorldFile(worldFile);
  const database = openDatabase(join(home, 'sandbox.db'));
  const workspace = openWorkspace({ ...options, database, manifestFile, log, now, baseUrl: address.get });
  const world = createWorld({ database, changes: workspace.changes, now, initial });
  await database.durable();
  const streams = createStreams(workspace.changes);
  const router = createRouter({
    guard,
    onFault: (fault, req) => log.error('a request failed', { path: req.url, fault: describe(fault) }),
  });
  serve(router, workspace, world, streams);

  return {
    router,
    upgrade: workspace.connections.upgrade,
    attach: address.set,
    environment: () => ({
      SLACK_BOT_TOKEN: workspace.tokens.botToken,
      SLACK_APP_TOKEN: workspace.tokens.appToken,
      SLACK_SIGNING_SECRET: workspace.tokens.signingSecret,
      SLACK_API_URL: `${address.get()}/api/`,
      SANDBOX_URL: address.get(),
    }),
    async close() {
      streams.close();
      workspace.events.close();
      workspace.connections.close();
      await database.durable();
      database.close();
    },
  };
}

function serve(router: Router, workspace: Workspace, world: World, streams: ReturnType<typeof createStreams>): void {
  const { database, changes, faults, now, baseUrl } = workspace;
  const ledger = createLedger({ database, changes, now });
  const tickets = createTickets({ database, changes, now });
  const apps = createApps({ connections: workspace.connections.count });
  const traffic = apiRoutes(router, workspace);
  const reset = (): void => {
    database.atomically(() => {
      for (const statement of RESET) database.run(statement);
      world.reset();
    });
    workspace.events.clear();
    faults.clear();
    changes.publish('reset', {});
  };
  responseUrlRoute(router, workspace);
  fileRoutes(router, workspace);
  executorRoutes(router, { ledger, world, tickets, faults, database, now });
  telemetryRoutes(router, world, faults);
  ticketRoutes(router, { tickets, faults, database, baseUrl });
  controlRoutes(router, {
    workspace,
    world,
    ledger,
    tickets,
    apps,
    idle: createIdle(workspace, apps, traffic.inFlight),
    streams,
    reset,
  });
  pageRoutes(router);
}

/** The Web API and response URLs are protected by their secrets, as Slack's are; everything else answers this machine alone. */
function guard(req: IncomingMessage): void {
  if (!/^\/(?:api|response)\//.test(req.url ?? '')) loopbackOnly(req);
}

function createAddress(): { get: () => string; set: (url: string) => void } {
  let address: string | undefined;
  return {
    get() {
      if (address === undefined) throw new Error('the sandbox does not know its address yet: attach it first');
      return address;
    },
    set(url) {
      address = url.replace(/\/$/, '');
    },
  };
}

function describe(fault: unknown): string {
  return fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
}
