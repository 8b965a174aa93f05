import type { DatabaseSync } from 'node:sqlite';
import { GovernorError } from '../../../pipeline/errors.ts';
import { endsWriting } from './faults.ts';

/** Some faults have rolled back already, and then SQLite would refuse a second time. */
export function rollback(db: DatabaseSync): void {
  if (db.isOpen && db.isTransaction) db.exec('ROLLBACK');
}

export function createTransaction(db: DatabaseSync) {
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
    rollback: (): void => rollback(db),
    /** What the job threw, where it threw, with nothing of it left in the transaction. Throws where that is lost as a whole. */
    runInSavepoint(job: () => void): unknown {
      try {
        save.run();
        job();
        keep.run();
        return undefined;
      } catch (fault) {
        if (endsWriting(fault) || !db.isTransaction) throw fault;
        db.exec('ROLLBACK TO job; RELEASE job');
        return fault ?? new GovernorError('store_fault', 'a write failed without a reason');
      }
    },
  };
}
