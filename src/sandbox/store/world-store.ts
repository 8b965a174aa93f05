import { z } from 'zod';
import { type ErrorRate, rateSegments, type Segment } from '../world/rates.ts';
import { WorldService } from '../world/world-file.ts';
import type { Database, Row } from './database.ts';

export const StoredService = WorldService.extend({
  /** Set through the control API: incidents leave it as it is until a reset. */
  by_hand: z.boolean(),
});
export type StoredService = z.infer<typeof StoredService>;

export type WorldStore = {
  find(service: string): StoredService | undefined;
  list(): StoredService[];
  /** Asked with every command and every order, so that nothing else of the services is read. */
  names(): string[];
  put(service: StoredService): void;
  /** Appends to the service's history; earlier entries are never changed. */
  recordRate(service: string, errorRate: ErrorRate, fromMs: number): void;
  segments(service: string): Segment[];
};

const NameRow = z.object({ service: z.string() });
const BodyRow = z.object({ body: z.string() });
const RateRow = z.object({ from_ms: z.number(), error_rate: z.number() });
/** How a silence is kept: no share of requests is below zero, and a home of an earlier version takes no null here. */
const SILENT = -1;

export function createWorldStore(database: Database): WorldStore {
  const parsed = (row: Row): StoredService => StoredService.parse(JSON.parse(BodyRow.parse(row).body));
  return {
    find(service) {
      const row = database.first('SELECT body FROM services WHERE service = ?', service);
      return row === undefined ? undefined : parsed(row);
    },
    list: () => database.all('SELECT body FROM services ORDER BY rowid').map(parsed),
    names: () => database.all('SELECT service FROM services ORDER BY rowid').map((row) => NameRow.parse(row).service),
    put: (service) =>
      database.run(
        'INSERT INTO services (service, body) VALUES (?, ?) ON CONFLICT (service) DO UPDATE SET body = excluded.body',
        service.service,
        JSON.stringify(service),
      ),
    recordRate: (service, errorRate, fromMs) =>
      database.run(
        'INSERT INTO rates (service, from_ms, error_rate) VALUES (?, ?, ?)',
        service,
        Math.round(fromMs),
        errorRate ?? SILENT,
      ),
    segments(service) {
      const rows = database.all('SELECT from_ms, error_rate FROM rates WHERE service = ? ORDER BY id', service);
      return rateSegments(
        rows
          .map((row) => RateRow.parse(row))
          .map(({ from_ms: fromMs, error_rate: rate }) => ({ fromMs, errorRate: rate === SILENT ? null : rate })),
      );
    },
  };
}
