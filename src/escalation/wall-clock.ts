const MINUTE_MS = 60_000;

/** Minutes on the wall clock of a place, as milliseconds of the same reading in UTC: arithmetic knows no daylight saving. */
export type WallClock = { readingAt(nowMs: number): number };

/** The clock of a time zone by its IANA name; that of this machine where it is null. Throws where there is no such zone. */
export function wallClock(zone: string | null): WallClock {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...(zone === null ? {} : { timeZone: zone }),
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return {
    readingAt(nowMs) {
      const parts = new Map(format.formatToParts(nowMs).map(({ type, value }) => [type, Number(value)]));
      const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? Number.NaN;
      return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'));
    },
  };
}

const MINUTE_CHARS = 16;
/** `2026-11-22T08:00`: as it is read off the wall, so that later ones compare greater. */
export const slotOf = (reading: number): string => new Date(reading).toISOString().slice(0, MINUTE_CHARS);

/**
 * The latest minute that `matches`, of those from `since` to `now`; null where there is none. Minutes that the clock jumped
 * over are among them, and one that comes twice has one name.
 */
export function latestSlot(now: number, since: number, matches: (reading: Date) => boolean): string | null {
  for (let at = now; at >= since; at -= MINUTE_MS) if (matches(new Date(at))) return slotOf(at);
  return null;
}
