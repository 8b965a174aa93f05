import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { App } from '@slack/bolt';
import type { GovernorConfig } from '../../contracts/config.ts';
import { registerListeners } from '../../listeners/index.ts';
import { createReadThread } from '../../listeners/messages/read-thread.ts';
import type { ListenerParts } from '../../listeners/parts.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Catalogue } from '../../pipeline/catalogue.ts';
import { createPeople } from '../../pipeline/decisions.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { Ladder } from '../../pipeline/escalation.ts';
import { createIntake, type Intake } from '../../pipeline/intake.ts';
import type { Chat, Executor, Ids, Telemetry, Tickets } from '../../pipeline/ports.ts';
import type { ScoresOf } from '../../pipeline/scores.ts';
import type { PlannerFor } from '../../pipeline/steps/planner-turn.ts';
import { createPipelineLane } from '../lanes/pipeline-lane.ts';
import { createRendering } from '../lanes/rendering.ts';
import { createShowLane } from '../lanes/show-lane.ts';
import { createTenure } from '../lanes/tenure.ts';
import { createTicketLane } from '../lanes/ticket-lane.ts';
import { createTicketTexts } from '../lanes/ticket-texts.ts';
import type { Log } from '../log.ts';
import type { Traced } from '../outputs/traced-inside.ts';
import { explainRefusals } from '../planners/explain-refusals.ts';
import type { Store } from '../stores/store.ts';
import { createWorker, type Worker } from '../worker/worker.ts';
import type { OpenBeside } from './beside.ts';
import { type Core, createCore, systemClock } from './core.ts';
import { startJobs } from './jobs.ts';
import { createThreadReader, type ThreadReader } from './thread-reader.ts';
import { wait } from './wait.ts';
import { executeWithout, measureWithout, planWithout, readWithout } from './without-secrets.ts';

/** How long users and group members are believed without asking Slack again. */
const PEOPLE_KEPT_MS = 30_000;
/** Cases worked on side by side; the store and Slack are the limit long before the processor is. */
const SLOTS_MAX = 32;
/** Long enough to get from a reading to the last check. */
const THREAD_COUNTS_MS = 5_000;
const SWEEP = '*/30 * * * * *';
const REREAD = '15 */5 * * * *';

export type GovernorParts = {
  app: App;
  store: Store;
  chat: Chat;
  /** Slack's id of our own team, known once the app is connected. */
  ownTeam: () => string;
  telemetry: Telemetry;
  executors: ReadonlyMap<string, Executor>;
  /** Null where no ticket system is configured: then no case waits for one. */
  tickets: Tickets | null;
  plannerFor: PlannerFor;
  /** Leaves a line of each question of the governor's own; where it is left out, none is traced. */
  traced?: Traced;
  scoresOf: ScoresOf;
  catalogue: Catalogue;
  config: GovernorConfig;
  simulated: boolean;
  links: ListenerParts['links'];
  /** Takes the configured secret values out of a text, and whatever looks like one. */
  hide: (text: string) => string;
  /** Takes out the configured values alone. */
  hideKnown: (text: string) => string;
  /** Processes on other machines work on the same log, and each gets a part of Slack's events. */
  sharedLog: boolean;
  ids: Ids;
  ladder: Ladder;
  beside: OpenBeside;
  logger: Log;
};

export type Governor = {
  core: Core;
  worker: Worker;
  threads: ThreadReader;
  intake: Intake;
  start(): Promise<void>;
  stop(graceMs: number): Promise<void>;
};

/** Puts the pipeline, its lanes and the listeners together. Everything outside comes in as a port. */
export function createGovernor(parts: GovernorParts): Governor {
  const { app, store, chat, config, catalogue, logger } = parts;
  const clock = systemClock;
  const log = store.caseLog;
  const people = createPeople({ chat, clock, rules: config.approvers, ownTeam: parts.ownTeam, keepMs: PEOPLE_KEPT_MS });
  const render = createRendering({
    log,
    library: readWithout(parts.hide, store.library),
    catalogue,
    people,
    config,
    simulated: parts.simulated,
    links: parts.links,
  });
  // The thread reader needs the core, and the core asks it before each execution: the question is put through here.
  const reader: { of: ThreadReader | null } = { of: null };
  const threadsRead = (state: CaseState): boolean => {
    if (reader.of?.isRead(state)) return true;
    reader.of?.readSoon(state.caseId);
    return false;
  };
  const postReminder = (state: CaseState) => render.postReminder(chat, state);
  const library = readWithout(parts.hideKnown, store.library);
  const ticketed = parts.tickets !== null;
  const { scoresOf } = parts;
  const telemetry = measureWithout(parts.hide, parts.telemetry);
  const executors = executeWithout(parts.hide, parts.executors);
  const plannerFor = planWithout(parts.hideKnown, parts.plannerFor);
  const life = { isEnding: false };
  const core = createCore({
    stopping: () => life.isEnding,
    log,
    library,
    telemetry,
    executors,
    plannerFor,
    scoresOf,
    people,
    clock,
    catalogue,
    config,
    threadsRead,
    postReminder,
    ticketed,
    ids: parts.ids,
    ladder: parts.ladder,
    ...(parts.traced === undefined ? {} : { traced: parts.traced }),
  });
  // Containers may share a host name, and each begin to count its processes at 1.
  const holder = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const beside = parts.beside({ core, holder });
  const { cases, decisions, choices, pause, steps } = core;
  const { actions } = catalogue;

  const presence = () => {
    const { connected, sinceMs } = chat.connection();
    return { connectedSinceMs: connected ? sinceMs : null };
  };
  const tenure = createTenure({ log, clock });
  const ticketTexts = createTicketTexts({ ...parts, log, people });
  const worker = createWorker({
    log,
    cases,
    clock,
    ticketed,
    logger,
    ladder: parts.ladder,
    holder,
    leaseMs: config.lease_s * 1_000,
    slotsMax: SLOTS_MAX,
    onLease: tenure.leased,
    lanes: [
      createPipelineLane({ steps, timings: config, actions, presence }),
      createShowLane({
        cases,
        chat,
        clock,
        render,
        tenure,
        intervalMs: config.card_interval_s * 1_000,
        defaultChannel: config.channels.default,
        logger,
        wait,
      }),
      ...(parts.tickets === null
        ? []
        : [createTicketLane({ cases, tickets: parts.tickets, clock, texts: ticketTexts, hide: parts.hide })]),
      ...beside.lanes,
    ],
  });

  const intake = createIntake({ cases, library, telemetry, config, clock, redact: parts.hide });
  const listenerParts: ListenerParts = {
    intake,
    decisions,
    choices,
    cases,
    people,
    pause,
    log,
    config,
    actions,
    clock,
    dealWith: (reply) => (reader.of === null ? reply() : reader.of.dealWith(reply)),
    chat,
    redact: parts.hide,
    links: parts.links,
    simulated: parts.simulated,
  };
  registerListeners(app, listenerParts);
  const threads = createThreadReader({
    log,
    cases,
    chat,
    clock,
    readThread: createReadThread(listenerParts),
    wake: worker.wake,
    logger,
    countsMs: parts.sharedLog ? THREAD_COUNTS_MS : Number.POSITIVE_INFINITY,
    wait,
  });
  reader.of = threads;

  let stopJobs: (() => Promise<void>) | null = null;
  let unwatch: (() => void) | null = null;
  let stopExplaining: (() => void) | null = null;
  return {
    core,
    worker,
    threads,
    intake,
    async start() {
      await beside.start();
      await worker.start();
      // Whatever is ready has its own thread read before it runs, so that nobody waits here for those of all others.
      threads.readAll().catch((fault: unknown) => logger.error('the threads could not be read', { problem: problemOf(fault) }));
      stopExplaining = explainRefusals({
        log,
        cases,
        chat,
        plannerFor,
        timeoutMs: config.planner_timeout_s * 1_000,
        logger,
      });
      unwatch = store.onForeignChange((caseIds) => {
        for (const caseId of caseIds) worker.wake(caseId);
      });
      stopJobs = startJobs(
        [
          { name: 'look at every open case', expression: SWEEP, run: worker.wakeAll },
          { name: 'read the threads of open cases again', expression: REREAD, run: threads.readAll },
          ...beside.jobs,
        ],
        logger,
      );
    },
    async stop(graceMs) {
      unwatch?.();
      stopExplaining?.();
      life.isEnding = true;
      await stopJobs?.();
      await worker.stop(graceMs);
      await beside.close();
    },
  };
}
