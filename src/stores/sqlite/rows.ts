import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { z } from 'zod';

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
