import type { DatabaseSync } from 'node:sqlite';
import { GovernorError } from '../../../pipeline/errors.ts';
import { endsWriting, isBusy } from './faults.ts';
import { type Health, rollback, type Writability } from './writability.ts';

/** Jobs that share one transaction and one sync; more wait for the next turn, so that the loop is never blocked for long. */
const BATCH_JOBS_MAX = 512;
const BATCH_MS_MAX = 25;
/** A job that another process kept from writing for this long fails, and its caller decides. */
const BUSY_MS_MAX = 10_000;
const BUSY_PAUSE_MS_MIN = 2;
const BUSY_PAUSE_MS_SPREAD = 20;

type Job = { run: () => void; settle: (fault: unknown) => void; durable: boolean; since: number };

export type Commits = {
  /**
   * Runs `job` inside the next transaction and resolves with its answer once that is committed: durable where nothing
   * else is said, else with the next durable commit at the latest. A job that throws is rolled back alone.
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
 * and run again with a savepoint for each job: then that one fails alone, and turns without a fault pay nothing for it.
 */
export function createCommits({ db, turn, writability }: { db: DatabaseSync; turn: Turn; writability: Writability }): Commits {
  const transaction = createTransaction(db);
  let queue: Job[] = [];
  /** Set where the turn before was taken back: this one runs its jobs one savepoint each. */
  let careful = false;
  let scheduled = false;
  let closed = false;
  let whenEmpty: (() => void) | undefined;

  const flush = (): void => {
    scheduled = false;
    const fault = beginTurn();
    if (isBusy(fault)) waitForLock(fault);
    else if (fault !== undefined) failAll(queue.splice(0), fault);
    else commitBatch(runBatch());
    goOn();
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

  const goOn = (pauseMs = 0): void => {
    if (queue.length === 0) whenEmpty?.();
    if (queue.length === 0 || scheduled) return;
    scheduled = true;
    if (pauseMs > 0) setTimeout(flush, pauseMs);
    else setImmediate(flush);
  };

  const waitForLock = (fault: unknown): void => {
    const now = performance.now();
    const late = queue.filter((job) => now - job.since > BUSY_MS_MAX);
    queue = queue.filter((job) => now - job.since <= BUSY_MS_MAX);
    const busy = new GovernorError('store_busy', `another process kept the store locked for ${BUSY_MS_MAX} ms`, { cause: fault });
    for (const job of late) job.settle(busy);
    goOn(BUSY_PAUSE_MS_MIN + Math.random() * BUSY_PAUSE_MS_SPREAD);
  };

  /** Takes from the queue until the turn's bounds are reached. */
  function* dueJobs(): Generator<Job> {
    const end = performance.now() + BATCH_MS_MAX;
    for (let count = 0; count < BATCH_JOBS_MAX && performance.now() <= end; count += 1) {
      const job = queue.shift();
      if (job === undefined) return;
      yield job;
    }
  }

  /** Runs what is due, and gives the jobs that now wait for the commit. */
  const runBatch = (): Job[] => {
    const ran: Job[] = [];
    const run = careful ? transaction.runInSavepoint : transaction.run;
    for (const job of dueJobs()) {
      const fault = run(job.run);
      if (fault === undefined) ran.push(job);
      else if (!goesOnAfter(job, fault, ran)) return [];
    }
    careful = false;
    return ran;
  };

  /** False where the transaction has ended: writing has ended with it, or the turn is to be run again. */
  const goesOnAfter = (job: Job, fault: unknown, ran: readonly Job[]): boolean => {
    turn.undone();
    if (endsWriting(fault) || !db.isTransaction) {
      failAll([...ran, job], fault);
      return false;
    }
    if (careful) job.settle(fault);
    else {
      rollback(db);
      queue.unshift(...ran, job);
    }
    const goesOn = careful;
    careful = true;
    return goesOn;
  };

  const commitBatch = (batch: Job[]): void => {
    if (!db.isTransaction) return;
    try {
      transaction.commit();
    } catch (fault) {
      failAll(batch, fault);
      return;
    }
    for (const job of batch) job.settle(undefined);
    turn.committed();
  };

  /** Nothing of the transaction stays; and where writing has ended, what waits behind it fails as well. */
  const failAll = (jobs: readonly Job[], fault: unknown): void => {
    turn.undone();
    rollback(db);
    const ends = endsWriting(fault);
    const failure = ends ? writability.refuse(fault) : fault;
    for (const job of ends ? [...jobs, ...queue.splice(0)] : jobs) job.settle(failure);
  };

  return {
    write(job, { durable } = { durable: true }) {
      return new Promise((resolve, reject) => {
        const refusal = closed ? new GovernorError('store_closed', 'the store is closed') : writability.refusal();
        if (refusal !== undefined) return reject(refusal);
        let answer: ReturnType<typeof job>;
        const run = (): void => {
          answer = job();
        };
        const settle = (fault: unknown): void => (fault === undefined ? resolve(answer) : reject(fault));
        queue.push({ run, settle, durable, since: performance.now() });
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

function createTransaction(db: DatabaseSync) {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const save = db.prepare('SAVEPOINT job');
  const keep = db.prepare('RELEASE job');
  let isDurable = true;
  return {
    /** In WAL mode `NORMAL` commits without a sync. The level can only change between transactions, so each begin sets it. */
    begin(durable: boolean): void {
      if (durable !== isDurable) db.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
      isDurable = durable;
      begin.run();
    },
    commit: (): unknown => commit.run(),
    /** What the job threw, where it threw. */
    run(job: () => void): unknown {
      try {
        job();
        return undefined;
      } catch (fault) {
        return reasonOf(fault);
      }
    },
    /** The same, with nothing of a job that threw left in the transaction. */
    runInSavepoint(job: () => void): unknown {
      try {
        save.run();
        job();
        keep.run();
        return undefined;
      } catch (fault) {
        if (db.isTransaction && !endsWriting(fault)) db.exec('ROLLBACK TO job; RELEASE job');
        return reasonOf(fault);
      }
    },
  };
}

const reasonOf = (fault: unknown): unknown => fault ?? new GovernorError('store_fault', 'a write failed without a reason');
