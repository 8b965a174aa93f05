/** The pieces of Slack's date formats; a token that is not here stays visible as it was written. */
const FORMATS: Record<string, Intl.DateTimeFormatOptions> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  date_pretty: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short_pretty: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long_pretty: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  time_secs: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};

/** Fills a format such as `{date_short} at {time}` with a time given in seconds; the fallback if the time is none. */
export function formatDate(seconds: number, format: string, fallback: string): string {
  const at = new Date(seconds * 1_000);
  if (Number.isNaN(at.getTime())) return fallback;
  return format.replace(/\{([a-z_]+)\}/g, (whole, token: string) => {
    if (token === 'ago') return agoText(seconds, Date.now() / 1_000);
    const options = FORMATS[token];
    return options === undefined ? whole : new Intl.DateTimeFormat('en', options).format(at);
  });
}

const UNITS: readonly [name: string, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `5 minutes ago`, `in 2 hours`, `just now`; both times in seconds. */
export function agoText(seconds: number, nowSeconds: number): string {
  const distance = Math.abs(nowSeconds - seconds);
  const unit = UNITS.find(([, size]) => distance >= size);
  if (unit === undefined) return 'just now';
  const count = Math.floor(distance / unit[1]);
  const amount = `${count} ${unit[0]}${count === 1 ? '' : 's'}`;
  return seconds <= nowSeconds ? `${amount} ago` : `in ${amount}`;
}

/** The clock time of a Slack timestamp such as `1700000000.000100`, in the reader's own zone. */
export function clockTime(ts: string, withSeconds = false): string {
  const options: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hour12: false };
  return new Intl.DateTimeFormat('en', withSeconds ? { ...options, second: '2-digit' } : options).format(
    new Date(Number(ts) * 1_000),
  );
}

/** `Today`, `Yesterday` or the date, for the line between two days. */
export function dayName(ts: string, now: Date): string {
  const at = new Date(Number(ts) * 1_000);
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (at.toDateString() === now.toDateString()) return 'Today';
  if (at.toDateString() === yesterday.toDateString()) return 'Yesterday';
  return new Intl.DateTimeFormat('en', { weekday: 'long', month: 'long', day: 'numeric' }).format(at);
}
