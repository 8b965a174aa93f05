import { redactTexts } from '../../../pipeline/redaction.ts';

/**
 * A value that others wrote, as JSON between two marks. Angle brackets in it are written as JSON escapes, so no text can
 * close its fence or open another; so are signs that are not seen (controls, changes of direction, joiners). Whoever reads
 * it as JSON reads the same value. What looks like a secret is taken out.
 */
export function fenced(name: string, value: unknown): string {
  const text = JSON.stringify(redactTexts(value), null, 1).replace(UNSAFE, escaped);
  return `<untrusted name="${name}">\n${text}\n</untrusted>`;
}

// The line breaks of the layout stand outside the strings; those inside are already `\n`.
const UNSAFE = /[<>&`\p{Cf}\u2028\u2029\u007f-\u009f]/gu;

const HEX = 16;
const DIGITS = 4;

/** Each half of a pair gets its own escape, as JSON has it. */
const escaped = (sign: string): string =>
  sign
    .split('')
    .map((half) => `\\u${half.charCodeAt(0).toString(HEX).padStart(DIGITS, '0')}`)
    .join('');
