import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, LogLevel, type Receiver } from '@slack/bolt';
import { CatalogueFile } from '../../contracts/catalogue.ts';
import { GovernorConfig } from '../../contracts/config.ts';
import type { LibraryDocument } from '../../contracts/documents.ts';
import type { Source } from '../../contracts/words.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentCard } from '../../pipeline/case-state.ts';
import { parseCatalogue } from '../../pipeline/catalogue.ts';
import { advance } from '../../pipeline/fold.ts';
import { createIntake } from '../../pipeline/intake.ts';
import type { Order, Planner, Reply } from '../../pipeline/ports.ts';
import { UNKNOWN_SCORES } from '../../pipeline/scores.ts';
import { createGovernor } from '../../src/app/governor.ts';
import type { KnownSecrets } from '../../src/log/known-secrets.ts';
import { createKnownSecrets } from '../../src/log/known-secrets.ts';
import type { Log } from '../../src/log.ts';
import { createPlanners } from '../../src/planners/planners.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { ALONE } from '../fixtures/alone.ts';
import { waitFor } from '../fixtures/wait.ts';
import { recordingChat, recordingExecutor, recordingTickets, type Said, worldOf } from './recording-ports.ts';
import { LEAD, ONCALL, REPORTER, TEAM } from './team.ts';

const nothing = (): void => undefined;
export const quiet: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => quiet };

/** One order that reached the executor, with its time. */
export type Effect = Order & { at: string };
export type Told = { method: string; body: unknown };

export type ArenaOptions = {
  documents?: readonly LibraryDocument[];
  /** Which planner speaks for a service; the playbook where this gives none. */
  plannerFor?: (service: string, turn: number) => Planner | null;
  /** The one action that ends a service's errors. */
  right?: (service: string) => string;
  /** Log lines by id, of their service. */
  lines?: ReadonlyMap<string, string>;
  config?: Record<string, unknown>;
  /** What the world, the executor and the ticket system say in words of their own, of all services or of one. */
  figuresPath?: Said;
  executorDetail?: Said;
  ticketKey?: Said;
  /** How the playbook's answer to a resolution is put, where a model would write it. */
  summarise?: (service: string) => string | null;
  logger?: Log;
  hide?: Pick<KnownSecrets, 'redact' | 'hideKnown'>;
};

export type Incident = {
  service: string;
  severity: 'low' | 'medium' | 'high' | 'critical';
  summary: string;
  symptoms?: string[];
  source?: Source;
};

/** The shipped catalogue with recovery checks that take no time: what is attacked is the way to an effect, not the waiting. */
function quickCatalogue() {
  const file = CatalogueFile.parse(JSON.parse(readFileSync('data/catalogue.json', 'utf8')));
  const actions = file.actions.map((action) => ({ ...action, recovery: { ...action.recovery, settle_s: 0, window_s: 0.02 } }));
  const parsed = parseCatalogue({ actions });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.catalogue;
}

/** Listeners need an app to register with; nobody calls them here. */
function unheardApp(): App {
  const receiver: Receiver = { init: nothing, start: async () => undefined, stop: async () => undefined };
  const authorize = async () => ({ botToken: 'xoxb-arena', botId: 'BARENA', botUserId: 'UARENA', teamId: TEAM });
  return new App({ receiver, authorize, logLevel: LogLevel.ERROR });
}

/** The whole governor on a real store, its ports recording: many cases at once, each about a service of its own. */
export async function openArena(options: ArenaOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'governor-arena-'));
  const file = join(folder, 'governor.db');
  const logger = options.logger ?? quiet;
  const store = await openSqliteStore({ file, now: Date.now, log: logger });
  const catalogue = quickCatalogue();
  const config = GovernorConfig.parse({
    approvers: [
      { users: [ONCALL, LEAD], kinds: ['approve'] },
      { users: [LEAD], kinds: ['override', 'release'] },
    ],
    hold_window_s: 0,
    cooldown_s: 0,
    card_interval_s: 0,
    planner_timeout_s: 0.5,
    ...options.config,
  });
  await store.library.put(options.documents ?? []);
  const effects: Effect[] = [];
  const told: Told[] = [];
  const replies = new Map<string, Reply[]>();
  const telemetry = worldOf(effects, options);
  const chat = recordingChat(told, replies);
  const clock = { now: () => Date.now() };
  const fallback = createPlanners({ config, library: store.library, catalogue, clock, answers: [] });
  const plannerFor = (service: string, turn = 0): Planner => {
    const planner = options.plannerFor?.(service, turn) ?? fallback(service, turn);
    const summary = options.summarise?.(service) ?? null;
    return summary === null
      ? planner
      : { ...planner, summarise: async (...asked) => ({ ...(await planner.summarise(...asked)), text: summary }) };
  };
  const hide = options.hide ?? createKnownSecrets([]);
  const governor = createGovernor({
    app: unheardApp(),
    store,
    chat,
    ownTeam: () => TEAM,
    telemetry,
    executors: new Map([['sandbox', recordingExecutor(effects, options)]]),
    tickets: recordingTickets(told, options),
    plannerFor,
    scoresOf: async () => UNKNOWN_SCORES,
    catalogue,
    config,
    simulated: true,
    ...ALONE,
    links: { cardUrl: () => null, hosts: [], kibanaOf: () => null },
    hide: hide.redact,
    hideKnown: hide.hideKnown,
    logger,
  });
  const states = new Map<string, CaseState>();
  store.caseLog.onAppend((entry) => {
    if (!entry.case_id.startsWith('~')) states.set(entry.case_id, advance(states.get(entry.case_id), entry));
  });
  const intake = createIntake({
    cases: governor.core.cases,
    library: store.library,
    telemetry,
    config,
    clock,
    redact: hide.redact,
  });
  await governor.start();
  let opened = 0;

  const open = async ({ symptoms = [], source = 'slash_command', ...incident }: Incident): Promise<string> => {
    opened += 1;
    const from = { symptoms, source, openedBy: REPORTER, channel: 'C0INCIDENTS', intakeKey: `arena:${opened}`, atMs: null };
    const outcome = await intake.open({ ...incident, ...from, anyway: true });
    if (!outcome.ok) throw new Error(`the incident was refused: ${outcome.refusal}`);
    return outcome.state.caseId;
  };

  return {
    governor,
    store,
    file,
    catalogue,
    config,
    effects,
    told,
    replies,
    states,
    open,
    /** Resolves when no case goes on by itself; fails with the first ones that are stuck. */
    rest: (limitMs = 60_000) =>
      waitFor('every case to come to rest', () => [...states.values()].every(isAtRest) && governor.worker.idle(), {
        limitMs,
        seen: () => stuckOnes(states),
      }),
    async close() {
      await governor.stop(3_000);
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type Arena = Awaited<ReturnType<typeof openArena>>;

const UNDER_WAY: ReadonlySet<CaseState['status']> = new Set([
  'detected',
  'analyzing',
  'ready_to_execute',
  'executing',
  'verifying',
  'learning',
]);

/** Nothing goes on without a person, and whoever has to decide can see what. */
export const isAtRest = (state: CaseState): boolean => !UNDER_WAY.has(state.status) && currentCard(state)?.decisionShown !== null;

function stuckOnes(states: ReadonlyMap<string, CaseState>): string {
  const stuck = [...states.values()].filter((state) => !isAtRest(state));
  return `${stuck.length} stuck: ${stuck
    .slice(0, 3)
    .map(({ caseId, status, problem, incident }) => JSON.stringify({ caseId, status, problem, incident }))
    .join('\n')}`;
}

/** Whoever stores documents here, stored them before any question was asked. */
export const old = <T extends LibraryDocument>(document: T): T => ({ ...document, stored_at: '2026-01-01T00:00:00.000Z' });
