import type { Entry } from '../../contracts/entry.ts';
import { isReservedLog } from '../../contracts/entry.ts';
import type { CaseStatus } from '../../contracts/words.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { problemOf } from '../../pipeline/errors.ts';
import { type Ladder, NO_LADDER } from '../../pipeline/escalation.ts';
import type { CaseLog, Clock } from '../../pipeline/ports.ts';
import { isOpen } from '../../pipeline/showing.ts';
import type { Log } from '../log.ts';
import { backoffMs, retryAfterOf } from './backoff.ts';
import type { Lane } from './lane.ts';
import { createLeases } from './leases.ts';
import { createNamedSlots } from './slots.ts';
import { createWaits } from './waits.ts';
import { busy, ENDS_NO_WAIT, type LaneState, laneOf, unwatched, type Watched } from './watched.ts';

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
  /** Who is told of standstills: until they are, a closed case is looked after. */
  ladder?: Ladder;
  clock: Clock;
  logger: Log;
  holder: string;
  leaseMs: number;
  slotsMax: number;
  /** Until when this process has had the case without a break; null after one, when another may have worked on it. */
  onLease?: (caseId: string, untilMs: number | null) => void;
};

const AFTER_EFFECT: ReadonlySet<CaseStatus> = new Set(['verifying', 'not_recovered']);
/** setTimeout cannot wait longer; a later due time is simply looked at again then. */
const TIMER_MAX_MS = 2_147_483_647;
const STOP_POLL_MS = 10;

/**
 * Moves every open case on, whoever appended to it last. It keeps nothing that a restart would miss: what is due is
 * asked of the folded log each time, and a crash between two entries is taken up by the next process.
 */
export function createWorker(parts: Parts): Worker {
  const { log, cases, lanes, ticketed, clock, logger, holder, leaseMs, slotsMax } = parts;
  const { ladder = NO_LADDER, onLease = () => undefined } = parts;
  const watched = new Map<string, Watched>();
  const waits = createWaits(clock);
  const leases = createLeases({ log, clock, holder, leaseMs, onLease });
  // Each lane has slots of its own, and each partner of a lane: planners that hang must keep neither cards from being
  // shown nor what is approved from being executed.
  const slotsOf = createNamedSlots(slotsMax);
  let stopped = true;
  let unsubscribe: (() => void) | null = null;
  let under = 0;

  const watch = (caseId: string): Watched => {
    const known = watched.get(caseId);
    if (known !== undefined) return known;
    const fresh = unwatched();
    watched.set(caseId, fresh);
    return fresh;
  };

  /** `ask: false` where whatever moved the case is known here: what is done then is guarded by its append. */
  const lookAt = (caseId: string, { ask } = { ask: true }): void => {
    if (stopped) return;
    const one = watch(caseId);
    one.ask ||= ask;
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

  /** The newest state, from the log only where something may be there that is not known here. */
  async function stateNow(caseId: string, one: Watched): Promise<CaseState | undefined> {
    const known = one.ask ? undefined : cases.known(caseId);
    one.lookAgain = false;
    one.ask = false;
    return known ?? cases.load(caseId);
  }

  async function look(caseId: string, one: Watched): Promise<void> {
    try {
      do {
        const state = await stateNow(caseId, one);
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
    if (!isOpen(state, ticketed, ladder) && !busy(one)) {
      watched.delete(state.caseId);
      waits.forget(state.caseId);
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
    run(lane, laneState, state, due.partner);
    return null;
  }

  function run(lane: Lane, laneState: LaneState, state: CaseState, partner = ''): void {
    laneState.running = true;
    under += 1;
    // A lane that moved the case knows what it is now; any other result may be due to what others have done.
    let moved = false;
    const work = async (): Promise<void> => {
      moved = await runOnce(lane, laneState, state);
    };
    slotsOf(`${lane.name} ${partner}`)(work)
      .catch((fault: unknown) => failed(lane, laneState, state, fault))
      .finally(() => {
        laneState.running = false;
        under -= 1;
        lookAt(state.caseId, { ask: !moved });
      });
  }

  /** True where the lane took the case further. */
  async function runOnce(lane: Lane, laneState: LaneState, state: CaseState): Promise<boolean> {
    laneState.elsewhere = !(await leases.hold(state.caseId));
    if (laneState.elsewhere) {
      waits.until(state.caseId, laneState, clock.now() + leaseMs);
      return false;
    }
    // While it waited for a slot and for the lease, Slack may have gone or come back: what is due is another thing then.
    const due = lane.due(state);
    if (due === null || due.atMs > clock.now()) return false;
    laneState.overtaken = false;
    const result = await leases.during(state.caseId, () => lane.run(state));
    laneState.faults = 0;
    waits.until(state.caseId, laneState, laneState.overtaken ? 0 : (result.retryAtMs ?? 0));
    return result.state !== null;
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

  /**
   * A switch or a lock changed: what waits for a time to try again need not wait it out. Cases that wait for people stay
   * asleep, and so do recovery checks: a telemetry that is away must not be asked anew for every action elsewhere.
   */
  const tryAgain = (): void => {
    for (const caseId of waits.cases()) {
      if (AFTER_EFFECT.has(cases.known(caseId)?.status ?? 'detected')) continue;
      const one = watched.get(caseId);
      if (one !== undefined && waits.end(caseId, one)) lookAt(caseId);
    }
  };

  /** What a lane waits for was said of the case as it was; whatever is appended may have ended the wait. */
  const lookAfresh = (caseId: string, asking = { ask: true }): void => {
    for (const lane of watched.get(caseId)?.lanes.values() ?? []) {
      lane.overtaken = true;
      if (lane.faults === 0 && !lane.elsewhere) lane.notBeforeMs = 0;
    }
    lookAt(caseId, asking);
  };

  const wake = (logId: string): void => (isReservedLog(logId) ? tryAgain() : lookAfresh(logId));

  /** An entry of this process: the case that it leads to is known before anybody is told of it. */
  const appended = ({ case_id, body }: Entry): void => {
    if (isReservedLog(case_id)) tryAgain();
    else if (ENDS_NO_WAIT.has(body.kind)) lookAt(case_id, { ask: false });
    else lookAfresh(case_id, { ask: false });
  };

  const wakeAll = async (): Promise<void> => {
    for (const caseId of await log.openCases()) lookAt(caseId);
  };

  return {
    wake,
    wakeAll,
    watched: () => watched.size,
    async start() {
      stopped = false;
      unsubscribe = log.onAppend(appended);
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
