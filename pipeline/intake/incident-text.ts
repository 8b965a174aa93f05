import { SUMMARY_CHARS_MAX, SYMPTOMS_MAX } from '../../contracts/incident.ts';

/** Nothing beyond this is looked at: patterns that run over a whole text must have an end. */
const READ_CHARS_MAX = 100_000;

export type Redact = (text: string) => string;

/**
 * A reporter's text as it is kept: no control characters but line ends, no secrets, at most the contract's length.
 * Redaction comes before the cut, because a secret cut in two is no longer recognised.
 */
export function keptText(text: string, redact: Redact): string {
  const readable = text
    .slice(0, READ_CHARS_MAX)
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n]+/gu, ' ')
    .trim();
  return cutWithMark(redact(readable), text.length);
}

function cutWithMark(text: string, said: number): string {
  if (text.length <= SUMMARY_CHARS_MAX) return text;
  const mark = ` … [cut: ${said} characters were given]`;
  // Half a character would not survive being stored.
  const head = text.slice(0, SUMMARY_CHARS_MAX - mark.length).replace(/[\ud800-\udbff]$/, '');
  return `${head.trimEnd()}${mark}`;
}

/** The symptoms that say anything. What goes beyond the contract's number is counted, not dropped in silence. */
export function keptSymptoms(symptoms: readonly string[], redact: Redact): string[] {
  const kept = symptoms.map((symptom) => keptText(symptom, redact)).filter((symptom) => symptom !== '');
  if (kept.length <= SYMPTOMS_MAX) return kept;
  const shown = kept.slice(0, SYMPTOMS_MAX - 1);
  return [...shown, `… and ${kept.length - shown.length} more symptoms that were left out`];
}
