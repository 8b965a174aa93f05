import type { DatabaseSync } from 'node:sqlite';
import { type GovernorError, problemOf } from '../../../pipeline/errors.ts';
import type { StoreLog } from '../store-log.ts';
import { isBusy, isFull, refusesFault } from './faults.ts';
import { rollback } from './transaction.ts';

export type Health = { ok: true } | { ok: false; problem: string };

/** A probe needs room as a few entries do; what it wrote is taken back at once and leaves the file room for them. */
const PROBE_BYTES = 64 * 1024;
const PROBE_PAUSE_MS = 250;

export type Writability = {
  /** The first probe. A full disk is no reason not to start: what is there can be read, and appends are refused. */
  probeAtOpen(): void;
  /** Why no write is taken now; undefined where writes are taken. After a pause a probe is made first. */
  refusal(): GovernorError | undefined;
  /** From now on writes are refused, until a probe succeeds. */
  refuse(fault: unknown): GovernorError;
  health(): Health;
};

/**
 * After a full disk or an I/O error nobody knows what the next write would do, so none is taken until one that matters
 * to nobody has been written and synced.
 */
export function createWritability(db: DatabaseSync, log: StoreLog): Writability {
  let refused: GovernorError | undefined;
  let probedAt = Number.NEGATIVE_INFINITY;

  const probe = (): void => {
    if (performance.now() - probedAt < PROBE_PAUSE_MS) return;
    probedAt = performance.now();
    try {
      writeAndTakeBack(db);
      refused = undefined;
      log.warn('the store takes writes again');
    } catch (fault) {
      rollback(db);
      // Another process that is writing says nothing about our own writes, so the refusal stays as it was.
      if (!isBusy(fault)) refused = refusesFault(problemOf(fault), fault);
    }
  };

  const refusal = (): GovernorError | undefined => {
    if (refused !== undefined) probe();
    return refused;
  };

  const refuse = (fault: unknown): GovernorError => {
    if (refused === undefined) log.error('the store takes no more writes', { problem: problemOf(fault) });
    refused = refusesFault(problemOf(fault), fault);
    probedAt = performance.now();
    return refused;
  };

  return {
    probeAtOpen() {
      try {
        writeAndTakeBack(db);
      } catch (fault) {
        rollback(db);
        if (!isFull(fault)) throw fault;
        refuse(fault);
      }
    },
    refusal,
    refuse,
    health() {
      const problem = refusal();
      return problem === undefined ? { ok: true } : { ok: false, problem: problem.message };
    },
  };
}

function writeAndTakeBack(db: DatabaseSync): void {
  db.exec('PRAGMA synchronous = FULL');
  db.exec(`BEGIN IMMEDIATE; INSERT OR REPLACE INTO settings VALUES ('probe', zeroblob(${PROBE_BYTES})); COMMIT`);
  db.exec(`BEGIN IMMEDIATE; DELETE FROM settings WHERE name = 'probe'; COMMIT`);
}
