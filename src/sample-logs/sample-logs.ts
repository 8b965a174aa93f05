import type { Chance } from './chance.ts';
import { chanceOf, oneByWeight } from './chance.ts';
import type { Asked, SampleLog } from './document.ts';
import { documentOf } from './document.ts';
import { HOSTS, ORDINARY_ERROR_RATE, ORDINARY_ERRORS } from './site.ts';
import type { SampleIncident } from './stories.ts';
import { tellMinute } from './stories.ts';

export type SampleLogOptions = {
  /** Another seed is another site's log; the same one is the same log, line by line. */
  seed: string;
  /** ISO 8601; lines of `from` are in, those of `to` are not. */
  from: string;
  to: string;
  /** Ordinary lines of a whole day, spread over its hours as people are awake. */
  perDay: number;
  incidents: readonly SampleIncident[];
};

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OK = 200;

/** Of two weeks and with the stories this comes to about 14,000 lines, as Kibana's own sample has. */
export const PER_DAY_DEFAULT = 800;

/**
 * Access logs of an invented site, oldest first. A line depends on the seed and its hour alone, so two stretches that
 * overlap have the same lines where they do.
 */
export function* sampleLogs({ seed, from, to, perDay, incidents }: SampleLogOptions): Generator<SampleLog> {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  for (let hourMs = Math.floor(fromMs / HOUR_MS) * HOUR_MS; hourMs < toMs; hourMs += HOUR_MS) {
    const asked = [...ordinaryHour(seed, hourMs, perDay), ...incidents.flatMap((told) => storyHour(seed, told, hourMs))];
    // Two requests that say the same in the same millisecond would be one document twice.
    const distinct = new Map(asked.map((line) => [keyOf(line), line]));
    const inside = [...distinct].filter(([, { atMs }]) => atMs >= fromMs && atMs < toMs);
    inside.sort(([, one], [, other]) => one.atMs - other.atMs);
    yield* inside.map(([key, line]) => documentOf(line, chanceOf(`${seed}:line:${key}`)));
  }
}

/** What fills a line in is drawn from the line itself: one story more or less must not change the others. */
const keyOf = ({ atMs, host, page, status }: Asked): string => `${atMs}:${host}:${page.path}:${status}`;

function ordinaryHour(seed: string, hourMs: number, perDay: number): Asked[] {
  const chance = chanceOf(`${seed}:hour:${hourMs}`);
  const wanted = (perDay / 24) * awake(hourMs);
  // The fraction of a line that an hour has left over becomes a line in that share of all hours.
  const lines = Math.floor(wanted) + (chance() < wanted % 1 ? 1 : 0);
  return Array.from({ length: lines }, () => ordinary(hourMs + Math.floor(chance() * HOUR_MS), chance));
}

function ordinary(atMs: number, chance: Chance): Asked {
  const { host, pages } = oneByWeight(chance, HOSTS);
  const page = oneByWeight(chance, pages);
  const fails = chance() < ORDINARY_ERROR_RATE;
  return { atMs, host, page, status: fails ? oneByWeight(chance, ORDINARY_ERRORS).status : OK };
}

/** The middle of the day is three times as busy as the night; over a day this comes to 1. */
const awake = (hourMs: number): number => 1 - 0.5 * Math.cos((2 * Math.PI * (hourMs % DAY_MS)) / DAY_MS);

function storyHour(seed: string, incident: SampleIncident, hourMs: number): Asked[] {
  const [fromMs, toMs] = [Date.parse(incident.from), Date.parse(incident.to)];
  if (toMs <= hourMs || fromMs >= hourMs + HOUR_MS) return [];
  const pages = HOSTS.find(({ host }) => host === incident.host)?.pages ?? [{ path: incident.path, weight: 1 }];
  const minutes = Array.from({ length: 60 }, (_, index) => hourMs + index * MINUTE_MS);
  return minutes.flatMap((minuteMs) => {
    const chance = chanceOf(`${seed}:story:${incident.host}:${incident.path}:${incident.status}:${minuteMs}`);
    return tellMinute(incident, minuteMs, pages, chance).filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  });
}
