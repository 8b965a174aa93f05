import { GovernorError } from '../../pipeline/errors.ts';

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Milliseconds of a day (from its beginning in UTC) or of an instant with its zone; whatever else somebody typed is wrong usage. */
export function sinceMsOf(text: string): number {
  const ms = DAY.test(text) || INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new GovernorError(
    'usage',
    `--since takes a day such as 2026-11-01 or an instant such as 2026-11-01T08:00:00Z, not \`${text}\``,
  );
}
