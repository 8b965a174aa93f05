import { sha256 } from './hash.ts';

/** Crockford's base 32: no letter that could be taken for a digit, and in the order in which texts are sorted. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const BITS = 5;
/** 45 bits of milliseconds: enough until the year 3084, and always as long, so that ids sort by time. */
const TIME_CHARS = 9;
const HASH_CHARS = 4;

const PREFIX = 'inc-';

function base32(value: number, chars: number): string {
  let text = '';
  for (let at = 0, rest = value; at < chars; at += 1, rest = Math.floor(rest / 2 ** BITS))
    text = `${ALPHABET[rest % 2 ** BITS]}${text}`;
  return text;
}

/**
 * A case's id: `inc-`, nine characters of time, four of what opened it. The same moment and key give the same id in
 * every process, which is how one message opens at most one case.
 */
export function caseIdOf(atMs: number, key: string): string {
  const tail = Number.parseInt(sha256(key).slice(0, HASH_CHARS + 1), 16);
  return `${PREFIX}${base32(Math.max(0, Math.floor(atMs)), TIME_CHARS)}${base32(tail, HASH_CHARS)}`;
}

/** Slack's message time in milliseconds; null where the text is none. */
export function tsMs(ts: string): number | null {
  return /^\d{1,11}\.\d{1,6}$/.test(ts) ? Math.floor(Number(ts) * 1_000) : null;
}

/** An id as people type it: any case, and with the letters that are easily taken for digits. */
export function typedCaseId(text: string): string {
  const lower = text.toLowerCase();
  const ours = new RegExp(`^${PREFIX}[0-9a-z]{${TIME_CHARS + HASH_CHARS}}$`).test(lower);
  return ours ? PREFIX + lower.slice(PREFIX.length).replace(/o/g, '0').replace(/[il]/g, '1') : text;
}
