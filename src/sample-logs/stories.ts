import type { Chance } from './chance.ts';
import { oneByWeight } from './chance.ts';
import type { Page } from './site.ts';

/** Something that went wrong: from `from` to `to` one host gets more requests, and a share of those to one path fails. */
export type SampleIncident = {
  host: string;
  path: string;
  status: number;
  /** ISO 8601; the end is left out. */
  from: string;
  to: string;
  /** Requests a minute that come on top of the ordinary ones. */
  perMinute: number;
  /** Of them, 0 to 1: those to `path` that fail with `status`. The others succeed. */
  share: number;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Stories of a site around a moment: one that is under way, some that are over. `nowMs` is cut to the minute, so that
 * the same minute always tells the same.
 */
export function storiesAround(nowMs: number): SampleIncident[] {
  const now = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const at = (ms: number): string => new Date(now + ms).toISOString();
  return [
    {
      host: 'pay.shop.example',
      path: '/v1/charges',
      status: 503,
      from: at(-20 * MINUTE_MS),
      to: at(40 * MINUTE_MS),
      perMinute: 24,
      share: 0.38,
    },
    {
      host: 'find.shop.example',
      path: '/search',
      status: 504,
      from: at(-26 * HOUR_MS),
      to: at(-25 * HOUR_MS),
      perMinute: 12,
      share: 0.22,
    },
    {
      host: 'downloads.shop.example',
      path: '/downloads/client-4.2.0.deb',
      status: 404,
      from: at(-75 * HOUR_MS),
      to: at(-74 * HOUR_MS),
      perMinute: 10,
      share: 0.6,
    },
  ];
}

export type Told = { atMs: number; host: string; page: Page; status: number };

const OK = 200;

/** The lines that a story adds to one minute. */
export function tellMinute(incident: SampleIncident, minuteMs: number, pages: readonly Page[], chance: Chance): Told[] {
  const { host, path, status, perMinute, share } = incident;
  return Array.from({ length: perMinute }, (_, index) => {
    const atMs = minuteMs + Math.floor(((index + chance()) * MINUTE_MS) / perMinute);
    const fails = chance() < share;
    const page = fails ? { path, weight: 1 } : oneByWeight(chance, pages);
    return { atMs, host, page, status: fails ? status : OK };
  });
}
