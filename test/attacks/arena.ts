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
import type { Chat, Executor, Order, Planner, Reply, Telemetry, Tickets } from '../../pipeline/ports.ts';
import { UNKNOWN_SCORES } from '../../pipeline/scores.ts';
import { createGovernor } from '../../src/app/governor.ts';
import type { KnownSecrets } from '../../src/log/known-secrets.ts';
import { createKnownSecrets } from '../../src/log/known-secrets.ts';
import type { Log } from '../../src/log.ts';
import { createPlanners } from '../../src/planners/planners.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { figures } from '../fixtures/builders.ts';
import { waitFor } from '../fixtures/wait.ts';

export const TEAM = 'T0HOME';
export const LEAD = 'U0000LEAD';
export const ONCALL = 'U00ONCALL';
export const REPORTER = 'U0REPORTER';

const nothing = (): void => undefined;
export const quiet: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => quiet };

/** One order that reached the executor, with its time. */
export type Effect = Order & { at: string };
export type Told = { method: string; body: unknown };

export type ArenaOptions = {
  documents?: readonly LibraryDocument[];
  /** Which planner speaks for a service; the playbook where this gives none. */
  plannerFor?: (service: string) => Planner | null;
  /** The one action that ends a service's errors. */
  right?: (service: string) => string;
  /** Log lines by id, of their service. */
  lines?: ReadonlyMap<string, string>;
  config?: Record<string, unknown>;
  /** What the world and the executor say in words of their own. */
  figuresPath?: string;
  executorDetail?: string;
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
  const plannerFor = (service: string): Planner => options.plannerFor?.(service) ?? fallback(service);
  const hide = options.hide ?? createKnownSecrets([]);
  const governor = createGovernor({
    app: unheardApp(),
    store,
    chat,
    ownTeam: () => TEAM,
    telemetry,
    executors: new Map([['sandbox', recordingExecutor(effects, options)]]),
    tickets: recordingTickets(told),
    plannerFor,
    scoresOf: async () => UNKNOWN_SCORES,
    catalogue,
    config,
    simulated: true,
    links: { cardUrl: () => null, hosts: [] },
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

/** A service fails until its right action has run. */
function worldOf(effects: readonly Effect[], { right = () => '', lines = new Map(), figuresPath }: ArenaOptions): Telemetry {
  const top_errors = figuresPath === undefined ? [] : [{ status: 500, path: figuresPath, count: 1 }];
  return {
    async figures(service) {
      const cured = effects.some((effect) => effect.service === service && effect.actionId === right(service));
      return cured ? figures({ errors: 4, error_rate: 0.004, top_errors }) : figures({ top_errors });
    },
    services: async () => [],
    async logLine(id) {
      const text = lines.get(id);
      const service = id.split(':')[1] ?? '';
      return text === undefined
        ? null
        : { id, service, at: '2026-01-01T00:00:00Z', status: 503, path: '/', text: text.slice(0, 10_000) };
    },
  };
}

function recordingExecutor(effects: Effect[], { executorDetail = 'done' }: ArenaOptions): Executor {
  const answers = new Map<string, Effect>();
  const answerTo = ({ at }: Effect) => ({ outcome: 'done' as const, detail: executorDetail, effectAt: at });
  return {
    name: 'sandbox',
    declares: () => ({ refusesLate: true, idempotentByKey: true }),
    async run(order) {
      const known = answers.get(order.key);
      if (known !== undefined) return answerTo(known);
      const effect = { ...order, at: new Date().toISOString() };
      answers.set(order.key, effect);
      effects.push(effect);
      return answerTo(effect);
    },
    async status(key) {
      const known = answers.get(key);
      return known === undefined ? { seen: false } : { seen: true, ...answerTo(known) };
    },
  };
}

function recordingChat(told: Told[], replies: ReadonlyMap<string, Reply[]>): Chat {
  const sinceMs = Date.now();
  let posts = 0;
  return {
    async post({ channel, threadTs, text, blocks }) {
      posts += 1;
      told.push({ method: 'post', body: { channel, threadTs, text, blocks } });
      return { channel, ts: `${1_700_000_000 + posts}.000100` };
    },
    update: async (body) => void told.push({ method: 'update', body }),
    tell: async (body) => void told.push({ method: 'tell', body }),
    replies: async (_channel, threadTs) => replies.get(threadTs) ?? [],
    person: async (id) => ({ id, teamId: TEAM, isBot: false, deleted: false, name: id }),
    groupMembers: async () => [],
    connection: () => ({ connected: true, sinceMs, epoch: 1 }),
  };
}

function recordingTickets(told: Told[]): Tickets {
  let tickets = 0;
  return {
    async open(body) {
      tickets += 1;
      told.push({ method: 'ticket', body });
      return { key: `T-${tickets}`, url: `https://tickets.example/T-${tickets}` };
    },
    comment: async (key, commentId, text) => void told.push({ method: 'comment', body: { key, commentId, text } }),
    close: async (key) => void told.push({ method: 'close', body: { key } }),
  };
}

/** Whoever stores documents here, stored them before any question was asked. */
export const old = <T extends LibraryDocument>(document: T): T => ({ ...document, stored_at: '2026-01-01T00:00:00.000Z' });
