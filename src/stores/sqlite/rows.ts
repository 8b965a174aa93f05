import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';

/** A prepared statement whose rows are parsed before anybody believes them: what a file holds came from outside. */
export type Query<T> = {
  get(...values: SQLInputValue[]): T | undefined;
  all(...values: SQLInputValue[]): T[];
};

export function query<T>(db: DatabaseSync, sql: string, row: z.ZodType<T>): Query<T> {
  const statement = db.prepare(sql);
  const rows = z.array(row);
  return {
    get(...values) {
      const found = statement.get(...values);
      return found === undefined ? undefined : row.parse(found);
    },
    all: (...values) => rows.parse(statement.all(...values)),
  };
}

/** One whole number that SQLite itself keeps, asked for again at every call; 0 where it has none yet. */
export function integerQuery(db: DatabaseSync, sql: string, column: string): (...values: SQLInputValue[]) => number {
  const statement = db.prepare(sql);
  return (...values) => {
    const found = statement.get(...values)?.[column] ?? 0;
    if (typeof found !== 'number') throw new GovernorError('store_damaged', `\`${column}\` of the store is no number`);
    return found;
  };
}
