import { WAITING_FOR_PEOPLE } from '../../pipeline/attempt.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentCard, isClosed } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { CaseLog, Chat, Clock } from '../../pipeline/ports.ts';
import { ChatFault } from '../chat/slack-fault.ts';
import type { Log } from '../log.ts';

export type ThreadReader = {
  /**
   * Reads the threads again in which a reply may decide something, and after that, without being waited for and at a pace
   * that leaves Slack's patience for others, those of all other open cases, the one first that was not read for longest.
   * Cases whose thread could not be read stay unread and execute nothing. A later call, or the loss of the connection,
   * ends the one before.
   */
  readAll(): Promise<void>;
  /** Tries one thread again that could not be read; a case that is ready to execute asks for it until it is. */
  readSoon(caseId: string): void;
  /** Whether no reply can have been missed: the card was shown while we were connected, or its thread was read since. */
  isRead(state: CaseState): boolean;
  /**
   * Deals with one reply. Until it is dealt with nothing counts as read, and where that fails every thread has to be read
   * again: Slack calls the event delivered and never brings it a second time.
   */
  dealWith(reply: () => Promise<void>): Promise<void>;
};

type Parts = {
  log: CaseLog;
  cases: Cases;
  chat: Pick<Chat, 'connection'>;
  clock: Clock;
  readThread: (state: CaseState) => Promise<void>;
  wake: (caseId: string) => void;
  logger: Log;
  /**
   * How long a reading counts, in milliseconds. Where other processes take events too, one of them may be ended with a HOLD
   * in its hands, and no line of ours breaks then: so each execution is preceded by a reading of our own.
   */
  countsMs: number;
  /** Resolves after so many milliseconds. */
  wait: (ms: number) => Promise<void>;
};

/** Slack allows some fifty such questions a minute; most of them are kept for what is urgent. */
const IDLE_EVERY_MS = 3_000;
/** A thread that Slack puts off is asked for again as soon as it may be, a few times. */
const PUT_OFF_MAX = 3;

/** `mark`: the connection, and the replies missed in it, up to which a thread was read; `atMs`: when that began. */
type Reading = { mark: string | null; atMs: number };
const NEVER: Reading = { mark: null, atMs: Number.NEGATIVE_INFINITY };

/**
 * Slack acknowledges events before anybody has seen them, so a reply written while this process was away is known only
 * by reading its thread. After a start and each reconnection that happens before anything executes.
 */
export function createThreadReader({ log, cases, chat, clock, readThread, wake, logger, countsMs, wait }: Parts): ThreadReader {
  const lastReadings = new Map<string, Reading>();
  let missed = { count: 0, atMs: 0 };
  let replies = 0;
  /** The newest reading of all: two beside each other would only take Slack's patience from what is urgent. */
  let readings = 0;
  /** Cases whose turn to be read has begun, and in which connection; it is not begun twice. */
  const trying = new Map<string, number>();
  /** Cases that a newer connection asked for meanwhile: what was missed between the two may not be in the reading. */
  const wanted = new Map<string, number>();
  /** Threads being read: an APPROVE found there must not run before a HOLD behind it was found too. */
  const reading = new Set<string>();

  const markOf = (epoch: number): string => `${epoch}:${missed.count}`;

  /** Many cases stay open for days because their service did not recover; in their threads nothing waits for a reply. */
  const isUrgent = (caseId: string): boolean => {
    const known = cases.known(caseId);
    return known === undefined || WAITING_FOR_PEOPLE.has(known.status);
  };

  const readOne = async (caseId: string, epoch: number): Promise<void> => {
    // Taken before the reading: what is missed meanwhile may not be in it.
    const begun: Reading = { mark: markOf(epoch), atMs: clock.now() };
    const state = await cases.load(caseId);
    if (state === undefined || isClosed(state)) {
      lastReadings.delete(caseId);
      return;
    }
    if (currentCard(state)?.decisionShown) await readWhole(state);
    lastReadings.set(caseId, begun);
    wake(caseId);
  };

  const readWhole = async (state: CaseState): Promise<void> => {
    reading.add(state.caseId);
    try {
      await readThread(state);
    } finally {
      reading.delete(state.caseId);
    }
  };

  /** For how long Slack wants not to be asked, in milliseconds; 0 where it did not say so. */
  const readOrTell = async (caseId: string, epoch: number): Promise<number> => {
    try {
      await readOne(caseId, epoch);
      return 0;
    } catch (fault) {
      logger.warn('a thread could not be read again; its case waits', { case_id: caseId, problem: problemOf(fault) });
      return fault instanceof ChatFault ? (fault.retryAfterMs ?? 0) : 0;
    }
  };

  const tryOne = async (caseId: string, epoch: number): Promise<number> => {
    if (trying.has(caseId)) {
      if (trying.get(caseId) !== epoch) wanted.set(caseId, epoch);
      return 0;
    }
    trying.set(caseId, epoch);
    const putOffMs = await readOrTell(caseId, epoch).finally(() => trying.delete(caseId));
    const newer = wanted.get(caseId);
    wanted.delete(caseId);
    return newer === undefined ? putOffMs : tryOne(caseId, newer);
  };

  const isUnderWay = (own: number): boolean => own === readings && chat.connection().connected;

  const readPatiently = async (caseId: string, epoch: number, own: number): Promise<void> => {
    for (let round = 0; round < PUT_OFF_MAX && isUnderWay(own); round += 1) {
      const putOffMs = await tryOne(caseId, epoch);
      if (putOffMs === 0) return;
      await wait(putOffMs);
    }
  };

  /** One after the other, until a newer reading begins or the connection is lost. */
  const readEach = async (caseIds: readonly string[], own: number, paceMs: number): Promise<void> => {
    const { epoch } = chat.connection();
    for (const caseId of caseIds) {
      if (!isUnderWay(own)) return;
      await readPatiently(caseId, epoch, own);
      if (paceMs > 0) await wait(paceMs);
    }
  };

  return {
    isRead(state) {
      const { connected, sinceMs, epoch } = chat.connection();
      const shown = currentCard(state)?.decisionShown;
      if (!connected || !shown || replies > 0 || reading.has(state.caseId)) return false;
      const { mark, atMs } = lastReadings.get(state.caseId) ?? NEVER;
      if (clock.now() - atMs > countsMs) return false;
      return Date.parse(shown.at) >= Math.max(sinceMs, missed.atMs) || mark === markOf(epoch);
    },
    async dealWith(reply) {
      replies += 1;
      try {
        await reply();
      } catch (fault) {
        missed = { count: missed.count + 1, atMs: clock.now() };
        throw fault;
      } finally {
        replies -= 1;
      }
    },
    async readAll() {
      readings += 1;
      const own = readings;
      const open = Map.groupBy(await log.openCases(), isUrgent);
      await readEach(open.get(true) ?? [], own, 0);
      const readMs = (caseId: string): number => lastReadings.get(caseId)?.atMs ?? 0;
      const idle = [...(open.get(false) ?? [])].sort((one, other) => readMs(one) - readMs(other));
      // Each fault is told where it happens, so nothing is left to wait for.
      void readEach(idle, own, IDLE_EVERY_MS);
    },
    readSoon(caseId) {
      const { connected, epoch } = chat.connection();
      // Its faults are told where they happen, so nothing is left to wait for.
      if (connected) void tryOne(caseId, epoch);
    },
  };
}
