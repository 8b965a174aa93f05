import { z } from 'zod';
import type { Changes } from '../changes.ts';
import type { Database } from '../store/database.ts';
import { createWorldStore, StoredService } from '../store/world-store.ts';
import { countFigures, type Figures } from './figures.ts';
import { type ErrorRate, type RateChange, rateAt } from './rates.ts';
import { logText, parseLogId, requestAt, type SimulatedRequest } from './requests.ts';
import { type Course, WorldService } from './world-file.ts';

/** An incident is noticed after it began: windows of the last five minutes show it in full. */
const BACKDATE_MS = 330_000;
/** A harmful action makes an incident half as bad again, but some requests always get through. */
const HARM_FACTOR = 1.5;
const HARM_RATE_MAX = 0.95;
const SECOND_MS = 1_000;
const RECENT_POINTS = 30;
const RECENT_STEP_MS = 10_000;

/** A rate of null is a silence: no requests at all. */
export type ShownService = StoredService & { error_rate: ErrorRate; recent_error_rates: ErrorRate[] };
/** A change by hand; a service that the world does not know yet is added. */
export const WorldChange = WorldService.partial().extend({
  service: WorldService.shape.service,
  error_rate: z.number().min(0).max(1).nullable().optional(),
});
export type WorldChange = z.infer<typeof WorldChange>;

export type World = {
  services(): string[];
  /** All services, or these. */
  show(only?: readonly string[]): ShownService[];
  figures(service: string, fromMs: number, toMs: number): Figures | undefined;
  log(id: string): (SimulatedRequest & { service: string; text: string }) | undefined;
  set(change: WorldChange): void;
  /** Begins an incident of a healthy service; what was set by hand stays as it is. */
  raise(service: string): void;
  /** What an action that was executed at `atMs` does to a service from then on. */
  act(action: string, service: string, atMs: number): void;
  /** Services in an incident on which the action has an effect. */
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
  const change = (stored: StoredService, rates: readonly RateChange[]): void => {
    database.atomically(() => {
      store.put(stored);
      for (const { errorRate, fromMs } of rates) store.recordRate(stored.service, errorRate, fromMs);
    });
    changes.publish('world', { service: shown(stored) });
  };
  const from = (fromMs: number, errorRate: ErrorRate | undefined): RateChange[] =>
    errorRate === undefined ? [] : [{ fromMs, errorRate }];
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
    services: store.names,
    show: (only = store.names()) => only.flatMap((name) => store.find(name) ?? []).map(shown),
    figures(service, fromMs, toMs) {
      const stored = store.find(service);
      return stored === undefined ? undefined : countFigures(stored, store.segments(service), { fromMs, toMs, nowMs: now() });
    },
    log(id) {
      const parsed = parseLogId(id);
      const stored = parsed === undefined ? undefined : store.find(parsed.service);
      if (parsed === undefined || stored === undefined || parsed.n >= stored.requests_per_s) return undefined;
      const request = requestAt(stored, store.segments(stored.service), parsed.second, parsed.n);
      return request === undefined || request.atMs > now()
        ? undefined
        : { ...request, service: stored.service, text: logText(request) };
    },
    set({ error_rate: errorRate, ...given }) {
      const known = store.find(given.service);
      if (known === undefined) store.recordRate(given.service, given.baseline ?? ADDED.baseline, 0);
      const stored = StoredService.parse({ ...ADDED, ...known, ...given, by_hand: true });
      change(stored, from(now() - BACKDATE_MS, errorRate === undefined ? impliedRate(known, stored) : errorRate));
    },
    raise(service) {
      const stored = store.find(service);
      if (stored === undefined || stored.by_hand || stored.status === 'incident') return;
      change({ ...stored, status: 'incident' }, from(now() - BACKDATE_MS, stored.incident_error_rate));
    },
    act(action, service, atMs) {
      const stored = store.find(service);
      const course = stored === undefined ? undefined : courseOf(stored, action);
      if (stored === undefined || course === undefined) return;
      const rates = course.map(({ after_s: s, error_rate: errorRate }) => ({ fromMs: atMs + s * SECOND_MS, errorRate }));
      change({ ...stored, status: statusAfter(stored, course) }, rates);
    },
    affectedBy: (action) =>
      store
        .list()
        .filter((stored) => stored.status === 'incident' && courseOf(stored, action) !== undefined)
        .map(({ service }) => service),
    reset: seed,
  };
}

/** What the action does to the service; undefined where it does nothing. */
function courseOf(stored: StoredService, action: string): Course | undefined {
  const { courses = {}, right_actions: right, harmful_actions: harmful } = stored;
  if (Object.hasOwn(courses, action)) return courses[action];
  if (right.includes(action)) return [{ after_s: 0, error_rate: stored.baseline }];
  const harmed = Math.min(stored.incident_error_rate * HARM_FACTOR, HARM_RATE_MAX);
  return harmful.includes(action) ? [{ after_s: 0, error_rate: harmed }] : undefined;
}

/** Well is what ends as usual; a service that ends in silence is not. */
function statusAfter({ baseline }: StoredService, course: Course): StoredService['status'] {
  const last = course.at(-1)?.error_rate ?? null;
  return last !== null && last <= baseline ? 'healthy' : 'incident';
}

/** A status set by hand without a rate means the rate that belongs to it. */
function impliedRate(
  known: StoredService | undefined,
  { status, baseline, incident_error_rate: incidentRate }: StoredService,
): number | undefined {
  if (known?.status === status) return undefined;
  return status === 'incident' ? incidentRate : baseline;
}
