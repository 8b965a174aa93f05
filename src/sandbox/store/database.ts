import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';
import { SCHEMA } from './schema.ts';

export type Row = Record<string, SQLOutputValue>;

export type Database = {
  /** Rows as the engine gives them; the caller parses each with its schema. */
  all(sql: string, ...values: SQLInputValue[]): Row[];
  first(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** One statement inside the transaction of the current event-loop turn. */
  run(sql: string, ...values: SQLInputValue[]): void;
  /** Several statements that are kept or dropped together. */
  atomically<T>(change: () => T): T;
  /** Resolves once everything written so far is on disk; rejects if it could not be. */
  durable(): Promise<void>;
  close(): void;
};

type Turn = { durable: Promise<void>; settle: (fault?: unknown) => void };

/**
 * One connection, one transaction for each event-loop turn: all requests of a turn share one sync, and each waits for
 * `durable()` before it answers. The exclusive lock keeps a second sandbox from opening the same home.
 */
export function openDatabase(file: string): Database {
  mkdirSync(dirname(file), { recursive: true });
  const connection = open(file);
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  let turn: Turn | undefined;

  const prepared = (sql: string): ReturnType<DatabaseSync['prepare']> => {
    const known = statements.get(sql) ?? connection.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const commit = (): void => {
    const ended = turn;
    turn = undefined;
    try {
      // A full disk rolls everything back by itself: then nobody of this turn may be told that it is kept.
      if (ended !== undefined && !connection.isTransaction) throw new Error('the changes of this turn were rolled back');
      if (ended !== undefined) connection.exec('COMMIT');
      ended?.settle();
    } catch (fault) {
      if (connection.isTransaction) connection.exec('ROLLBACK');
      ended?.settle(fault);
    }
  };
  const begin = (): void => {
    if (turn !== undefined) return;
    connection.exec('BEGIN IMMEDIATE');
    turn = newTurn();
    setImmediate(commit);
  };

  return {
    all: (sql, ...values) => prepared(sql).all(...values),
    first: (sql, ...values) => prepared(sql).get(...values),
    run(sql, ...values) {
      begin();
      prepared(sql).run(...values);
    },
    atomically(change) {
      begin();
      connection.exec('SAVEPOINT change');
      try {
        const result = change();
        connection.exec('RELEASE change');
        return result;
      } catch (fault) {
        if (connection.isTransaction) connection.exec('ROLLBACK TO change; RELEASE change');
        throw fault;
      }
    },
    durable: () => turn?.durable ?? Promise.resolve(),
    close() {
      if (turn !== undefined) commit();
      connection.close();
    },
  };
}

function newTurn(): Turn {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // A turn that nobody waits for may still fail; its failure then shows at the next write, not as an unhandled rejection.
  promise.catch(() => undefined);
  return { durable: promise, settle: (fault) => (fault === undefined ? resolve() : reject(fault)) };
}

function open(file: string): DatabaseSync {
  const connection = new DatabaseSync(file);
  try {
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    connection.exec(SCHEMA);
    return connection;
  } catch (cause) {
    connection.close();
    throw new Error(`cannot open the sandbox's file \`${file}\`; another sandbox may be using it`, { cause });
  }
}
