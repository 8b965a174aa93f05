import { z } from 'zod';
import type { Changes } from '../changes.ts';
import type { Database } from '../store/database.ts';
import { createWorldStore, StoredService } from '../store/world-store.ts';
import { countFigures, type Figures } from './figures.ts';
import { rateAt } from './rates.ts';
import { logText, parseLogId, requestAt, type SimulatedRequest } from './requests.ts';
import { WorldService } from './world-file.ts';

/** An incident is noticed after it began: windows of the last five minutes show it in full. */
const BACKDATE_MS = 330_000;
/** A harmful action makes an incident half as bad again, but some requests always get through. */
const HARM_FACTOR = 1.5;
const HARM_RATE_MAX = 0.95;
const RECENT_POINTS = 30;
const RECENT_STEP_MS = 10_000;

export type ShownService = StoredService & { error_rate: number; recent_error_rates: number[] };
/** A change by hand; a service that the world does not know yet is added. */
export const WorldChange = WorldService.partial().extend({
  service: WorldService.shape.service,
  error_rate: z.number().min(0).max(1).optional(),
});
export type WorldChange = z.infer<typeof WorldChange>;

export type World = {
  services(): string[];
  show(): ShownService[];
  figures(service: string, fromMs: number, toMs: number): Figures | undefined;
  log(id: string): (SimulatedRequest & { service: string; text: string }) | undefined;
  set(change: WorldChange): void;
  /** Begins an incident of a healthy service; what was set by hand stays as it is. */
  raise(service: string): void;
  /** What an executed action does to a service. */
  act(action: string, service: string): void;
  /** Services in an incident for which the action is declared right or harmful. */
  affectedBy(action: string): string[];
  reset(): void;
};

const ADDED: Omit<WorldService, 'service'> = {
  baseline: 0.01,
  incident_error_rate: 0.4,
  requests_per_s: 20,
  right_actions: [],
  harmful_actions: [],
  error_paths: [{ path: '/v1/items', status: 503 }],
  status: 'healthy',
};

export type WorldPorts = { database: Database; changes: Changes; now: () => number; initial: readonly WorldService[] };

/** The simulated services: their state, and a history of error rates from which every log line and figure follows. */
export function createWorld({ database, changes, now, initial }: WorldPorts): World {
  const store = createWorldStore(database);
  const shown = (stored: StoredService): ShownService => {
    const segments = store.segments(stored.service);
    const recent = Array.from({ length: RECENT_POINTS }, (_, index) =>
      rateAt(segments, now() - (RECENT_POINTS - 1 - index) * RECENT_STEP_MS),
    );
    return { ...stored, error_rate: rateAt(segments, now()), recent_error_rates: recent };
  };
  const change = (stored: StoredService, errorRate: number | undefined, fromMs: number): void => {
    database.atomically(() => {
      store.put(stored);
      if (errorRate !== undefined) store.recordRate(stored.service, errorRate, fromMs);
    });
    changes.publish('world', { service: shown(stored) });
  };
  // A home of an earlier version gets the services that came since.
  const seed = (): void => {
    for (const service of initial.filter((one) => store.find(one.service) === undefined)) {
      const rate = service.status === 'incident' ? service.incident_error_rate : service.baseline;
      store.put({ ...service, by_hand: false });
      store.recordRate(service.service, rate, 0);
    }
  };
  seed();

  return {
    services: () => store.list().map(({ service }) => service),
    show: () => store.list().map(shown),
    figures(service, fromMs, toMs) {
      const stored = store.find(service);
      return stored === undefined ? undefined : countFigures(stored, store.segments(service), { fromMs, toMs, nowMs: now() });
    },
    log(id) {
      const parsed = parseLogId(id);
      const stored = parsed === undefined ? undefined : store.find(parsed.service);
      if (parsed === undefined || stored === undefined || parsed.n >= stored.requests_per_s) return undefined;
      const request = requestAt(stored, store.segments(stored.service), parsed.second, parsed.n);
      return request.atMs > now() ? undefined : { ...request, service: stored.service, text: logText(request) };
    },
    set({ error_rate: errorRate, ...given }) {
      const known = store.find(given.service);
      if (known === undefined) store.recordRate(given.service, given.baseline ?? ADDED.baseline, 0);
      const stored = StoredService.parse({ ...ADDED, ...known, ...given, by_hand: true });
      change(stored, errorRate ?? impliedRate(known, stored), now() - BACKDATE_MS);
    },
    raise(service) {
      const stored = store.find(service);
      if (stored === undefined || stored.by_hand || stored.status === 'incident') return;
      change({ ...stored, status: 'incident' }, stored.incident_error_rate, now() - BACKDATE_MS);
    },
    act(action, service) {
      const stored = store.find(service);
      if (stored === undefined) return;
      if (stored.right_actions.includes(action)) change({ ...stored, status: 'healthy' }, stored.baseline, now());
      else if (stored.harmful_actions.includes(action))
        change({ ...stored, status: 'incident' }, Math.min(stored.incident_error_rate * HARM_FACTOR, HARM_RATE_MAX), now());
    },
    affectedBy: (action) =>
      store
        .list()
        .filter(
          ({ status, right_actions: right, harmful_actions: harmful }) =>
            status === 'incident' && [...right, ...harmful].includes(action),
        )
        .map(({ service }) => service),
    reset: seed,
  };
}

/** A status set by hand without a rate means the rate that belongs to it. */
function impliedRate(
  known: StoredService | undefined,
  { status, baseline, incident_error_rate: incidentRate }: StoredService,
): number | undefined {
  if (known?.status === status) return undefined;
  return status === 'incident' ? incidentRate : baseline;
}
