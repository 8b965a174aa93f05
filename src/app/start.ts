import type { Catalogue } from '../../pipeline/catalogue.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { Telemetry } from '../../pipeline/ports.ts';
import type { Connection } from '../chat/connection.ts';
import { loadCatalogue } from '../config/catalogue-file.ts';
import { isInCluster } from '../config/in-cluster.ts';
import type { Settings } from '../config/settings.ts';
import { withSandbox } from '../config.ts';
import { ladderOf } from '../escalation/ladder.ts';
import type { Listening, RequestHandler, UpgradeHandler } from '../http/server.ts';
import { listen } from '../http/server.ts';
import { createLinks } from '../links/links.ts';
import type { KnownSecrets } from '../log/known-secrets.ts';
import { createKnownSecrets } from '../log/known-secrets.ts';
import type { Log } from '../log.ts';
import { createLog } from '../log.ts';
import { createOwnEntries } from '../outputs/own-entries.ts';
import { loadRecorded } from '../planners/recorded.ts';
import type { ScoreClients } from '../scores/scores.ts';
import { type OpenedStore, openStore } from '../stores/open-store.ts';
import type { Store } from '../stores/store.ts';
import { openMcp } from './agents.ts';
import { openBeside } from './beside.ts';
import { systemClock as clock, systemIds } from './core.ts';
import type { Governor } from './governor.ts';
import { createGovernor } from './governor.ts';
import type { Sandbox } from './inside-sandbox.ts';
import { openSandbox } from './inside-sandbox.ts';
import { createMetrics } from './metrics.ts';
import { openPlanning, type Planning } from './planning.ts';
import { executorsOf, telemetryOf, ticketsOf } from './ports.ts';
import { appRoutes } from './routes.ts';
import { scoresOfSettings } from './scores.ts';
import { stockLibrary } from './stock-library.ts';
import { tellSandbox } from './tell-sandbox.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

const STOP_GRACE_MS = 3_000;

export type Running = { url: string; stop(): Promise<void> };

/** What is to be closed again, in the order in which it was opened. */
type Undo = (() => Promise<void>)[];

/**
 * Starts the governor: store, library, HTTP routes (with the sandbox among them where there is no Slack), the Bolt app,
 * the worker. Nothing is half started: what fails on the way is closed again and the fault thrown.
 */
export async function startGovernor(given: Settings): Promise<Running> {
  const undo: Undo = [];
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

async function startParts(given: Settings, undo: Undo): Promise<string> {
  // Everything that a wrong file can refuse comes before anything is opened.
  const catalogue = loadCatalogue(given.paths.catalogue);
  const answers = given.paths.recorded === null ? [] : loadRecorded(given.paths.recorded);
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

  const open: Open = { settings, log, hide, catalogue, ...opened };
  const workspace = await openWorkspace(settings, log);
  const planning = await openPlanning({ ...open, library: opened.store.library, answers, serverUrl: server.url });
  undo.push(planning.close);
  const made = await makeGovernor(open, workspace, planning);
  await openDoors({ ...open, ...made, workspace, planning }, { server, handlers }, undo);

  await made.governor.start();
  undo.push(() => made.governor.stop(STOP_GRACE_MS));
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

type Open = { settings: Settings; log: Log; hide: KnownSecrets; catalogue: Catalogue } & Omit<OpenedStore, 'close'>;
type Made = { governor: Governor; telemetry: Telemetry; scores: ScoreClients };

/** The governor over this installation's ports; nothing of it runs yet. */
async function makeGovernor(open: Open, workspace: Workspace, { plannerFor, traced }: Planning): Promise<Made> {
  const { settings, log, hide, catalogue, store, elastic, names } = open;
  const { config, sandboxUrl, simulated } = settings;
  const { app, client, chat, ownTeam } = workspace;
  const telemetry = await telemetryOf({ sandboxUrl, elastic, names, config: config.elasticsearch });
  const { scores, scoresOf } = scoresOfSettings(settings);
  const links = createLinks({ workspaceUrl: workspace.url, settings, names });
  const own = createOwnEntries(settings.paths.home);
  const ladder = ladderOf(settings);
  const governor = createGovernor({
    app,
    store,
    chat,
    ownTeam,
    telemetry,
    executors: await executorsOf({ settings, catalogue, log }),
    tickets: await ticketsOf({ settings, hide, hosts: links.hosts, log }),
    plannerFor,
    traced,
    scoresOf,
    catalogue,
    config,
    simulated,
    links,
    hide: hide.redact,
    hideKnown: hide.hideKnown,
    ids: { ...systemIds, entryId: own.entryId },
    sharedLog: isInCluster(settings, 'log'),
    ladder,
    beside: openBeside({ settings, store, ladder, own, chat, client, ownTeam, telemetry, links, hide, log }),
    logger: log,
  });
  return { governor, telemetry, scores };
}

type Doors = { server: Listening; handlers: RequestHandler[] };

/** Lets in whoever asks something of the governor: supervisors, agents and Slack. */
async function openDoors(
  { settings, log, store, governor, workspace, planning, ...rest }: Open & Made & { workspace: Workspace; planning: Planning },
  { server, handlers }: Doors,
  undo: Undo,
): Promise<void> {
  const { connection, chat, inFlight, routes } = workspace;
  const metrics = createMetrics(governor.worker.watched);
  store.caseLog.onAppend(metrics.count);
  const idle = (): boolean => inFlight() === 0 && governor.worker.idle();
  const unready = () => missing(store, connection);
  const { trace, calls } = planning;
  const mcp = openMcp({ ...rest, settings, store, governor, chat, trace, calls, log });
  undo.push(mcp.close);
  handlers.unshift(appRoutes({ unready, idle, metrics }).handle, mcp.handle, ...routes);
  // A sandbox that was started anew has forgotten who is connected to it.
  const { sandboxUrl } = settings;
  const announce = async (): Promise<void> => (sandboxUrl === null ? undefined : tellSandbox(sandboxUrl, server.url));
  connection.onChange(({ connected }) => reconnected(governor, connected, announce, log));
  await workspace.listen();
  undo.push(workspace.stop);
  await announce();
}

async function missing(store: Store, connection: Connection): Promise<string | null> {
  if (!connection.state().connected) return 'Slack is not connected';
  const healthy = await store.caseLog.healthy();
  return healthy.ok ? null : healthy.problem;
}

/**
 * After each reconnection the threads are read before anything executes; until then the cases wait. They are looked at
 * first: what is ready has its own thread read at once, and need not wait for those of all others.
 */
function reconnected({ threads, worker }: Governor, connected: boolean, announce: () => Promise<void>, log: Log): void {
  log.info(connected ? 'Slack is connected' : 'Slack is not connected');
  const work = connected ? worker.wakeAll().then(threads.readAll).then(announce) : worker.wakeAll();
  work.catch((fault: unknown) =>
    log.error('the cases could not be looked at after Slack changed its connection', { problem: problemOf(fault) }),
  );
}
