import type { EntryKind } from '../../contracts/entry.ts';
import { isReservedLog } from '../../contracts/entry.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { CaseLog, Clock } from '../../pipeline/ports.ts';
import { isOpen } from '../../pipeline/showing.ts';
import type { Log } from '../log.ts';
import { backoffMs, retryAfterOf } from './backoff.ts';
import type { Lane } from './lane.ts';
import { createLeases } from './leases.ts';
import { createSlots } from './slots.ts';

export type Worker = {
  /** Takes up every open case, then whatever is appended from now on. */
  start(): Promise<void>;
  /** Looks at this case now; the id of the switch or of a lock wakes what waits for them. */
  wake(logId: string): void;
  wakeAll(): Promise<void>;
  /** Nothing is due and nothing is under way; a case that waits for a person or a time is idle. */
  idle(): boolean;
  /** How many cases are kept an eye on. */
  watched(): number;
  /** Takes on nothing new and waits for what is under way, at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
};

type Parts = {
  log: CaseLog;
  cases: Cases;
  lanes: readonly Lane[];
  ticketed: boolean;
  clock: Clock;
  logger: Log;
  holder: string;
  leaseMs: number;
  slotsMax: number;
  /** Until when this process has had the case without a break; null after one, when another may have worked on it. */
  onLease?: (caseId: string, untilMs: number | null) => void;
};

/**
 * `notBeforeMs` is when the lane wanted to look again, which it said of a state that may be over: `overtaken` where
 * something was appended while it ran. `elsewhere`: another process has the case, and its entries change nothing here.
 */
type LaneState = { running: boolean; faults: number; notBeforeMs: number; overtaken: boolean; elsewhere: boolean };
/** `unsettled`: something of this case is still to be done without anybody's help: paced, or failed and tried again. */
type Watched = {
  looking: boolean;
  lookAgain: boolean;
  unsettled: boolean;
  timer: NodeJS.Timeout | null;
  lanes: Map<string, LaneState>;
};

/** setTimeout cannot wait longer; a later due time is simply looked at again then. */
const TIMER_MAX_MS = 2_147_483_647;
/** What the lanes themselves write about waiting and showing: it ends no wait of theirs. */
const ENDS_NO_WAIT: ReadonlySet<EntryKind> = new Set([
  'waiting',
  'step_failed',
  'card_posted',
  'card_updated',
  'card_superseded',
  'thread_posted',
  'reminded',
  'ticket_opened',
  'ticket_commented',
]);
const STOP_POLL_MS = 10;

/**
 * Moves every open case on, whoever appended to it last. It keeps nothing that a restart would miss: what is due is
 * asked of the folded log each time, and a crash between two entries is taken up by the next process.
 */
export function createWorker(parts: Parts): Worker {
  const { log, cases, lanes, ticketed, clock, logger, holder, leaseMs, slotsMax, onLease = () => undefined } = parts;
  const watched = new Map<string, Watched>();
  const leases = createLeases({ log, clock, holder, leaseMs, onLease });
  // Each lane has slots of its own: planners that hang must not keep cards from being shown.
  const within = new Map(lanes.map((lane) => [lane.name, createSlots(slotsMax).within]));
  let stopped = true;
  let unsubscribe: (() => void) | null = null;
  let under = 0;

  const watch = (caseId: string): Watched => {
    const known = watched.get(caseId);
    if (known !== undefined) return known;
    const fresh: Watched = { looking: false, lookAgain: false, unsettled: false, timer: null, lanes: new Map() };
    watched.set(caseId, fresh);
    return fresh;
  };

  const lookAt = (caseId: string): void => {
    if (stopped) return;
    const one = watch(caseId);
    if (one.looking) {
      one.lookAgain = true;
      return;
    }
    one.looking = true;
    look(caseId, one).catch((fault: unknown) => {
      // Only a store that cannot be read ends here; the case is looked at again when it may be back.
      logger.error('a case cannot be read', { case_id: caseId, problem: problemOf(fault) });
      later(caseId, one, clock.now() + backoffMs(5));
    });
  };

  async function look(caseId: string, one: Watched): Promise<void> {
    try {
      do {
        one.lookAgain = false;
        const state = await cases.load(caseId);
        if (state === undefined || stopped) return;
        visit(state, one);
      } while (one.lookAgain);
    } finally {
      one.looking = false;
    }
  }

  /** Starts every lane that is due, and sets the timer for the next that will be. */
  function visit(state: CaseState, one: Watched): void {
    if (one.timer !== null) clearTimeout(one.timer);
    one.timer = null;
    if (!isOpen(state, ticketed) && !busy(one)) {
      watched.delete(state.caseId);
      leases.forget(state.caseId);
      return;
    }
    const pending = lanes.flatMap((lane) => visitLane(lane, laneOf(one, lane.name), state) ?? []);
    one.unsettled = pending.some(({ unsettled }) => unsettled);
    if (pending.length > 0) later(state.caseId, one, Math.min(...pending.map(({ atMs }) => atMs)));
  }

  /** Runs what is due now; what will be due later is returned. */
  function visitLane(lane: Lane, laneState: LaneState, state: CaseState): { atMs: number; unsettled: boolean } | null {
    const due = laneState.running ? null : lane.due(state);
    if (due === null) return null;
    const atMs = Math.max(due.atMs, laneState.notBeforeMs);
    if (atMs > clock.now()) return { atMs, unsettled: laneState.faults > 0 || !due.waits };
    run(lane, laneState, state);
    return null;
  }

  function run(lane: Lane, laneState: LaneState, state: CaseState): void {
    laneState.running = true;
    under += 1;
    const turn = within.get(lane.name) ?? ((work: () => Promise<void>) => work());
    turn(() => runOnce(lane, laneState, state))
      .catch((fault: unknown) => failed(lane, laneState, state, fault))
      .finally(() => {
        laneState.running = false;
        under -= 1;
        lookAt(state.caseId);
      });
  }

  async function runOnce(lane: Lane, laneState: LaneState, state: CaseState): Promise<void> {
    laneState.elsewhere = !(await leases.hold(state.caseId));
    if (laneState.elsewhere) {
      laneState.notBeforeMs = clock.now() + leaseMs;
      return;
    }
    laneState.overtaken = false;
    const result = await leases.during(state.caseId, () => lane.run(state));
    laneState.faults = 0;
    laneState.notBeforeMs = laneState.overtaken ? 0 : (result.retryAtMs ?? 0);
  }

  function failed(lane: Lane, laneState: LaneState, state: CaseState, fault: unknown): void {
    laneState.faults += 1;
    const waitMs = retryAfterOf(fault) ?? backoffMs(laneState.faults);
    laneState.notBeforeMs = clock.now() + waitMs;
    logger.warn('a step failed and will be tried again', {
      case_id: state.caseId,
      lane: lane.name,
      faults: laneState.faults,
      wait_ms: waitMs,
      problem: problemOf(fault),
    });
  }

  function later(caseId: string, one: Watched, atMs: number): void {
    if (stopped) return;
    if (one.timer !== null) clearTimeout(one.timer);
    one.timer = setTimeout(() => lookAt(caseId), Math.min(TIMER_MAX_MS, Math.max(0, atMs - clock.now())));
  }

  /** A switch or a lock changed: what waits for a time to try again need not wait it out. Cases that wait for people stay asleep. */
  const tryAgain = (): void => {
    for (const [caseId, one] of watched) {
      const waiting = [...one.lanes.values()].filter((lane) => lane.faults === 0 && lane.notBeforeMs > clock.now());
      for (const lane of waiting) lane.notBeforeMs = 0;
      if (waiting.length > 0) lookAt(caseId);
    }
  };

  /** What a lane waits for was said of the case as it was; whatever is appended may have ended the wait. */
  const lookAfresh = (caseId: string): void => {
    for (const lane of watched.get(caseId)?.lanes.values() ?? []) {
      lane.overtaken = true;
      if (lane.faults === 0 && !lane.elsewhere) lane.notBeforeMs = 0;
    }
    lookAt(caseId);
  };

  const wake = (logId: string): void => (isReservedLog(logId) ? tryAgain() : lookAfresh(logId));

  const wakeAll = async (): Promise<void> => {
    for (const caseId of await log.openCases()) lookAt(caseId);
  };

  return {
    wake,
    wakeAll,
    watched: () => watched.size,
    async start() {
      stopped = false;
      unsubscribe = log.onAppend(({ case_id, body }) => (ENDS_NO_WAIT.has(body.kind) ? lookAt(case_id) : wake(case_id)));
      await wakeAll();
    },
    idle() {
      if (under > 0) return false;
      for (const one of watched.values()) if (one.looking || one.lookAgain || one.unsettled) return false;
      return true;
    },
    async stop(graceMs) {
      stopped = true;
      unsubscribe?.();
      for (const one of watched.values()) if (one.timer !== null) clearTimeout(one.timer);
      const endMs = Date.now() + graceMs;
      while (under > 0 && Date.now() < endMs) await new Promise((resolve) => setTimeout(resolve, STOP_POLL_MS));
      await leases.giveBack();
    },
  };
}

const busy = (one: Watched): boolean => [...one.lanes.values()].some((lane) => lane.running);

function laneOf(one: Watched, name: string): LaneState {
  const known = one.lanes.get(name) ?? { running: false, faults: 0, notBeforeMs: 0, overtaken: false, elsewhere: false };
  one.lanes.set(name, known);
  return known;
}
