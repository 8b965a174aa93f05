/** Characters that show nothing or turn the text around them: bidi controls, zero widths, fillers, tags, selectors. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** All controls but the line end and the tab. */
const CONTROL = /(?![\n\t])\p{Cc}/gu;
const LINE_END = /\r\n?|[\u2028\u2029\u0085]/g;

const PLAIN = /^[\n\x20-\x7e]*$/;

/** Printable ASCII and line ends, as most texts are: nothing in it can be hidden, and it need not be searched for that. */
export const isPlain = (text: string): boolean => PLAIN.test(text);

/**
 * A text that other programs and people will rely on, with nothing in it that a reader could not see: what somebody
 * accepts must be what they read.
 */
export const readable = (text: string): string =>
  isPlain(text) ? text : text.toWellFormed().replace(LINE_END, '\n').replace(CONTROL, ' ').replace(INVISIBLE, '');

/** What `clean` makes of a text, and of the same text without what nobody sees where that shows it more to take out. */
export function unsplit(text: string, clean: (text: string) => string): string {
  const cleaned = clean(text);
  const bare = readable(cleaned);
  if (bare === cleaned) return cleaned;
  const again = clean(bare);
  return again === bare ? cleaned : again;
}
