import { WAITING_FOR_PEOPLE } from '../../pipeline/attempt.ts';
import type { CaseState } from '../../pipeline/case-state.ts';
import { currentCard, isClosed } from '../../pipeline/case-state.ts';
import type { Cases } from '../../pipeline/cases.ts';
import { problemOf } from '../../pipeline/errors.ts';
import type { CaseLog, Chat, Clock } from '../../pipeline/ports.ts';
import type { Log } from '../log.ts';

export type ThreadReader = {
  /**
   * Reads the threads of all open cases again, those first in which a reply may decide something; cases whose thread could
   * not be read stay unread and execute nothing. A later call, or the loss of the connection, ends the one before.
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
};

/** `mark`: the connection, and the replies missed in it, up to which a thread was read; `atMs`: when that began. */
type Reading = { mark: string | null; atMs: number };
const NEVER: Reading = { mark: null, atMs: Number.NEGATIVE_INFINITY };

/**
 * Slack acknowledges events before anybody has seen them, so a reply written while this process was away is known only
 * by reading its thread. After a start and each reconnection that happens before anything executes.
 */
export function createThreadReader({ log, cases, chat, clock, readThread, wake, logger, countsMs }: Parts): ThreadReader {
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

  const tryOne = async (caseId: string, epoch: number): Promise<void> => {
    if (trying.has(caseId)) {
      if (trying.get(caseId) !== epoch) wanted.set(caseId, epoch);
      return;
    }
    trying.set(caseId, epoch);
    try {
      await readOne(caseId, epoch);
    } catch (fault) {
      logger.warn('a thread could not be read again; its case waits', { case_id: caseId, problem: problemOf(fault) });
    } finally {
      trying.delete(caseId);
    }
    const newer = wanted.get(caseId);
    wanted.delete(caseId);
    if (newer !== undefined) await tryOne(caseId, newer);
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
      const { epoch } = chat.connection();
      readings += 1;
      const own = readings;
      const open = Map.groupBy(await log.openCases(), isUrgent);
      for (const caseId of [...(open.get(true) ?? []), ...(open.get(false) ?? [])]) {
        if (own !== readings || !chat.connection().connected) return;
        await tryOne(caseId, epoch);
      }
    },
    readSoon(caseId) {
      const { connected, epoch } = chat.connection();
      // Its faults are told where they happen, so nothing is left to wait for.
      if (connected) void tryOne(caseId, epoch);
    },
  };
}
