import type { DatabaseSync } from 'node:sqlite';
import { type GovernorError, problemOf } from '../../../pipeline/errors.ts';
import type { StoreLog } from '../store-log.ts';
import { isBusy, refusesFault } from './faults.ts';
import { rollback } from './transaction.ts';

export type Health = { ok: true } | { ok: false; problem: string };

/** A probe needs room as a few entries do; what it wrote is taken back at once and leaves the file room for them. */
const PROBE_BYTES = 64 * 1024;
const PROBE_PAUSE_MS = 250;

export type Writability = {
  /** Why no write is taken now; undefined where writes are taken. After a pause a probe is made first. */
  refusal(): GovernorError | undefined;
  /** From now on writes are refused, until a probe succeeds. */
  refuse(fault: unknown): GovernorError;
  health(): Health;
};

/** Throws where the file may not be written at all. Nothing is written: whether there is room shows with the first probe. */
export function checkWritable(db: DatabaseSync): void {
  db.exec('BEGIN IMMEDIATE; ROLLBACK');
}

/**
 * After a full disk or an I/O error nobody knows what the next write would do, so none is taken until one that matters
 * to nobody has been written and synced.
 */
export function createWritability(db: DatabaseSync, log: StoreLog): Writability {
  let refused: GovernorError | undefined;
  let probedAt = Number.NEGATIVE_INFINITY;
  /** Set by a probe: until the first one nobody knows whether there is room. */
  let proven = false;

  const refuse = (fault: unknown): GovernorError => {
    if (refused === undefined) log.error('the store takes no more writes', { problem: problemOf(fault) });
    refused = refusesFault(problemOf(fault), fault);
    proven = false;
    probedAt = performance.now();
    return refused;
  };

  const probe = (): void => {
    if (performance.now() - probedAt < PROBE_PAUSE_MS) return;
    probedAt = performance.now();
    try {
      writeAndTakeBack(db);
      if (refused !== undefined) log.warn('the store takes writes again');
      refused = undefined;
      proven = true;
    } catch (fault) {
      rollback(db);
      // Another process that is writing says nothing about our own writes: what was known of them stays as it was.
      if (!isBusy(fault)) refuse(fault);
    }
  };

  return {
    refusal() {
      if (refused !== undefined) probe();
      return refused;
    },
    refuse,
    health() {
      if (!proven) probe();
      return refused === undefined ? { ok: true } : { ok: false, problem: refused.message };
    },
  };
}

function writeAndTakeBack(db: DatabaseSync): void {
  db.exec('PRAGMA synchronous = FULL');
  db.exec(`BEGIN IMMEDIATE; INSERT OR REPLACE INTO settings VALUES ('probe', zeroblob(${PROBE_BYTES})); COMMIT`);
  db.exec(`BEGIN IMMEDIATE; DELETE FROM settings WHERE name = 'probe'; COMMIT`);
}
