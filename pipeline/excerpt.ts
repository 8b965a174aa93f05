import { isPlain } from './readable.ts';
import { simpleWordsOfToken } from './words.ts';

export const EXCERPT_CHARS_MAX = 600;
const TOKEN = /[\p{L}\p{N}_-]+/gu;
/** Room left before and after what is looked for. */
const LEAD_CHARS = 60;
const STRETCH_CHARS = EXCERPT_CHARS_MAX - 2 * LEAD_CHARS;

/** One way of writing for comparison: white space runs are single spaces, quotes and dashes are the plain ones, case is folded. */
export const plainText = (text: string): string =>
  (isPlain(text) ? text : withPlainSigns(text)).replace(/\s+/g, ' ').trim().toLowerCase();

const withPlainSigns = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\u2018\u2019\u201a\u2032]/g, "'")
    .replace(/[\u201c\u201d\u201e\u2033\u00ab\u00bb]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, '-');

/** Whether these very words stand in the text, whatever its line breaks and typographic signs. A quote of nothing stands nowhere. */
export function containsQuote(text: string, quote: string): boolean {
  const wanted = plainText(quote);
  return wanted !== '' && plainText(text).includes(wanted);
}

/**
 * The passage of a text that a reader should see first: where the quote stands, else where most of the subject's words
 * stand together. At most 600 characters, marked where it was cut.
 */
export function excerptOf(text: string, quote: string | null, subject: ReadonlySet<string>): string {
  const whole = text.trim();
  if (whole.length <= EXCERPT_CHARS_MAX) return whole;
  const quoted = quote === null ? -1 : whole.toLowerCase().indexOf(quote.trim().toLowerCase());
  return cutAt(whole, quoted >= 0 ? quoted : densestAt(whole, subject));
}

/** Where the stretch begins that holds most of the subject's words; the first of several. */
function densestAt(text: string, subject: ReadonlySet<string>): number {
  const places = [...text.matchAll(TOKEN)]
    .filter(([token]) => simpleWordsOfToken(token).some((word) => subject.has(word)))
    .map(({ index }) => index);
  let best = { at: 0, count: 0 };
  let from = 0;
  for (const [to, place] of places.entries()) {
    while (place - (places[from] ?? place) > STRETCH_CHARS) from += 1;
    if (to - from + 1 > best.count) best = { at: places[from] ?? 0, count: to - from + 1 };
  }
  return best.at;
}

function cutAt(text: string, at: number): string {
  const start = Math.max(0, Math.min(at - LEAD_CHARS, text.length - EXCERPT_CHARS_MAX));
  const head = start === 0 ? '' : '…';
  const room = EXCERPT_CHARS_MAX - head.length - 1;
  const passage = text.slice(start, start + room);
  const tail = start + room >= text.length ? '' : '…';
  // A surrogate pair that the cut halved would be no letter any more.
  return `${head}${passage.toWellFormed().replace(/^\ufffd|\ufffd$/g, '')}${tail}`;
}
