import type { DatabaseSync } from 'node:sqlite';
import { GovernorError } from '../../../pipeline/errors.ts';
import { endsWriting, isBusy } from './faults.ts';
import { createTransaction } from './transaction.ts';
import type { Health, Writability } from './writability.ts';

/** Jobs that share one transaction and one sync; more wait for the next turn, so that the loop is never blocked for long. */
const BATCH_JOBS_MAX = 512;
const BATCH_MS_MAX = 25;
/** A job that another process kept from writing for this long fails, and its caller decides. */
const BUSY_MS_MAX = 10_000;
const BUSY_PAUSE_MS_MIN = 2;
const BUSY_PAUSE_MS_SPREAD = 20;

type Job = { run: () => void; done: () => void; fail: (fault: unknown) => void; durable: boolean; since: number };

export type Commits = {
  /**
   * Runs `job` inside the next transaction and resolves with its answer once that is committed: durable where nothing
   * else is said, else with the next durable commit at the latest. A job that throws is rolled back alone. A job may run
   * twice, the first time taken back: it writes nothing but the database.
   */
  write<T>(job: () => T, options?: { durable: boolean }): Promise<T>;
  healthy(): Promise<Health>;
  /** Waits for what is queued; later writes are refused. */
  close(): Promise<void>;
};

export type Turn = {
  /** Called inside each transaction before its first job. */
  begun(): void;
  /** Called where anything of a transaction was rolled back: what was remembered of it is void. */
  undone(): void;
  committed(): void;
};

/**
 * The one door for writes: everything asked for during one turn of the event loop becomes one transaction with one sync,
 * so that durability before the answer costs a busy process next to nothing. Where a job throws, the turn is taken back
 * and run again with a savepoint for each job: that one fails alone, and turns without a fault pay nothing for it.
 */
export function createCommits({ db, turn, writability }: { db: DatabaseSync; turn: Turn; writability: Writability }): Commits {
  const transaction = createTransaction(db);
  let queue: Job[] = [];
  let careful = false;
  let scheduled = false;
  let closed = false;
  let whenEmpty: (() => void) | undefined;

  const flush = (): void => {
    scheduled = false;
    const fault = beginTurn();
    if (isBusy(fault)) waitForLock(fault);
    else if (fault !== undefined) failAll(queue.splice(0), fault);
    else commitTurn(runTurn());
    goOn();
  };

  const goOn = (pauseMs = 0): void => {
    if (queue.length === 0) whenEmpty?.();
    if (queue.length === 0 || scheduled) return;
    scheduled = true;
    if (pauseMs > 0) setTimeout(flush, pauseMs);
    else setImmediate(flush);
  };

  const beginTurn = (): unknown => {
    try {
      transaction.begin(queue.some((job) => job.durable));
      turn.begun();
      return undefined;
    } catch (fault) {
      return fault;
    }
  };

  const waitForLock = (fault: unknown): void => {
    const latest = performance.now() - BUSY_MS_MAX;
    const late = queue.filter((job) => job.since < latest);
    queue = queue.filter((job) => job.since >= latest);
    const busy = new GovernorError('store_busy', `another process kept the store locked for ${BUSY_MS_MAX} ms`, { cause: fault });
    for (const job of late) job.fail(busy);
    goOn(BUSY_PAUSE_MS_MIN + Math.random() * BUSY_PAUSE_MS_SPREAD);
  };

  /** Runs what is due, and gives the jobs that now wait for the commit; undefined where the transaction was taken back. */
  const runTurn = (): Job[] | undefined => {
    const due = queue.splice(0, BATCH_JOBS_MAX);
    try {
      const ran = careful ? due.filter(ranInSavepoint) : runUntil(due, performance.now() + BATCH_MS_MAX);
      careful = false;
      return ran;
    } catch (fault) {
      takeBack(due, fault);
      return undefined;
    }
  };

  const runUntil = (due: Job[], latest: number): Job[] => {
    for (const [at, job] of due.entries()) {
      if (at > 0 && performance.now() > latest) {
        queue.unshift(...due.slice(at));
        return due.slice(0, at);
      }
      job.run();
    }
    return due;
  };

  const ranInSavepoint = (job: Job): boolean => {
    const fault = transaction.runInSavepoint(job.run);
    if (fault === undefined) return true;
    turn.undone();
    job.fail(fault);
    return false;
  };

  const takeBack = (due: readonly Job[], fault: unknown): void => {
    turn.undone();
    transaction.rollback();
    // Where even savepoints did not contain the fault, running the turn once more would not either.
    if (careful || endsWriting(fault)) failAll(due, fault);
    else queue.unshift(...due);
    careful = !careful && !endsWriting(fault);
  };

  const commitTurn = (ran: readonly Job[] | undefined): void => {
    if (ran === undefined) return;
    try {
      transaction.commit();
    } catch (fault) {
      failAll(ran, fault);
      return;
    }
    for (const job of ran) job.done();
    turn.committed();
  };

  /** Nothing of the transaction stays; and where writing has ended, what waits behind it fails as well. */
  const failAll = (jobs: readonly Job[], fault: unknown): void => {
    turn.undone();
    transaction.rollback();
    const ends = endsWriting(fault);
    const failure = ends ? writability.refuse(fault) : fault;
    for (const job of ends ? [...jobs, ...queue.splice(0)] : jobs) job.fail(failure);
  };

  return {
    write<T>(job: () => T, { durable } = { durable: true }): Promise<T> {
      const refusal = closed ? new GovernorError('store_closed', 'the store is closed') : writability.refusal();
      if (refusal !== undefined) return Promise.reject(refusal);
      return new Promise<T>((resolve, reject) => {
        let answer: { of: T };
        const run = (): void => {
          answer = { of: job() };
        };
        queue.push({ run, done: () => resolve(answer.of), fail: reject, durable, since: performance.now() });
        goOn();
      });
    },
    healthy: async () => (closed ? { ok: false, problem: 'the store is closed' } : writability.health()),
    async close() {
      closed = true;
      if (queue.length === 0) return;
      await new Promise<void>((resolve) => {
        whenEmpty = resolve;
      });
    },
  };
}
