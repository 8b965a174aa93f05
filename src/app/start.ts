import { join } from 'node:path';
import { HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import { GovernorError, problemOf } from '../../pipeline/errors.ts';
import type { Connection } from '../chat/connection.ts';
import { createHttpConnection, createSocketConnection } from '../chat/connection.ts';
import { createSlackChat } from '../chat/slack-chat.ts';
import { loadCatalogue } from '../config/catalogue-file.ts';
import type { Settings } from '../config/settings.ts';
import { withSandbox } from '../config.ts';
import { ladderOf } from '../escalation/ladder.ts';
import { createExecutors, missingExecutors } from '../executors/executors.ts';
import { outsideOf, unlistedPrograms } from '../executors/outside.ts';
import type { Listening, RequestHandler, UpgradeHandler } from '../http/server.ts';
import { listen } from '../http/server.ts';
import { createLinks } from '../links/links.ts';
import type { KnownSecrets } from '../log/known-secrets.ts';
import { createKnownSecrets } from '../log/known-secrets.ts';
import type { Log } from '../log.ts';
import { createLog } from '../log.ts';
import { createJsonLines } from '../outputs/jsonl.ts';
import { createOwnEntries } from '../outputs/own-entries.ts';
import { createTracing, tracePlanners, traceSearches } from '../outputs/traced-inside.ts';
import { createPlanners } from '../planners/planners.ts';
import { loadRecorded } from '../planners/recorded.ts';
import { type OpenedStore, openStore } from '../stores/open-store.ts';
import type { Store } from '../stores/store.ts';
import { openMcp } from './agents.ts';
import { openBeside } from './beside.ts';
import type { BoltApp } from './bolt.ts';
import { createBolt } from './bolt.ts';
import { systemClock as clock, systemIds } from './core.ts';
import type { Governor } from './governor.ts';
import { createGovernor } from './governor.ts';
import { countInFlight } from './in-flight.ts';
import type { Sandbox } from './inside-sandbox.ts';
import { openSandbox } from './inside-sandbox.ts';
import { createMetrics } from './metrics.ts';
import { openOutsidePlanners } from './outside-planners.ts';
import { telemetryOf, ticketsOf } from './ports.ts';
import { appRoutes } from './routes.ts';
import { scoresOfSettings } from './scores.ts';
import { stockLibrary } from './stock-library.ts';
import { tellSandbox } from './tell-sandbox.ts';
import { createToolCalls } from './tool-calls.ts';

const STOP_GRACE_MS = 3_000;

export type Running = { url: string; stop(): Promise<void> };

type Open = { settings: Settings; log: Log; hide: KnownSecrets; catalogue: Catalogue } & Omit<OpenedStore, 'close'>;

/**
 * Starts the governor: store, library, HTTP routes (with the sandbox among them where there is no Slack), the Bolt app,
 * the worker. Nothing is half started: what fails on the way is closed again and the fault thrown.
 */
export async function startGovernor(given: Settings): Promise<Running> {
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of undo.reverse()) await close();
    undo.length = 0;
  };
  try {
    return { url: await startParts(given, undo), stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}

async function startParts(given: Settings, undo: (() => Promise<void>)[]): Promise<string> {
  // Everything that a wrong file can refuse comes before anything is opened.
  const catalogue = loadCatalogue(given.paths.catalogue);
  const recorded = given.paths.recorded === null ? [] : loadRecorded(given.paths.recorded);
  const hide = createKnownSecrets(given.secrets);
  const log = createLog(given, { hide });
  for (const warning of given.warnings) log.warn(warning);

  const { close, ...opened } = await openStore(given, { now: clock.now, log });
  undo.push(close);
  await stockLibrary({ settings: given, store: opened.store, catalogue, log });

  const handlers: RequestHandler[] = [];
  const upgrade: UpgradeHandler[] = [];
  const sandbox = given.mode === 'sandbox' ? await openSandbox(given, log) : null;
  if (sandbox !== null) undo.push(() => sandbox.close());
  const server = await listen({ ...given.http, handlers, upgrade });
  undo.push(() => server.close());
  const settings = sandbox === null ? given : attach(given, sandbox, server, { handlers, upgrade });
  hide.add(settings.secrets);

  const governor = await connect({ settings, log, hide, catalogue, ...opened }, recorded, { server, handlers }, undo);
  await governor.start();
  undo.push(() => governor.stop(STOP_GRACE_MS));
  return server.url;
}

function attach(
  settings: Settings,
  sandbox: Sandbox,
  server: Listening,
  doors: { handlers: RequestHandler[]; upgrade: UpgradeHandler[] },
): Settings {
  sandbox.attach(server.url);
  doors.handlers.push(sandbox.router.handle);
  doors.upgrade.push(sandbox.upgrade);
  return withSandbox(settings, sandbox.environment());
}

type Doors = { server: Listening; handlers: RequestHandler[] };

async function connect(
  open: Open,
  answers: Parameters<typeof createPlanners>[0]['answers'],
  { server, handlers }: Doors,
  undo: (() => Promise<void>)[],
): Promise<Governor> {
  const { settings, log, hide, catalogue, store, elastic, names } = open;
  const { config, sandboxUrl, simulated, slack } = settings;
  if (slack === null) throw new GovernorError('no_slack', 'no Slack workspace and no sandbox to connect to');
  const bolt = createBolt(slack, log);
  const connection = connectionOf(bolt);
  const inFlight = countInFlight(bolt.app);
  await bolt.app.init();
  const self = await bolt.client.auth.test();
  const chat = createSlackChat({
    client: bolt.client,
    botUserId: () => self.user_id ?? '',
    connection: connection.state,
    clock,
    log,
  });
  const executors = await createExecutors({ sandboxUrl, clock, log, outside: outsideOf(settings, catalogue) });
  for (const action of unlistedPrograms(catalogue.actions.values(), config.executors))
    log.warn('the config does not list the program of an action', { action });
  for (const name of missingExecutors(catalogue.actions.values(), executors))
    log.warn('the catalogue names an executor that is not configured', { executor: name });
  const trace = createJsonLines({ file: join(settings.paths.output, 'tool_trace.jsonl') });
  undo.push(trace.close);
  const calls = createToolCalls({ trace, log });
  const outside = await openOutsidePlanners({ settings, serverUrl: server.url, hide, calls, log });
  undo.push(outside.close);
  const { scores, scoresOf } = scoresOfSettings(settings);
  const telemetry = await telemetryOf({ sandboxUrl, elastic, names, config: config.elasticsearch });
  const own = createOwnEntries(settings.paths.home);
  const ladder = ladderOf(settings);
  const traced = createTracing({ trace, clock, hide: hide.redact, log });
  const library = traceSearches(traced, store.library);
  const plannerFor = createPlanners({ config, library, catalogue, clock, answers, outside: outside.planners });
  const ownTeam = (): string => self.team_id ?? '';
  const links = createLinks({ workspaceUrl: self.url ?? null, settings, names });
  const governor = createGovernor({
    app: bolt.app,
    store,
    chat,
    ownTeam,
    telemetry,
    executors,
    tickets: await ticketsOf({ settings, hide, hosts: links.hosts, log }),
    plannerFor: tracePlanners(traced, plannerFor),
    scoresOf,
    catalogue,
    config,
    simulated,
    links,
    hide: hide.redact,
    hideKnown: hide.hideKnown,
    ids: { ...systemIds, entryId: own.entryId },
    sharedLog: elastic !== null && config.elasticsearch.use.includes('log'),
    ladder,
    beside: openBeside({ settings, store, ladder, own, chat, client: bolt.client, ownTeam, telemetry, links, hide, log }),
    logger: log,
  });
  const metrics = createMetrics(governor.worker.watched);
  store.caseLog.onAppend(metrics.count);
  const idle = (): boolean => inFlight() === 0 && governor.worker.idle();
  const unready = () => missing(store, connection);
  const mcp = openMcp({ settings, store, telemetry, catalogue, governor, chat, scores, trace, calls, hide, log });
  undo.push(mcp.close);
  handlers.unshift(appRoutes({ unready, idle, metrics }).handle, mcp.handle, ...slackRoutes(bolt));
  // A sandbox that was started anew has forgotten who is connected to it.
  const announce = async (): Promise<void> => (sandboxUrl === null ? undefined : tellSandbox(sandboxUrl, server.url));
  connection.onChange(({ connected }) => reconnected(governor, connected, announce, log));
  await bolt.app.start();
  undo.push(() => stopBolt(bolt, log));
  await announce();
  return governor;
}

const connectionOf = ({ receiver }: BoltApp): Connection =>
  receiver instanceof SocketModeReceiver
    ? createSocketConnection({ client: receiver.client, clock })
    : createHttpConnection({ clock });

/** Signed HTTP requests come in on our own server, beside the other routes. */
function slackRoutes({ receiver }: BoltApp): RequestHandler[] {
  if (!(receiver instanceof HTTPReceiver)) return [];
  return [
    async (req, res) => {
      if (req.method !== 'POST' || req.url?.split('?')[0] !== '/slack/events') return false;
      receiver.requestListener(req, res);
      return true;
    },
  ];
}

async function missing(store: Store, connection: Connection): Promise<string | null> {
  if (!connection.state().connected) return 'Slack is not connected';
  const healthy = await store.caseLog.healthy();
  return healthy.ok ? null : healthy.problem;
}

/** After each reconnection the threads are read before anything executes; until then the cases wait. */
function reconnected({ threads, worker }: Governor, connected: boolean, announce: () => Promise<void>, log: Log): void {
  log.info(connected ? 'Slack is connected' : 'Slack is not connected');
  const work = connected ? threads.readAll().then(worker.wakeAll).then(announce) : worker.wakeAll();
  work.catch((fault: unknown) =>
    log.error('the cases could not be looked at after Slack changed its connection', { problem: problemOf(fault) }),
  );
}

async function stopBolt({ app }: BoltApp, log: Log): Promise<void> {
  try {
    await app.stop();
  } catch (fault) {
    // Bolt rejects with nothing at all where the connection was already lost; there is nothing left to stop then.
    log.debug('the Slack connection had ended before', { problem: problemOf(fault) });
  }
}
